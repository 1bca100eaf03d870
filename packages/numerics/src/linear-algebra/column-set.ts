/** @file `ColumnSet`: the columns of a problem of active sets, worked on together, in WebAssembly where there is some. */
import { type ColumnSetKernel, columnSetModule } from './column-set-kernel.ts';
import { growTo, KernelModule, type KernelsInMemory } from '../products/kernel-module.ts';
import type { Matrix } from './matrix.ts';
import {
  annulling,
  directionEliminating,
  productFrom,
  reflect,
  type Reflection,
  rotate,
  setReflected,
} from './reflection.ts';

const NUMBER = 8;
const WORD = 4;

/** Kernels in a memory of which a set has the whole until it is given back. */
type Workspace = KernelsInMemory<ColumnSetKernel>;

/** Free ones are kept, unless they are large. */
const MOST_KEPT = 2;
const LARGE = 2 ** 22;

const free: Workspace[] = [];
const kernelModule = /* @__PURE__ */ new KernelModule<ColumnSetKernel>(columnSetModule);

/** With so many bytes at least; undefined where the host has no WebAssembly, or none with vectors, or no memory for it. */
function takeWorkspace(bytes: number): Workspace | undefined {
  const workspace = free.pop() ?? kernelModule.withMemory(0);
  if (workspace === undefined) return undefined;
  try {
    growTo(workspace.memory, bytes);
    return workspace;
  } catch {
    return undefined;
  }
}

/**
 * The columns of a least squares problem and its side. Some columns are taken, each of whose elements after its place in their order are 0,
 * so that they make a triangle.
 */
export class ColumnSet {
  /** Each of so many elements, in place. Of no use once the set is given back, as all of it. */
  readonly columns: readonly Float64Array[];
  /** As long as columns are, in place. */
  readonly side: Float64Array;
  readonly #stride: number;
  readonly #workspace: Workspace | undefined;
  /** 0 or 1 for each column. */
  readonly #isTaken: Int32Array;
  /** Columns that are taken, in their order. */
  readonly #order: Int32Array;
  #size = 0;
  readonly #gains: Float64Array;
  #knowsGains = false;
  readonly #direction: Float64Array;
  readonly #solved: Float64Array;
  readonly #numbers: Float64Array;

  /** Copies of the rows of a matrix, [columns, length], none taken, and of a side, [length]. */
  constructor({ data, shape }: Matrix, side: Float64Array) {
    const [count, length] = shape as [number, number];
    this.#stride = length * NUMBER;
    const bytes = (count * length + 2 * length + 2 * count) * NUMBER + 2 * count * WORD;
    this.#workspace = takeWorkspace(bytes);
    const buffer = this.#workspace?.memory.buffer ?? new ArrayBuffer(bytes);
    let end = 0;
    const numbersOf = (size: number): Float64Array => {
      const numbers = new Float64Array(buffer, end, size);
      end += numbers.byteLength;
      return numbers;
    };
    this.#numbers = numbersOf(count * length);
    this.side = numbersOf(length);
    this.#direction = numbersOf(length);
    this.#gains = numbersOf(count);
    this.#solved = numbersOf(count);
    this.#isTaken = new Int32Array(buffer, end, count).fill(0);
    this.#order = new Int32Array(buffer, end + count * WORD, count);
    this.#numbers.set(data);
    this.side.set(side);
    this.columns = Array.from({ length: count }, (_, column) =>
      this.#numbers.subarray(column * length, (column + 1) * length),
    );
  }

  /** How many columns are taken. */
  get size(): number {
    return this.#size;
  }

  /** The column that is taken at a place in their order. */
  takenAt(place: number): number {
    return this.#order[place]!;
  }

  /**
   * The scalar product of the side with each column, without the elements before place `size`, 0 for those that are taken. Whoever asks may
   * change them until a column is taken or let go, and finds them so if asking again.
   */
  gains(): Float64Array {
    if (!this.#knowsGains) this.#multiply();
    this.#knowsGains = true;
    return this.#gains;
  }

  /**
   * Takes a column, as the last in their order, unless the others span it to rounding, or its element of the solution would not be above 0. The side and
   * the columns that are not taken are reflected, so that its elements after its place become 0.
   */
  takes(column: number): boolean {
    const [from, vector, direction, { side }] = [this.#size, this.columns[column]!, this.#direction, this];
    const tail = Math.sqrt(productFrom(vector, vector, from));
    if (!(tail > side.length * Number.EPSILON * Math.sqrt(productFrom(vector, vector, 0)))) return false;
    const elimination = directionEliminating(vector, from, direction);
    const { factor, reflected } = elimination;
    const product = factor === 0 ? 0 : factor * productFrom(direction, side, from);
    if (!((side[from]! - product * direction[from]!) / reflected > 0)) return false;
    this.#order[this.#size++] = column;
    this.#isTaken[column] = 1;
    setReflected(vector, from, elimination);
    const reflection = { from, direction, factor };
    reflect(side, reflection);
    this.#reflect(reflection);
    return true;
  }

  /** Lets the column go that is taken at a place in their order: those after it are rotated with all others, and the side, to be a triangle again. */
  letGo(place: number): void {
    const column = this.#order[place]!;
    this.#isTaken[column] = 0;
    this.#order.copyWithin(place, place + 1, this.#size--);
    for (let step = place; step < this.#size; step++) {
      const pivot = this.columns[this.#order[step]!]!;
      const rotation = annulling(pivot, step);
      for (const other of this.columns) if (other !== pivot) rotate(other, rotation);
      rotate(this.side, rotation);
    }
    this.#knowsGains = false;
  }

  /** The x of the columns that are taken, in their order, with which they add up to the side, as far as they reach. Overwritten by the next. */
  solved(): Float64Array {
    const [solved, size] = [this.#solved, this.#size];
    for (let row = 0; row < size; row++) solved[row] = this.side[row]!;
    if (this.#workspace !== undefined) {
      const { solve } = this.#workspace.kernels;
      solve(solved.byteOffset, this.#numbers.byteOffset, this.#stride, this.#order.byteOffset, size);
      return solved;
    }
    for (let step = size - 1; step >= 0; step--) {
      const column = this.columns[this.#order[step]!]!;
      const value = solved[step]! / column[step]!;
      solved[step] = value;
      for (let row = 0; row < step; row++) solved[row]! -= value * column[row]!;
    }
    return solved;
  }

  giveBack(): void {
    const workspace = this.#workspace;
    if (workspace === undefined || free.length >= MOST_KEPT || workspace.memory.buffer.byteLength > LARGE) return;
    free.push(workspace);
  }

  #multiply(): void {
    const from = this.#size;
    if (this.#workspace === undefined) {
      for (const [column, numbers] of this.columns.entries())
        this.#gains[column] = this.#isTaken[column] === 1 ? 0 : productFrom(this.side, numbers, from);
      return;
    }
    const [offset, length] = [from * NUMBER, this.side.length - from];
    this.#workspace.kernels.multiply(
      this.side.byteOffset + offset,
      this.#numbers.byteOffset + offset,
      this.#stride,
      length,
      this.#isTaken.byteOffset,
      this.columns.length,
      this.#gains.byteOffset,
    );
  }

  /** Reflects the columns that are not taken; what they gain is then known. */
  #reflect(reflection: Reflection): void {
    const { from, direction, factor } = reflection;
    this.#knowsGains = factor !== 0 && this.#workspace !== undefined;
    if (factor === 0) return;
    if (this.#workspace === undefined) {
      for (const [column, numbers] of this.columns.entries())
        if (this.#isTaken[column] === 0) reflect(numbers, reflection);
      return;
    }
    const [offset, length] = [from * NUMBER, this.side.length - from];
    this.#workspace.kernels.reflect(
      this.side.byteOffset + offset,
      this.#numbers.byteOffset + offset,
      this.#stride,
      length,
      this.#isTaken.byteOffset,
      this.columns.length,
      this.#gains.byteOffset,
      direction.byteOffset + offset,
      factor,
    );
  }
}
