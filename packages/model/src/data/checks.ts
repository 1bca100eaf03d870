/** @file Checks of single values: each takes a value and where it stands (`lif: tauRc`), and returns it, or throws a sentence. */
import { isNdArray, isNdlError, ndarray, NdlError, sizeOf, type ArrayLikeInput, type NdArray } from '@ndl/numerics';
import type { Distribution } from '../distributions/any-distribution.ts';
import { invalidParameter, nonFinite, unknownOption, wrongShape, isNamedByPlace } from '../errors.ts';
import { isOfFamily, type Family, type FrozenData } from './frozen-data.ts';
import { immutableData, isPlainObject } from './immutable-data.ts';

/** Turns what a user gave into what is kept. @throws NdlError, beginning its sentence with `where`. */
export type Check<Value> = (value: unknown, where: string) => Value;

/** Refuses options whose names are not known. @throws NdlError UNKNOWN_OPTION, INVALID_OPTION for no object of options. */
export function checkOptions(options: unknown, known: readonly string[], subject: string): void {
  if (!isOptions(options)) throw invalidParameter(`${subject}: the options`, 'an object of names and values', options);
  for (const name of Object.keys(options)) if (!known.includes(name)) throw unknownOption(subject, name, known);
}

/** Whether a value may hold options: an object of any class that names something, or a plain one that names nothing. */
function isOptions(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || isArrayInput(value)) return false;
  return isPlainObject(value) || Object.keys(value).length > 0;
}

/** Refuses what is no object with the name of a kind. @throws NdlError INVALID_OPTION */
export function checkDefinition(definition: unknown, factory: string): void {
  if (!isOptions(definition)) throw invalidParameter(`${factory}: the definition`, 'an object with a kind', definition);
  nonEmptyText((definition as { readonly kind?: unknown }).kind, `${factory}: kind`);
}

/** What was given for an option, checked; `fallback` where it was not given. Null is given. */
export function optional<Value>(value: unknown, fallback: NoInfer<Value>, check: Check<Value>, where: string): Value {
  return value === undefined ? fallback : check(value, where);
}

/** Any finite number. */
export const finiteNumber: Check<number> = (value, where) => {
  if (typeof value !== 'number') throw invalidParameter(where, 'a number', value);
  if (!Number.isFinite(value)) throw nonFinite(where, value);
  return value;
};

/** A finite number above 0. */
export const positive: Check<number> = (value, where) => {
  if (typeof value !== 'number' || !(value > 0) || value === Infinity) {
    throw invalidParameter(where, 'a number above 0', value);
  }
  return value;
};

/** A finite number above 1e-10: lengths and times that something is divided by. */
export const notTiny: Check<number> = (value, where) => {
  if (positive(value, where) <= 1e-10) throw invalidParameter(where, 'above 1e-10', value);
  return value as number;
};

/** A finite number not below `low`. */
export function atLeast(low: number): Check<number> {
  return (value, where) => {
    if (typeof value !== 'number' || !(value >= low) || value === Infinity) {
      throw invalidParameter(where, `a number, at least ${low}`, value);
    }
    return value;
  };
}

/** A whole number not below `low`. */
export function wholeNumber(low: number): Check<number> {
  return (value, where) => {
    if (!Number.isSafeInteger(value) || (value as number) < low) {
      throw invalidParameter(where, `a whole number, at least ${low}`, value);
    }
    return value as number;
  };
}

/** Sizes, each a whole number not below `low`; errors say which is not. */
export function wholeNumbers(low: number): Check<number[]> {
  const check = wholeNumber(low);
  return (values, where) => Array.from(values as Iterable<unknown>, (value, axis) => check(value, `${where}[${axis}]`));
}

/** A seed: a whole number from 0 to 2^32 - 1. */
export const seedNumber: Check<number> = (value, where) => {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > 0xffffffff) {
    throw invalidParameter(where, 'a whole number from 0 to 4294967295', value);
  }
  return value as number;
};

/** True or false. */
export const flag: Check<boolean> = (value, where) => {
  if (typeof value !== 'boolean') throw invalidParameter(where, 'true or false', value);
  return value;
};

/** A text. */
export const text: Check<string> = (value, where) => {
  if (typeof value !== 'string') throw invalidParameter(where, 'a text', value);
  return value;
};

/** A name: a text that is not empty. */
export const nonEmptyText: Check<string> = (value, where) => {
  if (typeof value !== 'string' || value === '') throw invalidParameter(where, 'a text that is not empty', value);
  return value;
};

/** One of these words. */
export function oneOf<Word extends string>(words: readonly Word[]): Check<Word> {
  return (value, where) => {
    if (!words.includes(value as Word))
      throw invalidParameter(where, `one of ${words.map((word) => `'${word}'`).join(', ')}`, value);
    return value as Word;
  };
}

/** What `check` accepts, or null. */
export function orNull<Value>(check: Check<Value>): Check<Value | null> {
  return (value, where) => (value === null ? null : check(value, where));
}

/** An array of finite numbers of any shape, as a float64 copy. */
export const finiteArray: Check<NdArray> = (value, where) => {
  const array = arrayFrom(value, where);
  const bad = array.data.findIndex((element) => !Number.isFinite(element));
  if (bad >= 0) throw nonFinite(where, array.data[bad]!, positionOf(bad, array.shape));
  return array;
};

/** Behaviour of a family: `what` names it in the error. */
export function ofFamily<Type extends FrozenData>(family: Family, what: string): Check<Type> {
  return (value, where) => {
    if (!isOfFamily(value, family)) throw invalidParameter(where, what, value, hintForFactory(value, where));
    return immutableData(value) as Type;
  };
}

/** For factories that were named and not called: `neuronType: lif`. */
export function hintForFactory(value: unknown, where: string): string {
  return typeof value === 'function' && value.name !== '' && !isNamedByPlace(value, where)
    ? `If that makes what is wanted, call it: ${value.name}(…).`
    : '';
}

/** For nodes of a page, whose class has the name of ours. */
export function hintForPageNode(value: unknown): string {
  return typeof value === 'object' && value !== null && 'nodeType' in value && 'ownerDocument' in value
    ? "That is a node of the page; `import { Node } from 'ndl'` brings the class that is meant here."
    : '';
}

/** A distribution. */
export const distribution: Check<Distribution> = ofFamily<Distribution>(
  'distribution',
  'a distribution, as made by uniform, choice …',
);

/** A distribution, or an array of finite numbers. */
export const distributionOrArray: Check<Distribution | NdArray> = (value, where) => {
  if (isOfFamily(value, 'distribution')) return immutableData(value);
  if (!isArrayInput(value)) {
    throw invalidParameter(where, 'a distribution or an array of numbers', value, hintForFactory(value, where));
  }
  return finiteArray(value, where);
};

/** Evaluation points: a distribution, or an array of finite numbers, one row per point. */
export const distributionOrPoints: Check<Distribution | NdArray> = (value, where) => {
  const points = distributionOrArray(value, where);
  if (isNdArray(points) && points.rank !== 2) {
    const isNumber = points.rank === 0;
    throw wrongShape(
      where,
      ['*', '*'],
      points.shape,
      `It holds one row per point${isNumber ? '; nEvalPoints is the number of points' : ''}.`,
    );
  }
  return points;
};

/** Refuses an array of another shape; `*` in `expected` stands for any length above 0. @throws NdlError SHAPE_MISMATCH */
export function requireShape(array: NdArray, expected: readonly (number | '*')[], where: string, why?: string): void {
  const fits =
    array.rank === expected.length &&
    expected.every((length, axis) => (length === '*' ? array.shape[axis]! > 0 : array.shape[axis] === length));
  if (!fits) throw wrongShape(where, expected, array.shape, why);
}

/** Whether a value may be read as an array of numbers: a number, a list, a typed array or an `NdArray`. */
export function isArrayInput(value: unknown): value is ArrayLikeInput {
  return typeof value === 'number' || Array.isArray(value) || ArrayBuffer.isView(value) || isNdArray(value);
}

function arrayFrom(value: unknown, where: string): NdArray {
  if (!isArrayInput(value)) throw invalidParameter(where, 'an array of numbers', value);
  try {
    return ndarray(value);
  } catch (error) {
    if (!isNdlError(error)) throw error;
    throw new NdlError(error.code, `${where}: ${error.message}`, { cause: error });
  }
}

function positionOf(offset: number, shape: readonly number[]): number[] {
  let rest = offset;
  return shape
    .map((_, axis) => sizeOf(shape.slice(axis + 1)))
    .map((stride) => {
      const index = Math.floor(rest / stride);
      rest -= index * stride;
      return index;
    });
}
