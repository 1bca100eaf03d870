/**
 * @file The one inner loop behind products and factorizations: scalar products of the rows of two matrices,
 * cut into blocks that stay in the cache and into tiles whose sums stay in registers.
 */

import { OperationCount, type Pieces } from '../basics/pieces.ts';
import { SUM_BLOCK, type Panel, type RowProductOptions } from './panel.ts';
import { giveBack, takeWorkspace } from './row-product-workspace.ts';
import { addByTeam } from './team-products.ts';

/** A tile has four rows of the left and two of the right matrix. */
const TILE_ROWS = 4;
const TILE_COLUMNS = 2;
const BLOCK_COLUMNS = 64;

/** Fewer products are not worth packing, nor are those with one row. */
const WORTH_PACKING = 2 ** 17;
const LEAST_ROWS = 3;

/**
 * `target[i, j] += sign · Σ_k left[i, k] · right[j, k]`, many of them in WebAssembly, where there is some. That the shapes fit is the
 * caller's duty.
 */
export function* addRowProducts(
  target: Panel,
  left: Panel,
  right: Panel,
  options: RowProductOptions = {},
): Pieces<void> {
  const isLong = left.rows * right.rows * left.columns >= WORTH_PACKING && right.rows >= LEAST_ROWS;
  if (isLong && (yield* addByTeam(target, left, right, options))) return;
  const workspace = isLong ? takeWorkspace() : undefined;
  if (workspace === undefined) {
    yield* addByTiles(target, left, right, options);
    return;
  }
  try {
    yield* workspace.add(target, left, right, options);
  } finally {
    giveBack(workspace);
  }
}

/** The same by plain loops. */
export function* addByTiles(
  target: Panel,
  left: Panel,
  right: Panel,
  { sign = 1, lowerOnly = false, sumBlock = SUM_BLOCK }: RowProductOptions = {},
): Pieces<void> {
  if (right.rows < LEAST_ROWS && left.stride === 1 && !lowerOnly) {
    yield* addByColumns(target, left, right, { sign, sumBlock });
    return;
  }
  const operations = new OperationCount();
  const rows = yield* alongMemory(left);
  const others = left === right ? rows : yield* alongMemory(right);
  if (left.columns > 0 && left.columns <= SHALLOW) {
    yield* addShallow(target, rows, others, sign, lowerOnly);
    return;
  }
  for (let from = 0; from < left.columns; from += sumBlock) {
    const depth = Math.min(sumBlock, left.columns - from);
    for (let block = 0; block < right.rows; block += BLOCK_COLUMNS) {
      const blockEnd = Math.min(block + BLOCK_COLUMNS, right.rows);
      for (let row = lowerOnly ? block : 0; row < left.rows; row += TILE_ROWS) {
        const end = lowerOnly ? Math.min(blockEnd, row + TILE_ROWS) : blockEnd;
        for (let column = block; column < end; column += TILE_COLUMNS) {
          const addTile =
            row + TILE_ROWS > left.rows
              ? addCutTile
              : column + TILE_COLUMNS > right.rows
                ? addNarrowTile
                : addWholeTile;
          addTile(target, rows, others, { row, column, from, depth, sign });
        }
        const done = operations.add(TILE_ROWS * Math.max(0, end - block) * depth);
        if (done !== undefined) yield done;
      }
    }
  }
  yield operations.rest();
}

/** The same where the columns of `left` run along memory, and those of `target` are few. */
function* addByColumns(
  target: Panel,
  left: Panel,
  right: Panel,
  { sign, sumBlock }: { readonly sign: 1 | -1; readonly sumBlock: number },
): Pieces<void> {
  const operations = new OperationCount();
  const sums = new Float64Array(left.rows);
  const [a, b] = [left.data, right.data];
  const [step, stepOfRight] = [left.step ?? 1, right.step ?? 1];
  for (let column = 0; column < right.rows; column++) {
    for (let from = 0; from < left.columns; from += sumBlock) {
      const end = Math.min(from + sumBlock, left.columns);
      sums.fill(0);
      for (let k = from; k < end;) {
        const count = Math.min(end - k, AT_ONCE);
        const place = right.start + column * right.stride + k * stepOfRight;
        const at = left.start + k * step;
        if (count === AT_ONCE) addFourColumns(sums, a, at, step, b, place, stepOfRight);
        else for (let row = 0; row < sums.length; row++) sums[row]! += a[at + row]! * b[place]!;
        k += count === AT_ONCE ? AT_ONCE : 1;
        const done = operations.add(count * sums.length);
        if (done !== undefined) yield done;
      }
      let to = target.start + column;
      for (let row = 0; row < sums.length; row++) {
        target.data[to]! += sign * sums[row]!;
        to += target.stride;
      }
    }
  }
  yield operations.rest();
}

/** Columns that are added at once, each after the one before it. */
const AT_ONCE = 4;

function addFourColumns(
  sums: Float64Array,
  left: Float64Array,
  start: number,
  step: number,
  right: Float64Array,
  place: number,
  stepOfRight: number,
): void {
  const w = right[place]!;
  const x = right[place + stepOfRight]!;
  const y = right[place + 2 * stepOfRight]!;
  const z = right[place + 3 * stepOfRight]!;
  let [a, b, c, d] = [start, start + step, start + 2 * step, start + 3 * step];
  for (let row = 0; row < sums.length; row++)
    sums[row] = sums[row]! + left[a++]! * w + left[b++]! * x + left[c++]! * y + left[d++]! * z;
}

/** So few terms are not worth tiles. */
const SHALLOW = 2;

/** The same for sums of one term or two. */
function* addShallow(target: Panel, left: Panel, right: Panel, sign: 1 | -1, lowerOnly: boolean): Pieces<void> {
  const operations = new OperationCount();
  const [a, b, sums] = [left.data, right.data, target.data];
  const isPair = left.columns === 2;
  for (let row = 0; row < left.rows; row++) {
    const place = left.start + row * left.stride;
    const [x, y] = [a[place]!, isPair ? a[place + 1]! : 0];
    const end = lowerOnly ? Math.min(right.rows, row + 1) : right.rows;
    let from = right.start;
    const to = target.start + row * target.stride;
    // Sums begin at +0, which the product of a negative number and 0 is not.
    if (isPair)
      for (let column = 0; column < end; column++) {
        sums[to + column]! += sign * (0 + x * b[from]! + y * b[from + 1]!);
        from += right.stride;
      }
    else
      for (let column = 0; column < end; column++) {
        sums[to + column]! += sign * (0 + x * b[from]!);
        from += right.stride;
      }
    const done = operations.add(2 * end);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}

/** The panel if its rows run along memory, else a copy whose rows do. */
function* alongMemory(panel: Panel): Pieces<Panel> {
  const { data, start, stride, step = 1, rows, columns } = panel;
  if (step === 1) return panel;
  const copy = new Float64Array(rows * columns);
  const operations = new OperationCount();
  for (let column = 0; column < columns; column++) {
    let from = start + column * step;
    for (let to = column; to < copy.length; to += columns) {
      copy[to] = data[from]!;
      from += stride;
    }
    const done = operations.add(rows);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return { data: copy, start: 0, stride: columns, rows, columns };
}

/** A place in the target, the columns of both operands to sum over, and a sign. */
interface Tile {
  readonly row: number;
  readonly column: number;
  readonly from: number;
  readonly depth: number;
  readonly sign: number;
}

function addWholeTile(target: Panel, left: Panel, right: Panel, tile: Tile): void {
  const a = left.data;
  const b = right.data;
  let a0 = left.start + tile.row * left.stride + tile.from;
  let a1 = a0 + left.stride;
  let a2 = a1 + left.stride;
  let a3 = a2 + left.stride;
  let b0 = right.start + tile.column * right.stride + tile.from;
  let b1 = b0 + right.stride;
  let [s00, s01, s10, s11, s20, s21, s30, s31] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const end = b0 + tile.depth; b0 < end;) {
    const y0 = b[b0++]!;
    const y1 = b[b1++]!;
    const x0 = a[a0++]!;
    s00 += x0 * y0;
    s01 += x0 * y1;
    const x1 = a[a1++]!;
    s10 += x1 * y0;
    s11 += x1 * y1;
    const x2 = a[a2++]!;
    s20 += x2 * y0;
    s21 += x2 * y1;
    const x3 = a[a3++]!;
    s30 += x3 * y0;
    s31 += x3 * y1;
  }
  addPair(target, tile, 0, s00, s01);
  addPair(target, tile, 1, s10, s11);
  addPair(target, tile, 2, s20, s21);
  addPair(target, tile, 3, s30, s31);
}

function addPair(target: Panel, tile: Tile, row: number, first: number, second: number): void {
  const at = target.start + (tile.row + row) * target.stride + tile.column;
  target.data[at]! += tile.sign * first;
  target.data[at + 1]! += tile.sign * second;
}

/** A tile with one column. */
function addNarrowTile(target: Panel, left: Panel, right: Panel, tile: Tile): void {
  const a = left.data;
  const b = right.data;
  let a0 = left.start + tile.row * left.stride + tile.from;
  let a1 = a0 + left.stride;
  let a2 = a1 + left.stride;
  let a3 = a2 + left.stride;
  let b0 = right.start + tile.column * right.stride + tile.from;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (const end = b0 + tile.depth; b0 < end;) {
    const y = b[b0++]!;
    s0 += a[a0++]! * y;
    s1 += a[a1++]! * y;
    s2 += a[a2++]! * y;
    s3 += a[a3++]! * y;
  }
  const at = target.start + tile.row * target.stride + tile.column;
  target.data[at]! += tile.sign * s0;
  target.data[at + target.stride]! += tile.sign * s1;
  target.data[at + 2 * target.stride]! += tile.sign * s2;
  target.data[at + 3 * target.stride]! += tile.sign * s3;
}

/** A tile that sticks out over the last row of `left` or of `right`. */
function addCutTile(target: Panel, left: Panel, right: Panel, tile: Tile): void {
  for (let i = tile.row; i < Math.min(tile.row + TILE_ROWS, left.rows); i++) {
    for (let j = tile.column; j < Math.min(tile.column + TILE_COLUMNS, right.rows); j++) {
      const a = left.start + i * left.stride + tile.from;
      const b = right.start + j * right.stride + tile.from;
      let sum = 0;
      for (let k = 0; k < tile.depth; k++) sum += left.data[a + k]! * right.data[b + k]!;
      target.data[target.start + i * target.stride + j]! += tile.sign * sum;
    }
  }
}
