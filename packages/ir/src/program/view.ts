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
  /** What is seen of other steps than the present one; absent where nothing is. */
  readonly lag?: Lag;
}

/**
 * How many steps before the present one an element is read: at position (i0, i1, …), `base + i0 * perAxis[0] + i1 * perAxis[1] + …`,
 * never negative. A delay has a base; an FIR filter, an axis of lags. Where the section that writes the buffer descends, lags
 * count the other way: that many steps later, and zero beyond the window. Nothing is written at a lag.
 */
export interface Lag {
  readonly base: number;
  /** One per axis of the view's shape. */
  readonly perAxis: readonly number[];
}

/** Where the positions of an axis stand: position i adds `offsets[i]` elements, whatever the axis' stride. Repeats are allowed. */
export interface AxisIndices {
  readonly axis: number;
  /** One per position of the axis. */
  readonly offsets: readonly number[];
}
