/** @file What a file may make of itself: numbers and layers together, however small the file is. */
import { sizeOf } from '@ndl/numerics';
import { sourceInvalid } from './errors.ts';
import type { Layer } from './layer-graph.ts';

/** Numbers of all arrays of a file, and numbers that all layers put out: beyond, a file is gone wrong, or meant to do harm. */
export const MOST_NUMBERS: number = 2 ** 28;

/** Layers are called so often, models within models counted. */
const MOST_CALLS = 10_000;

/** Deflate packs a byte into no less than so small a part of one. */
export const MOST_PACKED = 1032;

/** Counts what a file asks for while it is read. */
export class SizeBounds {
  readonly #what: string;
  #numbers = 0;
  #calls = 0;

  /** @param what how messages call the file */
  constructor(what: string) {
    this.#what = what;
  }

  /** @throws NdlError MODEL_INVALID */
  numbers(size: number): void {
    this.#numbers += size;
    if (!(this.#numbers <= MOST_NUMBERS))
      throw sourceInvalid(this.#what, `its arrays or layers would have more than ${MOST_NUMBERS} numbers together`);
  }

  /** @throws NdlError MODEL_INVALID */
  call(): void {
    this.#calls += 1;
    if (this.#calls > MOST_CALLS) throw sourceInvalid(this.#what, `it calls layers more than ${MOST_CALLS} times`);
  }

  /** @throws NdlError MODEL_INVALID */
  layer(layer: Layer): void {
    this.numbers(sizeOf(layer.shape));
  }
}
