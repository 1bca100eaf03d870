/** @file Where products of rows are summed in WebAssembly: packed operands, block by block, in a memory of their own. */
import { KernelModule, type KernelsInMemory } from './kernel-module.ts';
import { OperationCount, type Pieces } from '../basics/pieces.ts';
import { fetchPart, packRows, type Part, PART_ROWS as ROWS, putPart } from './packed-rows.ts';
import { KERNEL_COLUMNS, KERNEL_ROWS, type RowProductKernel, rowProductModule } from './row-product-kernel.ts';
import { SUM_BLOCK, type Panel, type RowProductOptions } from './panel.ts';

const NUMBER = 8;

/** Where the packed operands and the part of the target stand, in numbers. */
const LEFT = 0;
const RIGHT: number = ROWS * SUM_BLOCK;
const TARGET: number = 2 * ROWS * SUM_BLOCK;
const END: number = TARGET + ROWS * ROWS;

/** Free ones are kept: as many as builds that run side by side are likely to want. */
const MOST_KEPT = 2;

const free: RowProductWorkspace[] = [];
const kernelModule = /* @__PURE__ */ new KernelModule<{ readonly products: RowProductKernel }>(() =>
  rowProductModule(ROWS * NUMBER),
);

/** A workspace that nobody else uses until it is given back; undefined where the host has no WebAssembly, or none with vectors. */
export function takeWorkspace(): RowProductWorkspace | undefined {
  const known = free.pop();
  if (known !== undefined) return known;
  const made = kernelModule.withMemory(END * NUMBER);
  return made === undefined ? undefined : new RowProductWorkspace(made);
}

export function giveBack(workspace: RowProductWorkspace): void {
  if (free.length < MOST_KEPT) free.push(workspace);
}

export class RowProductWorkspace {
  readonly #numbers: Float64Array;
  readonly #kernel: RowProductKernel;

  constructor({ memory, kernels }: KernelsInMemory<{ readonly products: RowProductKernel }>) {
    this.#numbers = new Float64Array(memory.buffer);
    this.#kernel = kernels.products;
  }

  /** As `addRowProducts`, with the same bits. */
  *add(
    target: Panel,
    left: Panel,
    right: Panel,
    { sign = 1, lowerOnly = false, sumBlock = SUM_BLOCK }: RowProductOptions,
  ): Pieces<void> {
    const operations = new OperationCount();
    for (let row = 0; row < left.rows; row += ROWS) {
      const rowEnd = Math.min(row + ROWS, left.rows);
      const columns = lowerOnly ? Math.min(rowEnd, right.rows) : right.rows;
      for (let column = 0; column < columns; column += ROWS) {
        const part: Part = { row, rowEnd, column, columnEnd: Math.min(column + ROWS, right.rows), lowerOnly };
        fetchPart(this.#numbers, TARGET, target, part);
        for (let from = 0; from < left.columns; from += sumBlock) {
          const depth = Math.min(sumBlock, left.columns - from);
          packRows(this.#numbers, LEFT, left, { first: row, afterLast: rowEnd, from, depth });
          const isSame = left === right && row === column;
          if (!isSame) packRows(this.#numbers, RIGHT, right, { first: column, afterLast: part.columnEnd, from, depth });
          yield* this.#addProducts(part, isSame ? LEFT : RIGHT, depth, sign, operations);
        }
        putPart(this.#numbers, TARGET, target, part);
      }
    }
    yield operations.rest();
  }

  *#addProducts(
    { row, rowEnd, column, columnEnd, lowerOnly }: Part,
    right: number,
    depth: number,
    sign: number,
    operations: OperationCount,
  ): Pieces<void> {
    for (let first = row; first < rowEnd; first += KERNEL_ROWS) {
      const end = lowerOnly ? Math.min(columnEnd, first + KERNEL_ROWS) : columnEnd;
      if (end <= column) continue;
      const panels = Math.ceil((end - column) / KERNEL_COLUMNS);
      const place = first - row;
      const [left, sums] = [LEFT + place * depth, TARGET + place * ROWS];
      this.#kernel(left * NUMBER, right * NUMBER, sums * NUMBER, depth, panels, sign);
      const done = operations.add(KERNEL_ROWS * (end - column) * depth);
      if (done !== undefined) yield done;
    }
  }
}
