/** @file Keeps what probes record: `sampleEvery`, `keepHistory`, and growth without copying at each step. */
import { completedPeriods, isPeriodEnd, type OutputBlock, type Sink } from '@ndl/core';
import type { Probe } from '@ndl/model';
import { NdArray, sizeOf, type FloatArray } from '@ndl/numerics';
import { foreignObject } from '../composition/object-errors.ts';
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
    track.append(data.subarray(0, steps.length * this.items * track.size), steps.length);
  }

  /** Samples of a probe: [items, samples, …shape]. @throws NdlError FOREIGN_OBJECT. */
  samples(probe: Probe): NdArray {
    const track = this.#tracksOfProbe.get(probe);
    if (track !== undefined) return track.samples();
    throw foreignObject('samples', nameOf(probe), probe, [...this.#tracksOfProbe.keys()].map(nameOf));
  }

  /** The first probe whose last sample holds NaN or infinity, with what it holds. */
  diverged(): { readonly output: string; readonly value: number } | undefined {
    for (const { recorded, lastInfinite } of this.#tracks.values()) {
      const value = lastInfinite();
      if (value !== undefined) return { output: recorded.output, value };
    }
    return undefined;
  }

  /** Forgets the samples taken so far. */
  clear(): void {
    for (const track of this.#tracks.values()) track.clear();
  }
}

/** Numbers of the first piece, and at most of the others, but for single samples that are longer. */
const FIRST_PIECE = 2 ** 8;
const LONGEST_PIECE = 2 ** 20;

/** Some samples, one after another, in an array with room for more. */
interface Piece {
  readonly data: FloatArray;
  used: number;
}

/** The samples of one probe, in pieces that become longer, so that none is copied for another. */
class Track {
  readonly recorded: RecordedProbe;
  /** Elements of a sample. */
  readonly size: number;
  readonly #items: number;
  #pieces: Piece[] = [];
  #count = 0;

  constructor(recorded: RecordedProbe, items: number) {
    this.recorded = recorded;
    this.size = sizeOf(recorded.shape);
    this.#items = items;
  }

  /** @param samples [count, items, size] */
  append(samples: FloatArray, count: number): void {
    if (count === 0) return;
    const length = this.#items * this.size;
    const isKept = this.recorded.keepHistory;
    if (!isKept) this.clear();
    let from = isKept ? 0 : Math.max(0, samples.length - length);
    while (from < samples.length) {
      const piece = this.#pieceWithRoom(length, samples);
      const room = piece.data.length - piece.used;
      const end = Math.min(samples.length, from + room - (room % length));
      piece.data.set(samples.subarray(from, end), piece.used);
      piece.used += end - from;
      from = end;
    }
    this.#count = isKept ? this.#count + count : 1;
  }

  /** Where a sample more has room: in numbers of the dtype in which samples come. */
  #pieceWithRoom(length: number, { constructor }: FloatArray): Piece {
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.used + length <= last.data.length) return last;
    const wanted = Math.max(length, Math.min(2 * (last?.data.length ?? FIRST_PIECE / 2), LONGEST_PIECE));
    const piece = { data: new (constructor as FloatArrayConstructor)(wanted), used: 0 };
    this.#pieces.push(piece);
    return piece;
  }

  samples(): NdArray {
    const { size } = this;
    const items = this.#items;
    const count = this.#count;
    const samples = new Float64Array(items * count * size);
    let sample = 0;
    for (const { data, used } of this.#pieces) {
      if (items === 1) samples.set(data.subarray(0, used), sample * size);
      else spread(data.subarray(0, used), samples, { items, size, count, first: sample });
      sample += used / (items * size);
    }
    return new NdArray(samples, [items, count, ...this.recorded.shape]);
  }

  /** What is not finite in the last sample. */
  readonly lastInfinite = (): number | undefined => {
    const last = this.#pieces.at(-1);
    const end = last?.used ?? 0;
    for (let index = Math.max(0, end - this.#items * this.size); index < end; index++)
      if (!Number.isFinite(last!.data[index])) return last!.data[index];
    return undefined;
  };

  clear(): void {
    this.#pieces = [];
    this.#count = 0;
  }
}

type FloatArrayConstructor = new (length: number) => FloatArray;

/** Copies [samples, items, size] to [items, count, size], from sample `first` on. */
function spread(
  from: FloatArray,
  to: Float64Array,
  { items, size, count, first }: { items: number; size: number; count: number; first: number },
): void {
  let source = 0;
  for (let sample = first; source < from.length; sample++) {
    for (let item = 0; item < items; item++) {
      const target = (item * count + sample) * size;
      for (let element = 0; element < size; element++) to[target + element] = from[source++]!;
    }
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
