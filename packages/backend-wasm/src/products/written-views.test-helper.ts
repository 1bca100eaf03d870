/** @file Views of programs that are written by hand, the places that they show, and numbers to fill them with. */
import type { View } from '@ndl/ir';

/** Numbers in [0, 1) of a linear congruential generator (Knuth, MMIX), the high bits. */
export function* draws(): Generator<number, never> {
  for (let state = 1n; ; state = (6364136223846793005n * state + 1442695040888963407n) & 0xffffffffffffffffn)
    yield Number(state >> 40n) / 2 ** 24;
}

/** A factor: how many numbers it has for an item, and where the terms find theirs. */
export interface Factor {
  readonly size: number;
  readonly offset?: number;
  readonly strides: readonly number[];
  readonly indices?: View['indices'];
}

export function viewOf(buffer: string, shape: readonly number[], { offset = 0, strides, indices }: Factor): View {
  return { buffer, offset, shape, strides, ...(indices && { indices }) };
}

/** Offsets of the terms in their order: that of the axes, the last one fastest. */
export function offsetsOf(shape: readonly number[], { offset = 0, strides, indices = [] }: Factor): readonly number[] {
  let offsets = [offset];
  shape.forEach((length, axis) => {
    const list = indices.find((each) => each.axis === axis)?.offsets;
    offsets = offsets.flatMap((from) =>
      Array.from({ length }, (_, position) => from + (list?.[position] ?? position * strides[axis]!)),
    );
  });
  return offsets;
}
