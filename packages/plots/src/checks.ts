/** @file Checks of what plots are given: each takes a value and where it stands, and returns it, or throws a sentence. */
import { type ArrayLikeInput, isNdlError, type NdArray, ndarray } from '@ndl/numerics';
import { invalidOption, notNumbers, unknownOption, wrongShape } from './errors.ts';

/** Refuses options whose names are not known. @throws NdlError UNKNOWN_OPTION, INVALID_OPTION for no object of options. */
export function checkOptions(call: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalidOption(call, 'options', 'an object of names and values', options);
  for (const name of Object.keys(options)) if (!known.includes(name)) throw unknownOption(call, name, known);
}

/** A finite number within bounds. */
export function numberWithin(call: string, what: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw invalidOption(call, what, `a number from ${least} to ${most}`, value);
  return value;
}

/** A whole number within bounds. */
export function wholeWithin(call: string, what: string, value: unknown, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most)
    throw invalidOption(call, what, `a whole number from ${least} to ${most}`, value);
  return value as number;
}

/** A text. */
export function text(call: string, what: string, value: unknown): string {
  if (typeof value !== 'string') throw invalidOption(call, what, 'a text', value);
  return value;
}

/** True or false. */
export function flag(call: string, what: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw invalidOption(call, what, 'true or false', value);
  return value;
}

/** So many texts. */
export function names(call: string, what: string, value: unknown, count: number): readonly string[] {
  const fits = Array.isArray(value) && value.length === count && value.every((name) => typeof name === 'string');
  if (!fits) throw invalidOption(call, what, `a list of ${count} text${count === 1 ? '' : 's'}`, value);
  return value as readonly string[];
}

/** Two finite numbers, the first below the second. */
export function domain(call: string, what: string, value: unknown): readonly [number, number] {
  const fits = Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] < value[1];
  if (!fits) throw invalidOption(call, what, 'a list of two finite numbers, the smaller first', value);
  return value as unknown as readonly [number, number];
}

/** Numbers of any shape. @throws NdlError NOT_NUMERIC, RAGGED_ARRAY */
export function numbers(call: string, what: string, value: ArrayLikeInput): NdArray<Float64Array> {
  try {
    return ndarray(value);
  } catch (error) {
    throw isNdlError(error) ? notNumbers(call, what, error) : error;
  }
}

/** A list of numbers. @throws NdlError SHAPE_MISMATCH, NOT_NUMERIC, RAGGED_ARRAY */
export function vector(call: string, what: string, value: ArrayLikeInput): Float64Array {
  const array = numbers(call, what, value);
  const isColumn = array.rank === 2 && array.shape[1] === 1;
  if (array.rank !== 1 && !isColumn) throw wrongShape(call, what, '[n]', array.shape);
  return array.data;
}

/** The shape in which numbers were given, for errors: a list is [n], also where it is taken as a column. */
export function shapeGiven(value: ArrayLikeInput): readonly number[] {
  return ndarray(value).shape;
}

/** Rows of numbers; a list of numbers is one column. @throws NdlError SHAPE_MISMATCH, NOT_NUMERIC, RAGGED_ARRAY */
export function table(call: string, what: string, value: ArrayLikeInput): NdArray<Float64Array> {
  const array = numbers(call, what, value);
  if (array.rank === 1) return array.reshape([array.size, 1]) as NdArray<Float64Array>;
  if (array.rank !== 2) throw wrongShape(call, what, '[samples] or [samples, size]', array.shape);
  return array;
}

/** Classes as numbers from 0. @throws NdlError INVALID_OPTION, SHAPE_MISMATCH */
export function classes(call: string, what: string, value: ArrayLikeInput, most: number): Float64Array {
  const array = vector(call, what, value);
  const wrong = array.find((each) => !(Number.isInteger(each) && each >= 0 && each < most));
  if (wrong !== undefined) throw invalidOption(call, what, `whole numbers from 0 to ${most - 1}`, wrong);
  return array;
}
