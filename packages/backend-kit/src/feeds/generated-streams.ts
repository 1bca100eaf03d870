/** @file The streams of random numbers of one generated input, one per item, drawn from in JavaScript. */
import { GeneratedStream, STREAM_POSITION, type Dtype, type GeneratedSource } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { Memory, RandomStreams } from '../engine.ts';
import type { PositionedStreams } from './positioned-streams.ts';
import { allocate } from '../memory/parameter-store.ts';

/** Numbers of an item that are rather drawn once more than that a position of as many words is copied. */
const SHORT = 2 ** 12;

/** Streams of random numbers of one generated input, one per item, drawn in JavaScript. */
export class GeneratedStreams implements PositionedStreams {
  readonly #streams: readonly GeneratedStream[];
  readonly #start: Float64Array;
  /** A position of all, and how many numbers of each item were drawn since, and until it was marked. */
  #known: Float64Array;
  #drawn = 0;
  #marked = 0;

  constructor(source: GeneratedSource, items: number) {
    this.#streams = Array.from({ length: items }, (_, item) => new GeneratedStream(source, item));
    this.#start = this.save();
    this.#known = this.#start;
  }

  /** Draws the numbers of a step: [items, size]. */
  fill(into: FloatArray): void {
    const size = into.length / this.#streams.length;
    this.#streams.forEach((stream, item) => stream.fill(into.subarray(item * size, (item + 1) * size)));
    this.#drawn += size;
  }

  mark(): void {
    if (this.#drawn > SHORT) {
      this.#known = this.save();
      this.#drawn = 0;
    }
    this.#marked = this.#drawn;
  }

  goBack(): void {
    const marked = this.#marked;
    this.restore(this.#known);
    const again = new Float64Array(marked);
    for (const stream of this.#streams) stream.fill(again);
    this.#drawn = marked;
    this.#marked = marked;
  }

  save(): Float64Array {
    const positions = new Float64Array(this.#streams.length * STREAM_POSITION);
    this.#streams.forEach((stream, item) => positions.set(stream.save(), item * STREAM_POSITION));
    return positions;
  }

  restore(positions: Float64Array): void {
    this.#streams.forEach((stream, item) =>
      stream.restore(positions.subarray(item * STREAM_POSITION, (item + 1) * STREAM_POSITION)),
    );
    this.#known = positions;
    this.#drawn = 0;
    this.#marked = 0;
  }

  restart(): void {
    this.restore(this.#start);
  }

  free(): void {}
}

/** The same for memory that is written. */
export class WrittenStreams<Store> extends GeneratedStreams implements RandomStreams<Store> {
  readonly #memory: Memory<Store>;
  readonly #dtype: Dtype;
  readonly #items: number;

  constructor(memory: Memory<Store>, dtype: Dtype, source: GeneratedSource, items: number) {
    super(source, items);
    this.#memory = memory;
    this.#dtype = dtype;
    this.#items = items;
  }

  draw(store: Store, row: number, steps: number, size: number): void {
    const ofStep = this.#items * size;
    const drawn = allocate(this.#dtype, steps * ofStep);
    for (let step = 0; step < steps; step++) this.fill(drawn.subarray(step * ofStep, (step + 1) * ofStep));
    this.#memory.write(store, row, drawn);
  }
}
