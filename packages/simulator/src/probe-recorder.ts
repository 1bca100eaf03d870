/** @file Keeps what probes record: `sampleEvery`, `keepHistory`, and growth without copying at each step. */
import { completedPeriods, isPeriodEnd, type OutputBlock, type Sink } from '@ndl/core';
import type { Probe } from '@ndl/model';
import { NdArray, sizeOf, type FloatArray } from '@ndl/numerics';
import { foreignObject } from './errors.ts';
import { nameOf } from './object-name.ts';

/** One probe as the recorder sees it. */
export interface RecordedProbe {
  readonly probe: Probe;
  /** Output of the program. */
  readonly output: string;
  /** Of one sample: [size] but for probes of matrices, as of weights and encoders. */
  readonly shape: readonly number[];
  /** Steps between samples, as `secondsInSteps` gives them; 1 records all. */
  readonly period: number;
  readonly keepHistory: boolean;
}

/** The steps from 1 to `count` that are sampled. */
export function sampledSteps(count: number, period: number): readonly number[] {
  const sampled: number[] = [];
  for (let step = 1; step <= count; step++) if (isPeriodEnd(step, period)) sampled.push(step);
  return sampled;
}

/** The step at which the sample number `count` (from 1) is taken. */
export function stepOfSample(count: number, period: number): number {
  if (period <= 1) return count;
  let step = Math.max(1, Math.floor(count * period) - 1);
  while (completedPeriods(step, period) < count) step++;
  return step;
}

/** How many samples the first `steps` steps give. */
export function samplesIn(steps: number, period: number): number {
  return completedPeriods(steps, Math.max(1, period));
}

/** Records the outputs of one sequence of runs over a fixed number of items. */
export class ProbeRecorder implements Sink {
  readonly items: number;
  /** Names of the outputs that it records. */
  readonly outputs: ReadonlySet<string>;
  readonly #tracks: ReadonlyMap<string, Track>;
  readonly #tracksOfProbe: ReadonlyMap<Probe, Track>;

  constructor(probes: readonly RecordedProbe[], items: number) {
    this.items = items;
    this.outputs = new Set(probes.map(({ output }) => output));
    this.#tracks = new Map(probes.map((recorded) => [recorded.output, new Track(recorded, items)]));
    this.#tracksOfProbe = new Map(probes.map(({ probe, output }) => [probe, this.#tracks.get(output)!]));
  }

  write({ output, steps, data }: OutputBlock): void {
    const track = this.#tracks.get(output);
    if (track === undefined) return;
    const length = this.items * track.size;
    for (let index = 0; index < steps.length; index++)
      track.append(data.subarray(index * length, (index + 1) * length));
  }

  /** Samples of a probe: [items, samples, …shape]. @throws NdlError FOREIGN_OBJECT. */
  samples(probe: Probe): NdArray {
    const track = this.#tracksOfProbe.get(probe);
    if (track !== undefined) return track.samples();
    throw foreignObject('samples', nameOf(probe), [...this.#tracksOfProbe.keys()].map(nameOf));
  }

  /** Forgets the samples taken so far. */
  clear(): void {
    for (const track of this.#tracks.values()) track.clear();
  }
}

/** The samples of one probe, in an array that doubles when it is full. */
class Track {
  readonly recorded: RecordedProbe;
  /** Elements of a sample. */
  readonly size: number;
  readonly #items: number;
  #data: Float64Array;
  #count = 0;

  constructor(recorded: RecordedProbe, items: number) {
    this.recorded = recorded;
    this.size = sizeOf(recorded.shape);
    this.#items = items;
    this.#data = new Float64Array(0);
  }

  append(sample: FloatArray): void {
    const start = this.recorded.keepHistory ? this.#count * sample.length : 0;
    if (start + sample.length > this.#data.length) {
      const grown = new Float64Array(Math.max(2 * this.#data.length, start + sample.length));
      grown.set(this.#data);
      this.#data = grown;
    }
    this.#data.set(sample, start);
    this.#count = this.recorded.keepHistory ? this.#count + 1 : 1;
  }

  samples(): NdArray {
    const { size } = this;
    const items = this.#items;
    const samples = new Float64Array(items * this.#count * size);
    for (let sample = 0; sample < this.#count; sample++) {
      for (let item = 0; item < items; item++) {
        const from = (sample * items + item) * size;
        samples.set(this.#data.subarray(from, from + size), (item * this.#count + sample) * size);
      }
    }
    return new NdArray(samples, [items, this.#count, ...this.recorded.shape]);
  }

  clear(): void {
    this.#data = new Float64Array(0);
    this.#count = 0;
  }
}

/** Samples of consecutive minibatches as one array: [items of all, samples, …shape]. */
export function joinItems(pieces: readonly NdArray[]): NdArray {
  if (pieces.length === 1) return pieces[0]!;
  const joined = new Float64Array(pieces.reduce((size, piece) => size + piece.size, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece.data, offset);
    offset += piece.size;
  }
  const items = pieces.reduce((sum, piece) => sum + piece.shape[0]!, 0);
  return new NdArray(joined, [items, ...pieces[0]!.shape.slice(1)]);
}
