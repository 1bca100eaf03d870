/** @file Where products of rows are summed in WebAssembly: packed operands, block by block, in a memory of their own. */
import { OperationCount, type Pieces } from './pieces.ts';
import { KERNEL_COLUMNS, KERNEL_ROWS, type RowProductKernel, rowProductModule } from './row-product-kernel.ts';
import { SUM_BLOCK, type Panel, type RowProductOptions } from './panel.ts';

/** Rows of the left and of the right matrix that are packed at a time. */
const LEFT_ROWS = 256;
const RIGHT_ROWS = 64;

const NUMBER = 8;
const PAGE = 2 ** 16;

/** Where the packed operands and the sums of four rows stand, in numbers. */
const LEFT = 0;
const RIGHT: number = LEFT_ROWS * SUM_BLOCK;
const SUMS: number = RIGHT + RIGHT_ROWS * SUM_BLOCK;
const END: number = SUMS + KERNEL_ROWS * RIGHT_ROWS;

/** Free ones are kept: as many as builds that run side by side are likely to want. */
const MOST_KEPT = 2;

const free: RowProductWorkspace[] = [];
/** Null where it cannot be. */
let compiled: WebAssembly.Module | null | undefined;

/** A workspace that nobody else uses until it is given back; undefined where the host has no WebAssembly, or none with vectors. */
export function takeWorkspace(): RowProductWorkspace | undefined {
  const known = free.pop();
  if (known !== undefined) return known;
  if (compiled === null) return undefined;
  try {
    compiled ??= new WebAssembly.Module(rowProductModule(RIGHT_ROWS * NUMBER).bytes());
    return new RowProductWorkspace(compiled);
  } catch {
    compiled = null;
    return undefined;
  }
}

export function giveBack(workspace: RowProductWorkspace): void {
  if (free.length < MOST_KEPT) free.push(workspace);
}

export class RowProductWorkspace {
  readonly #numbers: Float64Array;
  readonly #kernel: RowProductKernel;

  constructor(module: WebAssembly.Module) {
    const memory = new WebAssembly.Memory({ initial: Math.ceil((END * NUMBER) / PAGE) });
    this.#numbers = new Float64Array(memory.buffer);
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    this.#kernel = exports['products'] as RowProductKernel;
  }

  /** As `addRowProducts`, with the same bits. */
  *add(target: Panel, left: Panel, right: Panel, { sign = 1, lowerOnly = false }: RowProductOptions): Pieces<void> {
    const operations = new OperationCount();
    for (let from = 0; from < left.columns; from += SUM_BLOCK) {
      const depth = Math.min(SUM_BLOCK, left.columns - from);
      for (let first = 0; first < left.rows; first += LEFT_ROWS) {
        const afterLast = Math.min(first + LEFT_ROWS, left.rows);
        this.#pack(LEFT, left, first, afterLast, from, depth);
        const columns = lowerOnly ? Math.min(afterLast, right.rows) : right.rows;
        for (let block = 0; block < columns; block += RIGHT_ROWS) {
          const blockEnd = Math.min(block + RIGHT_ROWS, right.rows);
          this.#pack(RIGHT, right, block, blockEnd, from, depth);
          for (let row = first; row < afterLast; row += KERNEL_ROWS) {
            const end = lowerOnly ? Math.min(blockEnd, row + KERNEL_ROWS) : blockEnd;
            if (end <= block) continue;
            const panels = Math.ceil((end - block) / KERNEL_COLUMNS);
            const rowAddress = (LEFT + (row - first) * depth) * NUMBER;
            this.#kernel(rowAddress, RIGHT * NUMBER, SUMS * NUMBER, depth, panels);
            this.#addSums(target, row, Math.min(row + KERNEL_ROWS, left.rows), block, end, sign);
            const done = operations.add(KERNEL_ROWS * (end - block) * depth);
            if (done !== undefined) yield done;
          }
        }
      }
    }
    yield operations.rest();
  }

  /** Rows as groups of four, interleaved; what the last group lacks are zeros. */
  #pack(start: number, panel: Panel, first: number, afterLast: number, from: number, depth: number): void {
    const numbers = this.#numbers;
    for (let row = first; row < afterLast; row += KERNEL_ROWS) {
      const to = start + (row - first) * depth;
      for (let lane = 0; lane < KERNEL_ROWS; lane++) {
        if (row + lane >= afterLast) {
          for (let k = 0; k < depth; k++) numbers[to + k * KERNEL_ROWS + lane] = 0;
          continue;
        }
        const at = panel.start + (row + lane) * panel.stride + from;
        for (let k = 0; k < depth; k++) numbers[to + k * KERNEL_ROWS + lane] = panel.data[at + k]!;
      }
    }
  }

  #addSums(target: Panel, row: number, rowEnd: number, column: number, columnEnd: number, sign: number): void {
    const numbers = this.#numbers;
    for (let i = row; i < rowEnd; i++) {
      const from = SUMS + (i - row) * RIGHT_ROWS;
      const to = target.start + i * target.stride + column;
      for (let j = 0; j < columnEnd - column; j++) target.data[to + j]! += sign * numbers[from + j]!;
    }
  }
}
