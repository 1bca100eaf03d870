/**
 * @file Buffers cut into segments, the units of storage. A buffer is cut wherever a written view begins or ends, so that a
 * write replaces tensors instead of changing parts of them; reads pick from segments, most often one as a whole.
 */
import { broadcastView, extentOf, offsetsOf, sameShape, type Buffer, type View } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { makePicking, type Picking } from './picking.ts';
import type { Spanning } from './stages.ts';

/** Elements `start` to `start + length` of a buffer. */
export interface Segment {
  /** Number of the segment among all of a program. */
  readonly index: number;
  readonly buffer: Buffer;
  readonly start: number;
  readonly length: number;
  /** Whether it has a value for each step; the rest says `Spanning` of it. */
  readonly spans: boolean;
  readonly livesOn: boolean;
  readonly before: number;
  readonly descends: boolean;
}

/** A segment as it is so many steps before the present one. */
export interface LaggedSegment {
  readonly segment: Segment;
  readonly lag: number;
}

/** A view in terms of segments. */
export interface SegmentedView {
  /** What it shows anything of; sources of the picking. */
  readonly sources: readonly LaggedSegment[];
  readonly picking: Picking;
}

const NOT_SPANNING: Spanning = { livesOn: false, before: 0, descends: false };

export class SegmentTable {
  readonly all: readonly Segment[];
  readonly #byBuffer = new Map<string, readonly Segment[]>();
  readonly #buffers: ReadonlyMap<string, Buffer>;
  readonly #spanning: ReadonlyMap<string, Spanning>;

  /** @param spanning the buffers that have a value for each step, by id */
  constructor(buffers: readonly Buffer[], written: readonly View[], spanning: ReadonlyMap<string, Spanning>) {
    const cuts = new Map(buffers.map(({ id, shape }) => [id, new Set([0, sizeOf(shape)])]));
    for (const view of written) {
      const extent = extentOf(view);
      if (extent !== undefined)
        cuts
          .get(view.buffer)!
          .add(extent.first)
          .add(extent.last + 1);
    }
    this.#spanning = spanning;
    this.#buffers = new Map(buffers.map((buffer) => [buffer.id, buffer]));
    const all: Segment[] = [];
    for (const buffer of buffers) {
      const borders = [...cuts.get(buffer.id)!].sort((a, b) => a - b);
      const over = { spans: spanning.has(buffer.id), ...(spanning.get(buffer.id) ?? NOT_SPANNING) };
      const own = borders.slice(1).map((end, k): Segment => {
        return { index: all.length + k, buffer, start: borders[k]!, length: end - borders[k]!, ...over };
      });
      for (const segment of own) all.push(segment);
      this.#byBuffer.set(buffer.id, own);
    }
    this.all = all;
  }

  buffer(id: string): Buffer {
    return this.#buffers.get(id)!;
  }

  /** Whether a buffer has a value for each step. */
  spans(id: string): boolean {
    return this.#spanning.has(id);
  }

  /** In order; none for a buffer without elements. */
  of(buffer: string): readonly Segment[] {
    return this.#byBuffer.get(buffer)!;
  }

  /** The view, broadcast to `shape`. */
  locate(view: View, shape: readonly number[] = view.shape): SegmentedView {
    const segments = this.of(view.buffer);
    const shown = sameShape(view.shape, shape) ? view : broadcastView(view, shape);
    const offsets = offsetsOf(shown);
    const lags = lagsIn(shown);
    const source = new Int32Array(offsets.length);
    const position = new Int32Array(offsets.length);
    const sources: LaggedSegment[] = [];
    const known = new Map<Segment, Map<number, number>>();
    offsets.forEach((offset, k) => {
      const segment = segments[lastAtOrBefore(segments, offset)]!;
      const lag = lags?.[k] ?? 0;
      const byLag = known.get(segment) ?? new Map<number, number>();
      known.set(segment, byLag);
      if (!byLag.has(lag)) byLag.set(lag, sources.push({ segment, lag }) - 1);
      source[k] = byLag.get(lag)!;
      position[k] = offset - segment.start;
    });
    return { sources, picking: makePicking(source, position) };
  }
}

/** The lag of each element in row-major order, where there is any. */
function lagsIn({ buffer, shape, lag }: View): Int32Array | undefined {
  return lag && offsetsOf({ buffer, offset: lag.base, shape, strides: lag.perAxis });
}

function lastAtOrBefore(segments: readonly Segment[], offset: number): number {
  let [low, high] = [0, segments.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (segments[middle]!.start <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
