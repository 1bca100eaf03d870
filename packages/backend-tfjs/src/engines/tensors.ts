/** @file What tfjs is to this package: its module, its tensors, and the one shape that every value has. */
import type * as tfjs from '@tensorflow/tfjs-core';

/** The module `@tensorflow/tfjs-core`, or one that has all of it. */
export type TensorFlow = typeof tfjs;
export type Tensor = tfjs.Tensor;
/** [number, height, width, depth] */
export type Images = tfjs.Tensor4D;

/**
 * The shape of every value: [steps, items, elements]. An axis that a value does not have is 1: steps within a step and of
 * what has one value for all, items of what is shared.
 */
export type Dims = readonly [steps: number, items: number, elements: number];

export function dimsOf(tensor: Tensor): Dims {
  return tensor.shape as unknown as Dims;
}

/** Steps times items: how often a value has its elements. */
export function rowsOf([steps, items]: Dims): number {
  return steps * items;
}

/** What values of these shapes broadcast to; `elements` are those of the result. */
export function jointDims(elements: number, ...all: readonly Dims[]): Dims {
  return [Math.max(1, ...all.map((dims) => dims[0])), Math.max(1, ...all.map((dims) => dims[1])), elements];
}

export function sameDims(a: Dims, b: Dims): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}

/** How many rows further a value of shape `own` is read per step, and per item: not at all along an axis that it does not have. */
export function rowStrides([steps, items]: Dims): readonly [perStep: number, perItem: number] {
  return [steps === 1 ? 0 : items, items === 1 ? 0 : 1];
}
