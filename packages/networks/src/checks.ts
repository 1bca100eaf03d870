/** @file Checks of the options of networks: each takes a value and where it stands, and returns it, or throws a sentence. */
import { isNdlError, ndarray, NdlError, type ArrayLikeInput, type NdArray } from '@ndl/numerics';
import { invalidOption, tooLarge, unknownOption } from './errors.ts';

/** Refuses options whose names are not known. @throws NdlError UNKNOWN_OPTION, INVALID_OPTION for no object of options. */
export function checkOptions(options: unknown, known: readonly string[], subject: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalidOption(`${subject}: the options`, 'an object of names and values', options);
  for (const name of Object.keys(options)) if (!known.includes(name)) throw unknownOption(subject, name, known);
}

/** A whole number of at least 1. */
export function count(value: unknown, where: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 1)
    throw invalidOption(where, 'a whole number, at least 1', value);
  return value as number;
}

/** Numbers that one array holds at most: 4 GiB, which is the most that every engine allows. */
const MOST_NUMBERS = 2 ** 29;

/** A whole number of at least 1 of which an array is made, of so many numbers that an array can hold. */
export function sized(value: unknown, where: string, numbersOf: (count: number) => number): number {
  const given = count(value, where);
  const numbers = numbersOf(given);
  if (numbers > MOST_NUMBERS) throw tooLarge(where, given, numbers, MOST_NUMBERS);
  return given;
}

/** The numbers of a square matrix. */
export function squareOf(order: number): number {
  return order * order;
}

/** A finite number. */
export function number(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalidOption(where, 'a finite number', value);
  return value;
}

/** A finite number above 0. */
export function positive(value: unknown, where: string): number {
  if (!(number(value, where) > 0)) throw invalidOption(where, 'a number above 0', value);
  return value as number;
}

/** True or false. */
export function flag(value: unknown, where: string): boolean {
  if (typeof value !== 'boolean') throw invalidOption(where, 'true or false', value);
  return value;
}

/** A name that is not empty. */
export function name(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') throw invalidOption(where, 'a text that is not empty', value);
  return value;
}

/** `length` numbers, or one that stands for all of them. */
export function numbers(value: unknown, length: number, where: string): readonly number[] {
  if (typeof value === 'number') return new Array<number>(length).fill(number(value, where));
  const array = finiteArray(value, where);
  if (array.rank !== 1 || array.size !== length) throw invalidOption(where, `a number, or ${length} numbers`, value);
  return [...array.data];
}

/** Vectors of one length, as the rows of a matrix with `rows` rows; any number above 0 where that is left out. */
export function vectors(value: unknown, where: string, rows?: number): NdArray {
  const array = finiteArray(value, where);
  const isRight = array.rank === 2 && array.size > 0 && (rows === undefined || array.shape[0] === rows);
  if (!isRight) {
    throw invalidOption(
      where,
      rows === undefined
        ? 'a list of vectors of one length'
        : `a list of ${rows} vector${rows === 1 ? '' : 's'} of one length`,
      value,
    );
  }
  return array;
}

function finiteArray(value: unknown, where: string): NdArray {
  let array: NdArray;
  try {
    array = ndarray(value as ArrayLikeInput);
  } catch (error) {
    if (!isNdlError(error)) throw error;
    throw new NdlError(error.code, `${where}: ${error.message}`, { cause: error });
  }
  const wrong = array.data.find((element) => !Number.isFinite(element));
  if (wrong !== undefined) throw invalidOption(where, 'of finite numbers', wrong);
  return array;
}
