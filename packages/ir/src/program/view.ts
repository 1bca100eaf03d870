/** @file `View`: what an instruction sees of a buffer. */
/**
 * A rectangular window on a buffer. Element (i0, i1, …) stands at `offset + i0 * strides[0] + i1 * strides[1] + …`, within
 * each item (and step) alike. A stride of 0 repeats elements, strides may overlap. A scalar has shape `[]`.
 */
export interface View {
  readonly buffer: string;
  readonly offset: number;
  readonly shape: readonly number[];
  /** One per axis of `shape`, in elements. */
  readonly strides: readonly number[];
  /** Lists in the place of strides, by ascending axis. */
  readonly indices?: readonly AxisIndices[];
}

/** Where the positions of an axis stand: position i adds `offsets[i]` elements, whatever the axis' stride. Repeats are allowed. */
export interface AxisIndices {
  readonly axis: number;
  /** One per position of the axis. */
  readonly offsets: readonly number[];
}
