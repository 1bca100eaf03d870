/** @file What is read of a program while it runs: a store that an emitted section copies samples to, and blocks for the sink. */
import { isPeriodEnd, type OutputBlock } from '@ndl/core';
import type { Dtype, OutputDeclaration, View } from '@ndl/ir';
import { sizeOf, type FloatArray } from '@ndl/numerics';
import type { Memory, Sample } from '../engine.ts';

/** A block for the sink; its numbers are there once `arrival` has come, where that is a promise. */
export interface FetchedBlock {
  readonly block: OutputBlock;
  readonly arrival: void | Promise<void>;
}

/** One output, read after one section. */
export class OutputSamples<Store> implements Sample<Store> {
  readonly view: View;
  readonly into: Store;
  readonly #memory: Memory<Store>;
  readonly #declaration: OutputDeclaration;
  /** Numbers of one sample. */
  readonly #size: number;
  readonly #dtype: Dtype;
  #array: FloatArray | undefined;

  /** @param steps most steps of a block, or of a window where it is read after a section of that kind */
  constructor(memory: Memory<Store>, declaration: OutputDeclaration, dtype: Dtype, items: number, steps: number) {
    const { view, every } = declaration;
    this.view = view;
    this.#memory = memory;
    this.#declaration = declaration;
    this.#dtype = dtype;
    const size = sizeOf(view.shape);
    this.#size = items * size;
    const slices = Math.min(steps, Math.floor(steps / every) + 1);
    this.into = memory.allocate({ dtype, slices, copies: items, size });
  }

  /** Steps of a block, from 0, that ask for a sample. */
  sampledIn(stepsBefore: number, steps: number): readonly number[] {
    const { every } = this.#declaration;
    const sampled: number[] = [];
    for (let step = 0; step < steps; step++) if (isPeriodEnd(stepsBefore + step + 1, every)) sampled.push(step);
    return sampled;
  }

  /**
   * The samples of a block that was run.
   * @param isKept whether its data must outlive the next block
   */
  fetch(stepsBefore: number, sampled: readonly number[], isKept: boolean): FetchedBlock | undefined {
    if (sampled.length === 0) return undefined;
    const length = sampled.length * this.#size;
    const array = this.#array !== undefined && this.#array.length >= length ? this.#array : this.#allocate(length);
    const data = array.subarray(0, length);
    const arrival = this.#memory.read(this.into, 0, data);
    // It is waited for later, or by nobody once something else has failed.
    arrival?.catch(() => {});
    this.#array = isKept || arrival !== undefined ? undefined : array;
    const steps = sampled.map((step) => stepsBefore + step + 1);
    return { arrival, block: { output: this.#declaration.name, steps, data } };
  }

  free(): void {
    this.#memory.free(this.into);
  }

  #allocate(length: number): FloatArray {
    return this.#dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
  }
}
