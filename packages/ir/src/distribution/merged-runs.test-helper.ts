/** @file Views as a planner merges them. */
import type { View } from '../index.ts';

/** A run of elements, or of one element again and again, of a buffer. */
export interface Run {
  readonly buffer: string;
  readonly offset: number;
  readonly count: number;
  readonly isRepeated?: boolean;
}

/** Runs of one buffer as one view: what a planner merges. */
export function merged(runs: readonly Run[]): View {
  const offsets = runs.flatMap(({ offset, count, isRepeated = false }) =>
    Array.from({ length: count }, (_, k) => (isRepeated ? offset : offset + k)),
  );
  const isRun = offsets.every((offset, k) => offset === offsets[0]! + k);
  const { buffer: id } = runs[0]!;
  if (isRun) return { buffer: id, offset: offsets[0]!, shape: [offsets.length], strides: [1] };
  return { buffer: id, offset: 0, shape: [offsets.length], strides: [0], indices: [{ axis: 0, offsets }] };
}
