/**
 * @file Buffers cut into segments, the units of storage. A buffer is cut wherever a written view begins or ends, so that a
 * write replaces tensors instead of changing parts of them; reads pick from segments, most often one as a whole.
 */
import { extentOf, offsetsOf, type Buffer, type View } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { makePicking, type Picking } from './picking.ts';

/** Elements `start` to `start + length` of a buffer. */
export interface Segment {
  /** Number of the segment among all of a program. */
  readonly index: number;
  readonly buffer: Buffer;
  readonly start: number;
  readonly length: number;
}

/** A view in terms of segments. */
export interface SegmentedView {
  /** The segments that it touches; sources of the picking. */
  readonly segments: readonly Segment[];
  readonly picking: Picking;
}

export class SegmentTable {
  readonly all: readonly Segment[];
  readonly #byBuffer = new Map<string, readonly Segment[]>();
  readonly #buffers: ReadonlyMap<string, Buffer>;

  constructor(buffers: readonly Buffer[], written: readonly View[]) {
    const cuts = new Map(buffers.map(({ id, shape }) => [id, new Set([0, sizeOf(shape)])]));
    for (const view of written) {
      const extent = extentOf(view);
      if (extent !== undefined)
        cuts
          .get(view.buffer)!
          .add(extent.first)
          .add(extent.last + 1);
    }
    this.#buffers = new Map(buffers.map((buffer) => [buffer.id, buffer]));
    const all: Segment[] = [];
    for (const buffer of buffers) {
      const borders = [...cuts.get(buffer.id)!].sort((a, b) => a - b);
      const own = borders.slice(1).map((end, k): Segment => {
        return { index: all.length + k, buffer, start: borders[k]!, length: end - borders[k]! };
      });
      for (const segment of own) all.push(segment);
      this.#byBuffer.set(buffer.id, own);
    }
    this.all = all;
  }

  buffer(id: string): Buffer {
    return this.#buffers.get(id)!;
  }

  /** In order; none for a buffer without elements. */
  of(buffer: string): readonly Segment[] {
    return this.#byBuffer.get(buffer)!;
  }

  /** The view, broadcast to `shape`. */
  locate(view: View, shape: readonly number[] = view.shape): SegmentedView {
    const segments = this.of(view.buffer);
    const offsets = offsetsOf(view, shape);
    const source = new Int32Array(offsets.length);
    const position = new Int32Array(offsets.length);
    const used: Segment[] = [];
    const sourceOf = new Map<Segment, number>();
    offsets.forEach((offset, k) => {
      const segment = segments[lastAtOrBefore(segments, offset)]!;
      if (!sourceOf.has(segment)) {
        sourceOf.set(segment, used.length);
        used.push(segment);
      }
      source[k] = sourceOf.get(segment)!;
      position[k] = offset - segment.start;
    });
    return { segments: used, picking: makePicking(source, position) };
  }
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
