/** @file `ColumnSet`: columns of which those that are not taken are worked on together, in WebAssembly where there is some. */
import { type ColumnSetKernel, columnSetModule } from './column-set-kernel.ts';
import { growTo, KernelModule, type KernelsInMemory } from './kernel-module.ts';
import type { Matrix } from './matrix.ts';
import { offsetProduct, reflect, type Reflection } from './reflection.ts';

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

export class ColumnSet {
  /** Each of so many elements, in place. Of no use once the set is given back. */
  readonly columns: readonly Float64Array[];
  readonly #length: number;
  readonly #workspace: Workspace | undefined;
  /** 0 or 1 for each column. */
  readonly #isTaken: Int32Array;
  readonly #products: Float64Array;
  readonly #vector: Float64Array;
  readonly #numbers: Float64Array;

  /** Copies of the rows of a matrix, [columns, length], none taken. */
  constructor({ data, shape }: Matrix) {
    const [count, length] = shape as [number, number];
    this.#length = length;
    const bytes = (count * length + length + count) * NUMBER + count * WORD;
    this.#workspace = takeWorkspace(bytes);
    const buffer = this.#workspace?.memory.buffer ?? new ArrayBuffer(bytes);
    this.#numbers = new Float64Array(buffer, 0, count * length);
    this.#vector = new Float64Array(buffer, this.#numbers.byteLength, length);
    this.#products = new Float64Array(buffer, this.#numbers.byteLength + length * NUMBER, count);
    this.#isTaken = new Int32Array(buffer, this.#products.byteOffset + count * NUMBER, count).fill(0);
    this.#numbers.set(data);
    this.columns = Array.from({ length: count }, (_, column) =>
      this.#numbers.subarray(column * length, (column + 1) * length),
    );
  }

  isTaken(column: number): boolean {
    return this.#isTaken[column] === 1;
  }

  take(column: number): void {
    this.#isTaken[column] = 1;
  }

  letGo(column: number): void {
    this.#isTaken[column] = 0;
  }

  /** The scalar product of `vector` with each column from element `from` on, 0 for those that are taken: until it is asked for again. */
  products(vector: Float64Array, from: number): Float64Array {
    const products = this.#products;
    if (this.#workspace === undefined) {
      for (const [column, numbers] of this.columns.entries())
        products[column] = this.isTaken(column) ? 0 : offsetProduct(vector, numbers, from);
      return products;
    }
    this.#vector.set(vector);
    const { byteOffset } = this.#vector;
    const [stride, count, isTaken] = [this.#length * NUMBER, this.columns.length, this.#isTaken.byteOffset];
    const { multiply } = this.#workspace.kernels;
    multiply(byteOffset, from * NUMBER, stride, vector.length, isTaken, count, products.byteOffset);
    return products;
  }

  /** Reflects the columns that are not taken. */
  reflect(reflection: Reflection): void {
    const { from, direction, factor } = reflection;
    if (factor === 0) return;
    if (this.#workspace === undefined) {
      for (const [column, numbers] of this.columns.entries()) if (!this.isTaken(column)) reflect(numbers, reflection);
      return;
    }
    this.#vector.set(direction);
    const { byteOffset } = this.#vector;
    const [stride, count, isTaken] = [this.#length * NUMBER, this.columns.length, this.#isTaken.byteOffset];
    this.#workspace.kernels.reflect(byteOffset, from * NUMBER, stride, direction.length, isTaken, count, factor);
  }

  giveBack(): void {
    const workspace = this.#workspace;
    if (workspace === undefined || free.length >= MOST_KEPT || workspace.memory.buffer.byteLength > LARGE) return;
    free.push(workspace);
  }
}
