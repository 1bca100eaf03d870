/** @file Which contractions are convolutions: those in which windows of one factor overlap, and the other is the same for all of them. */
import {
  dropAxes,
  extentOf,
  insertAxis,
  isRepeatedAxis,
  transposeView,
  viewSize,
  type ContractMember,
  type View,
} from '@ndl/ir';

/** A convolution along one or two axes; along one, the first of all pairs is that of an axis of length 1. */
export interface Convolution {
  /** [height, width, channels]: what the windows cover. */
  readonly image: View;
  /** [height, width, channels, filters]. */
  readonly kernel: View;
  /** [height, width, filters]: one for each window and filter. */
  readonly target: View;
  readonly strides: Pair;
  readonly dilations: Pair;
}

export type Pair = readonly [number, number];

/** The member as a convolution that tfjs has; undefined where it is none, or one in groups, along three axes, or with strides and dilations. */
export function convolutionOf({ left, right, target }: ContractMember): Convolution | undefined {
  return withImage(left, right, target) ?? withImage(right, left, target);
}

/** The axes of an iteration space that are longer than 1, by what has them. */
interface Roles {
  /** Of image and target: where windows are. */
  readonly positions: readonly number[];
  /** Of kernel and target. */
  readonly filters: readonly number[];
  /** Of image and kernel: within windows, and the channel, where there is more than one. */
  readonly summed: readonly number[];
}

function withImage(image: View, kernel: View, target: View): Convolution | undefined {
  if (image.indices !== undefined || image.lag !== undefined || viewSize(image) === 0) return undefined;
  const roles = rolesOf(image, kernel, target);
  if (roles === undefined) return undefined;
  const { positions, filters, summed } = roles;
  const along = positions.length;
  const windows = summed.slice(0, along);
  const channels = summed.slice(along);
  if (along < 1 || along > 2 || windows.length !== along || channels.length > 1 || filters.length > 1) return undefined;
  const axes = positions.map((position, index) => spatialAxis(image, position, windows[index]!));
  if (!axes.every((axis) => axis !== undefined) || !axes.some(({ overlaps }) => overlaps)) return undefined;
  if (axes.some(({ stride }) => stride > 1) && axes.some(({ dilation }) => dilation > 1)) return undefined;
  const channel = channels.map((axis) => ({ length: image.shape[axis]!, step: image.strides[axis]! }))[0];
  const covered: View = {
    buffer: image.buffer,
    offset: image.offset,
    shape: [...pairOf(axes.map(({ length }) => length)), channel?.length ?? 1],
    strides: [...pairOf(axes.map(({ step }) => step)), channel?.step ?? 1],
  };
  // A lattice that is larger than what it covers would be some other product.
  const extent = extentOf(image)!;
  if (viewSize(covered) > extent.last - extent.first + 1) return undefined;
  return {
    image: covered,
    kernel: arranged(kernel, [pairOfAxes(windows), [channels[0], filters[0]]].flat()),
    target: arranged(target, [...pairOfAxes(positions), filters[0]]),
    strides: pairOf(axes.map(({ stride }) => stride)),
    dilations: pairOf(axes.map(({ dilation }) => dilation)),
  };
}

function rolesOf(image: View, kernel: View, target: View): Roles | undefined {
  const roles = { positions: [] as number[], filters: [] as number[], summed: [] as number[] };
  for (const [axis, length] of target.shape.entries()) {
    if (length === 1) continue;
    const [inImage, inKernel, inTarget] = [image, kernel, target].map((view) => !isRepeatedAxis(view, axis));
    if (inImage && inKernel && !inTarget) roles.summed.push(axis);
    else if (inImage && !inKernel && inTarget) roles.positions.push(axis);
    else if (!inImage && inKernel && inTarget) roles.filters.push(axis);
    else return undefined;
  }
  return roles;
}

/** An axis of an image, as windows go along it. */
interface SpatialAxis {
  readonly length: number;
  /** In elements of the buffer. */
  readonly step: number;
  readonly stride: number;
  readonly dilation: number;
  readonly overlaps: boolean;
}

/** What positions and windows go along together; undefined where one of them goes backwards. */
function spatialAxis(image: View, position: number, window: number): SpatialAxis | undefined {
  const [between, within] = [image.strides[position]!, image.strides[window]!];
  if (between <= 0 || within <= 0) return undefined;
  const step = greatestCommonDivisor(between, within);
  const [stride, dilation] = [between / step, within / step];
  const reach = (image.shape[window]! - 1) * dilation;
  return {
    length: (image.shape[position]! - 1) * stride + reach + 1,
    step,
    stride,
    dilation,
    overlaps: reach >= stride,
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Along one axis, the first is 1. */
function pairOf(numbers: readonly number[]): Pair {
  return numbers.length === 2 ? [numbers[0]!, numbers[1]!] : [1, numbers[0]!];
}

function pairOfAxes(axes: readonly number[]): readonly (number | undefined)[] {
  return axes.length === 2 ? axes : [undefined, axes[0]];
}

/** The view with these axes alone, in this order; undefined stands for one of length 1. */
function arranged(view: View, axes: readonly (number | undefined)[]): View {
  const named = axes.filter((axis) => axis !== undefined);
  const others = [...view.shape.keys()].filter((axis) => !named.includes(axis));
  const place = (axis: number): number => axis - others.filter((other) => other < axis).length;
  const ordered = transposeView(dropAxes(view, others), named.map(place));
  const missing = axes.flatMap((axis, index) => (axis === undefined ? [index] : []));
  return missing.reduce((whole, axis) => insertAxis(whole, axis), ordered);
}
