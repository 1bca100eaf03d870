/**
 * @file Where Gram matrices of columns with many zeros are summed in WebAssembly: packed columns, and masks of what is not zero. Parts of
 * the sum are shared out, where there is a team.
 */
import { type KernelCalls, operationsOf } from './kernel-calls.ts';
import { growTo, KernelModule, type KernelsInMemory } from './kernel-module.ts';
import type { Matrix } from '../linear-algebra/matrix.ts';
import { SUM_BLOCK } from './panel.ts';
import { fetchPart, type Part, PART_ROWS as PART, putPart } from './packed-rows.ts';
import type { Pieces } from '../basics/pieces.ts';
import { currentTeam } from './product-team.ts';
import { KERNEL_COLUMNS, KERNEL_ROWS } from './row-product-kernel.ts';
import { JOINT_PANELS, LIST_BYTES, MASK_WORDS, type SparseGramKernel, sparseGramModule } from './sparse-gram-kernel.ts';
import type { PartWork } from './team-ring.ts';

const JOINTS_OF_PART: number = PART / KERNEL_ROWS / JOINT_PANELS;
const NUMBER = 8;
const WORD = 4;

/** Numbers that are packed at a time. */
const MOST_PACKED = 2 ** 22;

/** Blocks of rows that are shared out at a time, so that a task stays short. */
const MOST_SHARED = 4;

/** Rows that are packed side by side, so that lines of the cache are used while they are there; they divide 32. */
const PACKED_ROWS = 8;

/** Where the list, the part of the target and all else stand in a memory of one thread. */
const LIST = 0;
const TARGET = LIST_BYTES;
const PACKED: number = TARGET + PART * PART * NUMBER;

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
    const most = Math.max(1, Math.floor(MOST_PACKED / (this.#groups * KERNEL_ROWS * SUM_BLOCK)));
    for (let from = 0; from < rows;) {
      const isShared = yield* this.#addShared(target, columns, from, Math.min(MOST_SHARED, most));
      const count = Math.min((isShared ? Math.min(MOST_SHARED, most) : most) * SUM_BLOCK, rows - from);
      if (!isShared) yield* this.#addAlone(target, columns, from, count);
      from += count;
    }
  }

  /** Adds so many blocks of rows with others' help; false where there is nobody, or it is not worth it. */
  *#addShared(target: Float64Array, columns: Matrix, from: number, blocks: number): Pieces<boolean> {
    const team = currentTeam();
    const order = this.#order.length;
    if (team === undefined || order <= PART) return false;
    const rows = Math.min(blocks * SUM_BLOCK, columns.shape[0]! - from);
    const { end } = this.#packing(rows, 0);
    const ring = team.take((order * order * rows) / 2, end);
    if (ring === undefined) return false;
    try {
      const packing = this.#packing(rows, ring.packed);
      yield* this.#pack(ring.memory, columns, from, packing);
      const parts = function* (this: SparseGram): Iterable<PartWork> {
        for (const part of this.#parts()) {
          yield {
            fetch: (numbers, copy) => fetchPart(numbers, copy, { data: target, start: 0, stride: order }, part),
            work: (copy) => {
              const calls = this.#callsOf(part, packing, copy);
              return { calls, operations: operationsOf(calls, JOINT_PANELS) };
            },
            put: (numbers, copy) => putPart(numbers, copy, { data: target, start: 0, stride: order }, part),
          };
        }
      };
      yield* team.run(ring, parts.call(this));
      return true;
    } finally {
      team.leave();
    }
  }

  *#addAlone(target: Float64Array, columns: Matrix, from: number, rows: number): Pieces<void> {
    const packing = this.#packing(rows, PACKED);
    growTo(this.#memory, packing.end);
    yield* this.#pack(this.#memory, columns, from, packing);
    const numbers = new Float64Array(this.#memory.buffer);
    const whole = { data: target, start: 0, stride: this.#order.length };
    for (const part of this.#parts()) {
      fetchPart(numbers, TARGET / NUMBER, whole, part);
      for (const calls of this.#callsOf(part, packing, TARGET)) yield* this.#do(calls);
      putPart(numbers, TARGET / NUMBER, whole, part);
    }
  }

  *#do({ times, first, steps }: KernelCalls): Pieces<void> {
    const [left, right, panelStride, target, joints, leftMask, rightMask, maskStride] = first as Eight;
    const [leftStep, , , targetStep, , maskStep] = steps as Eight;
    for (let time = 0; time < times; time++) {
      this.#kernel(
        left + time * leftStep,
        right,
        panelStride,
        target + time * targetStep,
        joints,
        leftMask + time * maskStep,
        rightMask,
        maskStride,
        LIST,
      );
      yield KERNEL_ROWS * joints * JOINT_PANELS * KERNEL_COLUMNS * SUM_BLOCK;
    }
  }

  /** Where so many rows are packed, from an address on. */
  #packing(rows: number, masks: number): Packing {
    const blocks = Math.ceil(rows / SUM_BLOCK);
    const depth = blocks * SUM_BLOCK;
    const words = blocks * MASK_WORDS;
    const joints = masks + this.#groups * words * WORD;
    const numbers = 2 * NUMBER * Math.ceil((joints + this.#joints * words * WORD) / (2 * NUMBER));
    // With groups that the last joint lacks: what is there comes to sums that nobody reads.
    const end = numbers + this.#joints * JOINT_PANELS * KERNEL_ROWS * depth * NUMBER;
    return { rows, blocks, depth, words, masks, joints, numbers, end };
  }

  /** Columns as groups of four, interleaved; what the last group lacks are zeros. */
  *#pack(
    memory: WebAssembly.Memory,
    { data, shape }: Matrix,
    from: number,
    { rows, depth, words, masks: start, joints, numbers }: Packing,
  ): Pieces<void> {
    const columns = shape[1]!;
    const order = this.#order;
    const packed = new Float64Array(memory.buffer, numbers);
    const masks = new Int32Array(memory.buffer, start, (this.#groups + this.#joints) * words);
    const joined = (joints - start) / WORD;
    masks.fill(0);
    for (let first = 0; first < rows; first += PACKED_ROWS) {
      const count = Math.min(PACKED_ROWS, rows - first);
      const origin = (from + first) * columns;
      for (let group = 0; group < this.#groups; group++) {
        const lanes = Math.min(KERNEL_ROWS, columns - group * KERNEL_ROWS);
        let to = (group * depth + first) * KERNEL_ROWS;
        let bits = 0;
        if (lanes === KERNEL_ROWS) {
          let a = origin + order[group * KERNEL_ROWS]!;
          let b = origin + order[group * KERNEL_ROWS + 1]!;
          let c = origin + order[group * KERNEL_ROWS + 2]!;
          let d = origin + order[group * KERNEL_ROWS + 3]!;
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
              const value = lane < lanes ? data[origin + row * columns + order[group * KERNEL_ROWS + lane]!]! : 0;
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

  /** The parts of the target, on and below the diagonal. */
  *#parts(): Iterable<Part> {
    const order = this.#order.length;
    for (let row = 0; row < order; row += PART) {
      const rowEnd = Math.min(row + PART, order);
      for (let column = 0; column < rowEnd; column += PART)
        yield { row, rowEnd, column, columnEnd: Math.min(column + PART, order), lowerOnly: true };
    }
  }

  /** What sums a part that is copied to `target`: blocks one after another, rows that end in the same joint at once. */
  #callsOf({ row, rowEnd, column }: Part, packing: Packing, target: number): readonly KernelCalls[] {
    const { blocks, depth, words, masks, joints, numbers } = packing;
    const panelStride = depth * KERNEL_COLUMNS * NUMBER;
    const maskStride = words * WORD;
    const firstJoint = column / (KERNEL_COLUMNS * JOINT_PANELS);
    const targetStep = KERNEL_ROWS * PART * NUMBER;
    const [firstGroup, groups] = [row / KERNEL_ROWS, Math.ceil((rowEnd - row) / KERNEL_ROWS)];
    const together = row === column ? JOINT_PANELS : groups;
    const calls: KernelCalls[] = [];
    for (let block = 0; block < blocks; block++) {
      const offset = numbers + block * SUM_BLOCK * KERNEL_ROWS * NUMBER;
      const maskOffset = block * MASK_WORDS * WORD;
      for (let place = 0; place < groups; place += together) {
        const group = firstGroup + place;
        const joint = Math.floor(group / JOINT_PANELS) - firstJoint;
        calls.push({
          kernel: 'sparse',
          times: Math.min(together, groups - place),
          first: [
            offset + group * panelStride,
            offset + (column / KERNEL_COLUMNS) * panelStride,
            panelStride,
            target + place * targetStep,
            Math.min(joint + 1, JOINTS_OF_PART),
            masks + maskOffset + group * maskStride,
            joints + maskOffset + firstJoint * maskStride,
            maskStride,
          ],
          steps: [panelStride, 0, 0, targetStep, 0, maskStride, 0, 0],
        });
      }
    }
    return calls;
  }
}

type Eight = [number, number, number, number, number, number, number, number];

/** How columns are packed. */
interface Packing {
  readonly rows: number;
  /** Blocks of `SUM_BLOCK` rows. */
  readonly blocks: number;
  readonly depth: number;
  /** Of a mask. */
  readonly words: number;
  /** Addresses: of the masks of groups, and of joints, and of the packed numbers; and where all ends. */
  readonly masks: number;
  readonly joints: number;
  readonly numbers: number;
  readonly end: number;
}
