/** @file `WasmStreams`: the streams of random numbers of one generated input, one per item, which draw where their numbers are wanted. */
import type { RandomStreams } from '@ndl/backend-kit';
import { type Dtype, GeneratedStream, type GeneratedSource, STREAM_POSITION } from '@ndl/ir';
import type { AddressSpace } from '../memory/address-space.ts';
import { elementBytes, rowAddress, type Store } from '../memory/memory.ts';
import { type Draw, STREAM, twisterModule } from './twister-module.ts';

/** What draws, by dtype; made when it is first needed. */
export class Twisters {
  readonly #space: AddressSpace;
  readonly #made = new Map<Dtype, Readonly<Record<'uniform' | 'normal', Draw>>>();

  constructor(space: AddressSpace) {
    this.#space = space;
  }

  of(dtype: Dtype): Readonly<Record<'uniform' | 'normal', Draw>> {
    const known = this.#made.get(dtype);
    if (known !== undefined) return known;
    // Small enough to be compiled at once in any browser.
    const module = new WebAssembly.Module(twisterModule(dtype, this.#space.isShared).bytes());
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#space.memory } });
    const made = exports as unknown as Readonly<Record<'uniform' | 'normal', Draw>>;
    this.#made.set(dtype, made);
    return made;
  }
}

/** Where a stream stood when it was marked. */
interface Mark {
  position: number;
  hasNormal: number;
  normal: number;
}

export class WasmStreams implements RandomStreams<Store> {
  readonly #space: AddressSpace;
  readonly #draw: Draw;
  readonly #a: number;
  readonly #b: number;
  readonly #factor: number;
  readonly #items: number;
  readonly #address: number;
  readonly #start: Float64Array;
  readonly #marks: readonly Mark[];

  constructor(space: AddressSpace, twisters: Twisters, source: GeneratedSource, items: number, dtype: Dtype) {
    const { distribution, factor } = source;
    const { kind } = distribution;
    this.#draw = twisters.of(dtype)[kind];
    this.#a = kind === 'uniform' ? distribution.low : distribution.mean;
    this.#b = kind === 'uniform' ? distribution.high - distribution.low : distribution.deviation;
    this.#factor = factor;
    this.#space = space;
    this.#items = items;
    this.#address = space.take(items * STREAM.bytes);
    this.#marks = Array.from({ length: items }, () => ({ position: STREAM.words, hasNormal: 0, normal: 0 }));
    this.#start = new Float64Array(items * STREAM_POSITION);
    for (let item = 0; item < items; item++)
      this.#start.set(new GeneratedStream(source, item).save(), item * STREAM_POSITION);
    this.#place(this.#start);
  }

  draw(store: Store, row: number, steps: number, size: number): void {
    const bytes = size * elementBytes(store.shape.dtype);
    const start = rowAddress(store, row);
    const gap = (this.#items - 1) * bytes;
    for (let item = 0; item < this.#items; item++)
      this.#draw(this.#streamAt(item), start + item * bytes, steps, size, gap, this.#a, this.#b, this.#factor);
    store.version++;
  }

  mark(): void {
    const { int32, float64 } = this.#space;
    this.#marks.forEach((mark, item) => {
      const stream = this.#streamAt(item);
      mark.position = int32[(stream + STREAM.position) / 4]!;
      mark.hasNormal = int32[(stream + STREAM.hasNormal) / 4]!;
      mark.normal = float64[(stream + STREAM.normal) / 8]!;
      int32[(stream + STREAM.isKept) / 4] = 0;
    });
  }

  goBack(): void {
    const { int32, float64 } = this.#space;
    this.#marks.forEach(({ position, hasNormal, normal }, item) => {
      const stream = this.#streamAt(item);
      const kept = (stream + STREAM.kept) / 4;
      if (int32[(stream + STREAM.isKept) / 4] === 1) int32.copyWithin(stream / 4, kept, kept + STREAM.words);
      int32[(stream + STREAM.position) / 4] = position;
      int32[(stream + STREAM.hasNormal) / 4] = hasNormal;
      float64[(stream + STREAM.normal) / 8] = normal;
      int32[(stream + STREAM.isKept) / 4] = 0;
    });
  }

  save(): Float64Array {
    const { int32, float64 } = this.#space;
    const positions = new Float64Array(this.#items * STREAM_POSITION);
    for (let item = 0; item < this.#items; item++) {
      const stream = this.#streamAt(item);
      const own = positions.subarray(item * STREAM_POSITION, (item + 1) * STREAM_POSITION);
      for (let word = 0; word < STREAM.words; word++) own[word] = int32[stream / 4 + word]! >>> 0;
      const hasNormal = int32[(stream + STREAM.hasNormal) / 4]!;
      const normal = hasNormal === 1 ? float64[(stream + STREAM.normal) / 8]! : 0;
      own.set([int32[(stream + STREAM.position) / 4]!, hasNormal, normal], STREAM.words);
    }
    return positions;
  }

  restore(positions: Float64Array): void {
    // Checked as any stream checks them.
    const checking = new GeneratedStream(ANY, 0);
    for (let item = 0; item < this.#items; item++)
      checking.restore(positions.subarray(item * STREAM_POSITION, (item + 1) * STREAM_POSITION));
    this.#place(positions);
  }

  restart(): void {
    this.#place(this.#start);
  }

  free(): void {
    this.#space.give(this.#address, this.#items * STREAM.bytes);
  }

  #place(positions: Float64Array): void {
    const { int32, float64 } = this.#space;
    for (let item = 0; item < this.#items; item++) {
      const stream = this.#streamAt(item);
      const own = positions.subarray(item * STREAM_POSITION, (item + 1) * STREAM_POSITION);
      for (let word = 0; word < STREAM.words; word++) int32[stream / 4 + word] = own[word]!;
      const [position, hasNormal, normal] = own.subarray(STREAM.words);
      int32[(stream + STREAM.position) / 4] = position!;
      int32[(stream + STREAM.hasNormal) / 4] = hasNormal === 0 ? 0 : 1;
      float64[(stream + STREAM.normal) / 8] = normal!;
    }
    this.mark();
  }

  #streamAt(item: number): number {
    return this.#address + item * STREAM.bytes;
  }
}

/** A stream that only looks at positions. */
const ANY: GeneratedSource = {
  generator: 'mt19937',
  distribution: { kind: 'uniform', low: 0, high: 1 },
  factor: 1,
  seeds: { first: 0 },
};
