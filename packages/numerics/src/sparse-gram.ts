/** @file Where Gram matrices of columns with many zeros are summed in WebAssembly: packed columns, and masks of what is not zero. */
import { growTo, KernelModule, type KernelsInMemory } from './kernel-module.ts';
import type { Matrix } from './matrix.ts';
import { SUM_BLOCK } from './panel.ts';
import { OperationCount, type Pieces } from './pieces.ts';
import { KERNEL_COLUMNS, KERNEL_ROWS } from './row-product-kernel.ts';
import { JOINT_PANELS, LIST_BYTES, MASK_WORDS, type SparseGramKernel, sparseGramModule } from './sparse-gram-kernel.ts';

/** Rows and columns of the target that are worked on together. */
const PART = 256;

const GROUPS_OF_PART: number = PART / KERNEL_ROWS;
const NUMBER = 8;
const WORD = 4;

/** Numbers that are packed at a time. */
const MOST_PACKED = 2 ** 22;

/** Rows that are packed side by side, so that lines of the cache are used while they are there; they divide 32. */
const PACKED_ROWS = 8;

const TARGET = LIST_BYTES;
const MASKS: number = TARGET + PART * PART * NUMBER;

const kernelModule = /* @__PURE__ */ new KernelModule<{ readonly products: SparseGramKernel }>(() =>
  sparseGramModule(PART * NUMBER),
);

/** Sums for columns in a given order; undefined where the host has no WebAssembly, or none with vectors, or columns are too many. */
export function sparseGram(order: Uint32Array): SparseGram | undefined {
  if (order.length * SUM_BLOCK > MOST_PACKED) return undefined;
  const made = kernelModule.withMemory(0);
  return made === undefined ? undefined : new SparseGram(made, order);
}

export class SparseGram {
  readonly #order: Uint32Array;
  /** Groups of four columns, and of `JOINT_PANELS` of these. */
  readonly #groups: number;
  readonly #joints: number;
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: SparseGramKernel;

  constructor({ memory, kernels }: KernelsInMemory<{ readonly products: SparseGramKernel }>, order: Uint32Array) {
    this.#order = order;
    this.#groups = Math.ceil(order.length / KERNEL_ROWS);
    this.#joints = Math.ceil(this.#groups / JOINT_PANELS);
    this.#memory = memory;
    this.#kernel = kernels.products;
  }

  /**
   * target[i, j] += Σ_k columns[k, order[i]] · columns[k, order[j]] on and below the diagonal, with the bits of `addRowProducts` where
   * all numbers are finite; `columns` is [rows, columns].
   */
  *add(target: Float64Array, columns: Matrix): Pieces<void> {
    const rows = columns.shape[0]!;
    const most = Math.max(1, Math.floor(MOST_PACKED / (this.#groups * KERNEL_ROWS * SUM_BLOCK))) * SUM_BLOCK;
    for (let from = 0; from < rows; from += most) {
      const packed = this.#packing(Math.min(most, rows - from));
      yield* this.#pack(columns, from, packed);
      yield* this.#addParts(target, packed);
    }
  }

  /** Where so many rows are packed. */
  #packing(rows: number): Packing {
    const blocks = Math.ceil(rows / SUM_BLOCK);
    const depth = blocks * SUM_BLOCK;
    const words = blocks * MASK_WORDS;
    const joints = MASKS + this.#groups * words * WORD;
    const numbers = 2 * NUMBER * Math.ceil((joints + this.#joints * words * WORD) / (2 * NUMBER));
    // With groups that the last joint lacks: what is there comes to sums that nobody reads.
    const end = numbers + this.#joints * JOINT_PANELS * KERNEL_ROWS * depth * NUMBER;
    growTo(this.#memory, end);
    return { rows, blocks, depth, words, joints, numbers };
  }

  /** Columns as groups of four, interleaved; what the last group lacks are zeros. */
  *#pack({ data, shape }: Matrix, from: number, { rows, depth, words, joints, numbers }: Packing): Pieces<void> {
    const columns = shape[1]!;
    const order = this.#order;
    const packed = new Float64Array(this.#memory.buffer, numbers);
    const masks = new Int32Array(this.#memory.buffer, MASKS, (this.#groups + this.#joints) * words);
    const joined = (joints - MASKS) / WORD;
    masks.fill(0);
    for (let first = 0; first < rows; first += PACKED_ROWS) {
      const count = Math.min(PACKED_ROWS, rows - first);
      const start = (from + first) * columns;
      for (let group = 0; group < this.#groups; group++) {
        const lanes = Math.min(KERNEL_ROWS, columns - group * KERNEL_ROWS);
        let to = (group * depth + first) * KERNEL_ROWS;
        let bits = 0;
        if (lanes === KERNEL_ROWS) {
          let a = start + order[group * KERNEL_ROWS]!;
          let b = start + order[group * KERNEL_ROWS + 1]!;
          let c = start + order[group * KERNEL_ROWS + 2]!;
          let d = start + order[group * KERNEL_ROWS + 3]!;
          for (let row = 0; row < count; row++) {
            const [w, x, y, z] = [data[a]!, data[b]!, data[c]!, data[d]!];
            packed[to] = w;
            packed[to + 1] = x;
            packed[to + 2] = y;
            packed[to + 3] = z;
            if (w !== 0 || x !== 0 || y !== 0 || z !== 0) bits |= 1 << row;
            to += KERNEL_ROWS;
            a += columns;
            b += columns;
            c += columns;
            d += columns;
          }
        } else {
          for (let row = 0; row < count; row++) {
            for (let lane = 0; lane < KERNEL_ROWS; lane++) {
              const value = lane < lanes ? data[start + row * columns + order[group * KERNEL_ROWS + lane]!]! : 0;
              packed[to++] = value;
              if (value !== 0) bits |= 1 << row;
            }
          }
        }
        const word = first >> 5;
        masks[group * words + word]! |= bits << (first & 31);
        masks[joined + Math.floor(group / JOINT_PANELS) * words + word]! |= bits << (first & 31);
      }
      yield 2 * count * columns;
    }
  }

  *#addParts(target: Float64Array, packing: Packing): Pieces<void> {
    const operations = new OperationCount();
    const order = this.#order.length;
    const sums = new Float64Array(this.#memory.buffer, TARGET, PART * PART);
    const { blocks, depth, words, joints, numbers } = packing;
    const panelStride = depth * KERNEL_COLUMNS * NUMBER;
    const maskStride = words * WORD;
    for (let row = 0; row < order; row += PART) {
      const rowEnd = Math.min(row + PART, order);
      for (let column = 0; column < rowEnd; column += PART) {
        copyLower(target, sums, { order, row, rowEnd, column, isBack: false });
        const firstJoint = column / (KERNEL_COLUMNS * JOINT_PANELS);
        for (let block = 0; block < blocks; block++) {
          const offset = numbers + block * SUM_BLOCK * KERNEL_ROWS * NUMBER;
          const maskOffset = block * MASK_WORDS * WORD;
          for (let group = row / KERNEL_ROWS; group < rowEnd / KERNEL_ROWS; group++) {
            const place = group - row / KERNEL_ROWS;
            const joint = Math.floor(group / JOINT_PANELS) - firstJoint;
            const count = Math.min(joint + 1, GROUPS_OF_PART / JOINT_PANELS);
            this.#kernel(
              offset + group * panelStride,
              offset + (column / KERNEL_COLUMNS) * panelStride,
              panelStride,
              TARGET + place * KERNEL_ROWS * PART * NUMBER,
              count,
              MASKS + maskOffset + group * maskStride,
              joints + maskOffset + firstJoint * maskStride,
              maskStride,
              0,
            );
            const done = operations.add(KERNEL_ROWS * count * JOINT_PANELS * KERNEL_COLUMNS * SUM_BLOCK);
            if (done !== undefined) yield done;
          }
        }
        copyLower(target, sums, { order, row, rowEnd, column, isBack: true });
      }
    }
    yield operations.rest();
  }
}

/** How columns are packed. */
interface Packing {
  readonly rows: number;
  /** Blocks of `SUM_BLOCK` rows. */
  readonly blocks: number;
  readonly depth: number;
  /** Of a mask. */
  readonly words: number;
  /** Addresses: of the masks of joints, and of the packed numbers. */
  readonly joints: number;
  readonly numbers: number;
}

/** Copies a part on and below the diagonal to where it is summed, or back. */
function copyLower(
  target: Float64Array,
  sums: Float64Array,
  part: {
    readonly order: number;
    readonly row: number;
    readonly rowEnd: number;
    readonly column: number;
    readonly isBack: boolean;
  },
): void {
  const { order, row, rowEnd, column, isBack } = part;
  for (let at = row; at < rowEnd; at++) {
    const start = at * order + column;
    const end = at * order + Math.min(column + PART, at + 1);
    let place = (at - row) * PART;
    if (isBack) for (let index = start; index < end; index++) target[index] = sums[place++]!;
    else for (let index = start; index < end; index++) sums[place++] = target[index]!;
  }
}
