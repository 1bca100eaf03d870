/** @file Numbers that never change, told by as few as it takes. */
import { NdArray, type ResetOperator, type Signal } from '@ndl/core';

/** The elements of a view in row-major order: one number for all of them, or each of them, not to be changed. */
export type Constant = number | ArrayLike<number>;

/** The values that a reset gives its target, in the order of the target's elements. */
export function valuesOf({ value }: ResetOperator): Constant {
  return typeof value === 'number' ? value : value.data;
}

/** Whether every element is this number. */
export function isConstantly(constant: Constant | undefined, number: number): boolean {
  if (constant === undefined || typeof constant === 'number') return constant === number;
  for (let index = 0; index < constant.length; index++) if (constant[index] !== number) return false;
  return true;
}

/** The elements in an array of one's own. */
export function elementsOf(constant: Constant, size: number): Float64Array {
  return typeof constant === 'number' ? new Float64Array(size).fill(constant) : new Float64Array(constant);
}

/** What a reset takes for its value. */
export function asValue(constant: Constant, shape: readonly number[]): number | NdArray {
  return typeof constant === 'number' ? constant : new NdArray(elementsOf(constant, constant.length), shape);
}

/** Elements of one position of the first axis. */
export function rowLengthOf(signal: Signal): number {
  return sizeOfShape(signal.shape.slice(1));
}

/** Elements of an array of this shape. */
export function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
