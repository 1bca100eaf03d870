/** @file Products of rows that a team shares: factors are packed by the thread that asks, and parts of the target are summed by all. */
import { denseCalls, operationsOf } from './kernel-calls.ts';
import { fetchPart, packRows, type Part, PART_ROWS, putPart } from './packed-rows.ts';
import type { Panel, RowProductOptions } from './panel.ts';
import { SUM_BLOCK } from './panel.ts';
import type { Pieces } from '../basics/pieces.ts';
import { currentTeam, MOST_PACKED, type ProductTeam } from './product-team.ts';
import type { PartWork, TeamRing } from './team-ring.ts';

const NUMBER = 8;

/** Blocks of terms that are packed at a time, so that a task stays short. */
const BLOCKS = 4;

/** As `addRowProducts`, with the same bits, by the team of this computation. Whether there was one, and it was worth it. */
export function* addByTeam(
  target: Panel,
  left: Panel,
  right: Panel,
  { sign = 1, lowerOnly = false, sumBlock = SUM_BLOCK }: RowProductOptions,
): Pieces<boolean> {
  const team = currentTeam();
  if (team === undefined) return false;
  const isSame = left === right;
  const rows = alignedRows(left) + (isSame ? 0 : alignedRows(right));
  const blocks = Math.min(BLOCKS, Math.floor(MOST_PACKED / (rows * sumBlock)), Math.ceil(left.columns / sumBlock));
  const products = left.rows * right.rows * left.columns;
  if (blocks === 0 || Math.max(left.rows, right.rows) <= PART_ROWS) return false;
  const ring = team.take(lowerOnly ? products / 2 : products, rows * blocks * sumBlock * NUMBER);
  if (ring === undefined) return false;
  try {
    const product: Product = { target, left, right, sign, lowerOnly, sumBlock };
    for (let from = 0; from < left.columns; from += blocks * sumBlock) {
      const to = Math.min(from + blocks * sumBlock, left.columns);
      yield* addTerms(team, ring, product, [from, to]);
    }
    return true;
  } finally {
    team.leave();
  }
}

interface Product {
  readonly target: Panel;
  readonly left: Panel;
  readonly right: Panel;
  readonly sign: 1 | -1;
  readonly lowerOnly: boolean;
  readonly sumBlock: number;
}

/** A block of terms, and where its packed rows begin, in numbers. */
interface Block {
  readonly from: number;
  readonly depth: number;
  readonly left: number;
  readonly right: number;
}

/** Adds the terms of some columns. */
function* addTerms(
  team: ProductTeam,
  ring: TeamRing,
  product: Product,
  [from, to]: readonly [number, number],
): Pieces<void> {
  const { left, right, sumBlock } = product;
  const isSame = left === right;
  const leftRows = alignedRows(left);
  const rows = leftRows + (isSame ? 0 : alignedRows(right));
  const numbers = new Float64Array(ring.memory.buffer);
  const blocks: Block[] = [];
  for (let start = from; start < to; start += sumBlock) {
    const place = ring.packed / NUMBER + blocks.length * rows * sumBlock;
    const block = { from: start, depth: Math.min(sumBlock, to - start), left: place, right: place };
    blocks.push(isSame ? block : { ...block, right: place + leftRows * sumBlock });
  }
  for (const block of blocks) {
    yield* pack(numbers, block.left, left, block);
    if (!isSame) yield* pack(numbers, block.right, right, block);
  }
  yield* team.run(ring, partsOf(product, blocks));
}

function* pack(numbers: Float64Array, start: number, panel: Panel, { from, depth }: Block): Pieces<void> {
  for (let first = 0; first < panel.rows; first += PART_ROWS) {
    const afterLast = Math.min(first + PART_ROWS, panel.rows);
    packRows(numbers, start + first * depth, panel, { first, afterLast, from, depth });
    yield (afterLast - first) * depth;
  }
}

function* partsOf({ target, left, right, sign, lowerOnly }: Product, blocks: readonly Block[]): Iterable<PartWork> {
  for (let row = 0; row < left.rows; row += PART_ROWS) {
    const rowEnd = Math.min(row + PART_ROWS, left.rows);
    const columns = lowerOnly ? Math.min(rowEnd, right.rows) : right.rows;
    for (let column = 0; column < columns; column += PART_ROWS) {
      const part: Part = { row, rowEnd, column, columnEnd: Math.min(column + PART_ROWS, right.rows), lowerOnly };
      yield {
        fetch: (numbers, copy) => fetchPart(numbers, copy, target, part),
        work(copy) {
          const calls = blocks.flatMap(({ depth, left: packedLeft, right: packedRight }) =>
            denseCalls({
              left: (packedLeft + row * depth) * NUMBER,
              right: (packedRight + column * depth) * NUMBER,
              target: copy,
              targetStride: PART_ROWS * NUMBER,
              depth,
              rows: rowEnd - row,
              columns: part.columnEnd - column,
              sign,
              isTriangle: lowerOnly && row === column,
            }),
          );
          return { calls, operations: operationsOf(calls, 0) };
        },
        put: (numbers, copy) => putPart(numbers, copy, target, part),
      };
    }
  }
}

/** Rows that a panel has when it is packed, in parts. */
function alignedRows({ rows }: Panel): number {
  return Math.ceil(rows / PART_ROWS) * PART_ROWS;
}
