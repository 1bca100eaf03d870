/** @file Types of the functions that users write, and the one way to call them. */
import { isNdArray } from '@ndl/numerics';
import { functionResultInvalid } from './object-errors.ts';

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type LiteralIndex = Digit | `${Exclude<Digit, '0'>}${Digit}`;
type Elements = { [Index in LiteralIndex]: number };

/**
 * What functions receive: a plain array of numbers. Its first hundred elements are typed `number`, so that `x[0] ** 2`
 * and `([x, y]) => x * y` compile under `noUncheckedIndexedAccess`; the array is as long as the slice it comes from.
 */
export interface Vector extends Array<number>, Elements {}

/** What functions return: a number, or a list of numbers. */
export type VectorResult = number | ArrayLike<number>;

/** Computes what a connection transmits from the value of its source. */
export type ConnectionFunction = (x: Vector) => VectorResult;

/** Computes a node's output from the time in seconds and its input; nothing for nodes without output. */
export type NodeFunction = (time: number, input: Vector) => VectorResult | null | void;

/** A fresh vector of these values, as user functions get it. */
export function vectorOf(values: ArrayLike<number>): Vector {
  const vector: number[] = [];
  for (let index = 0; index < values.length; index++) vector.push(values[index]!);
  return vector as Vector;
}

/**
 * Reads what a user's function returned: a number, or a flat list of numbers; nothing counts as no values.
 * `who` begins the error's sentence. @throws NdlError FUNCTION_RESULT
 */
export function readFunctionResult(result: unknown, who: string): Float64Array {
  if (result === undefined || result === null) return new Float64Array(0);
  if (typeof result === 'number') return Float64Array.of(result);
  const list = isNdArray(result) && result.rank <= 1 ? result.data : result;
  const numbers = Array.isArray(list) ? numbersOf(list) : isNumberView(list) ? new Float64Array(list) : undefined;
  if (numbers === undefined) throw functionResultInvalid(who, result);
  return numbers;
}

/** A list as numbers; undefined where it has something else, or a hole. */
function numbersOf(list: readonly unknown[]): Float64Array | undefined {
  const numbers = new Float64Array(list.length);
  for (let index = 0; index < list.length; index++) {
    const element = list[index];
    if (typeof element !== 'number') return undefined;
    numbers[index] = element;
  }
  return numbers;
}

function isNumberView(value: unknown): value is ArrayLike<number> {
  return ArrayBuffer.isView(value) && 'length' in value && !holdsBigInts(value);
}

function holdsBigInts(array: ArrayBufferView): boolean {
  return array instanceof BigInt64Array || array instanceof BigUint64Array;
}
