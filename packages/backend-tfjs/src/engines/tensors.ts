/** @file What tfjs is to this package: its module, its tensors, and the one shape that every value has. */
import type * as tfjs from '@tensorflow/tfjs-core';

/** The module `@tensorflow/tfjs-core`, or one that has all of it. */
export type TensorFlow = typeof tfjs;
export type Tensor = tfjs.Tensor;
/** [number, height, width, depth] */
export type Images = tfjs.Tensor4D;

/**
 * The extents of every value, which are the shape of its tensor: [steps, items, elements]. An axis that a value does not have is 1: steps within a step and of
 * what has one value for all, items of what is shared.
 */
export type Extents = readonly [steps: number, items: number, elements: number];

/** The extents of a value. */
export function extentsOf(tensor: Tensor): Extents {
  return tensor.shape as unknown as Extents;
}

/** Steps times items: how often a value has its elements. */
export function rowsOf([steps, items]: Extents): number {
  return steps * items;
}

/** What values of these extents broadcast to; `elements` are those of the result. */
export function jointExtents(elements: number, ...all: readonly Extents[]): Extents {
  return [Math.max(1, ...all.map((extents) => extents[0])), Math.max(1, ...all.map((extents) => extents[1])), elements];
}

/** Whether values have as many steps, items and elements. */
export function sameExtents(a: Extents, b: Extents): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}

/** How many rows further a value of these extents is read per step, and per item: not at all along an axis that it does not have. */
export function rowStrides([steps, items]: Extents): readonly [perStep: number, perItem: number] {
  return [steps === 1 ? 0 : items, items === 1 ? 0 : 1];
}
