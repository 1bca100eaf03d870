/** @file Where products of rows are summed in WebAssembly: packed operands, block by block, in a memory of their own. */
import { KernelModule, type KernelsInMemory } from './kernel-module.ts';
import { OperationCount, type Pieces } from './pieces.ts';
import { KERNEL_COLUMNS, KERNEL_ROWS, type RowProductKernel, rowProductModule } from './row-product-kernel.ts';
import { SUM_BLOCK, type Panel, type RowProductOptions } from './panel.ts';

/** Rows of the left and of the right matrix that are packed at a time: the target's part is as large. */
const ROWS = 256;

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
        this.#fetch(target, part);
        for (let from = 0; from < left.columns; from += sumBlock) {
          const depth = Math.min(sumBlock, left.columns - from);
          this.#pack(LEFT, left, row, rowEnd, from, depth);
          const isSame = left === right && row === column;
          if (!isSame) this.#pack(RIGHT, right, column, part.columnEnd, from, depth);
          yield* this.#addProducts(part, isSame ? LEFT : RIGHT, depth, sign, operations);
        }
        this.#put(target, part);
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

  /** Rows as groups of four, interleaved; what the last group lacks are zeros. */
  #pack(
    start: number,
    { data, start: origin, stride, step = 1 }: Panel,
    first: number,
    afterLast: number,
    from: number,
    depth: number,
  ): void {
    const numbers = this.#numbers;
    for (let row = first; row < afterLast; row += KERNEL_ROWS) {
      const to = start + (row - first) * depth;
      const at = origin + row * stride + from * step;
      if (row + KERNEL_ROWS <= afterLast) {
        packFour(numbers, to, data, { at, stride, step }, depth);
        continue;
      }
      for (let k = 0; k < depth; k++)
        for (let lane = 0; lane < KERNEL_ROWS; lane++)
          numbers[to + k * KERNEL_ROWS + lane] = row + lane < afterLast ? data[at + lane * stride + k * step]! : 0;
    }
  }

  #fetch({ data, start, stride }: Panel, part: Part): void {
    const numbers = this.#numbers;
    for (let at = part.row; at < part.rowEnd; at++) {
      const end = endOfRow(part, at);
      let from = start + at * stride + part.column;
      let to = TARGET + (at - part.row) * ROWS;
      for (let column = part.column; column < end; column++) numbers[to++] = data[from++]!;
    }
  }

  #put({ data, start, stride }: Panel, part: Part): void {
    const numbers = this.#numbers;
    for (let at = part.row; at < part.rowEnd; at++) {
      const end = endOfRow(part, at);
      let from = TARGET + (at - part.row) * ROWS;
      let to = start + at * stride + part.column;
      for (let column = part.column; column < end; column++) data[to++] = numbers[from++]!;
    }
  }
}

/** Where what is meant of a row ends. */
function endOfRow({ columnEnd, lowerOnly }: Part, row: number): number {
  return lowerOnly ? Math.min(columnEnd, row + 1) : columnEnd;
}

/** Four rows from `at` on, interleaved. */
function packFour(
  numbers: Float64Array,
  start: number,
  data: Float64Array,
  { at, stride, step }: { readonly at: number; readonly stride: number; readonly step: number },
  depth: number,
): void {
  let to = start;
  let [a, b, c, d] = [at, at + stride, at + 2 * stride, at + 3 * stride];
  for (let k = 0; k < depth; k++) {
    numbers[to] = data[a]!;
    numbers[to + 1] = data[b]!;
    numbers[to + 2] = data[c]!;
    numbers[to + 3] = data[d]!;
    to += 4;
    a += step;
    b += step;
    c += step;
    d += step;
  }
}

/** Rows and columns of a target that are worked on together. */
interface Part {
  readonly row: number;
  readonly rowEnd: number;
  readonly column: number;
  readonly columnEnd: number;
  readonly lowerOnly: boolean;
}
