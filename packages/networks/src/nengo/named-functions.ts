/** @file Functions that golden files name but do not tabulate: NumPy's, and names that describe themselves. */
import {
  acos,
  asin,
  atan,
  cbrt,
  cos,
  cosh,
  exp,
  expm1,
  log,
  log10,
  log1p,
  log2,
  sin,
  sinh,
  tan,
  tanh,
} from '@ndl/numerics';

type ConnectionFunction = (x: readonly number[]) => number[];

const elementwise: Readonly<Record<string, (value: number) => number>> = {
  identity: (value) => value,
  negative: (value) => -value,
  square: (value) => value * value,
  sq: (value) => value * value,
  squared: (value) => value * value,
  cube: (value) => value * value * value,
  sqrt: Math.sqrt,
  cbrt,
  reciprocal: (value) => 1 / value,
  abs: Math.abs,
  absolute: Math.abs,
  fabs: Math.abs,
  sign: Math.sign,
  exp,
  expm1,
  log,
  log1p,
  log2,
  log10,
  sin,
  cos,
  tan,
  arcsin: asin,
  arccos: acos,
  arctan: atan,
  sinh,
  cosh,
  tanh,
  floor: Math.floor,
  ceil: Math.ceil,
  relu: (value) => Math.max(value, 0),
};

const product = (x: readonly number[]): number => x.reduce((result, value) => result * value, 1);
const sum = (x: readonly number[]): number => x.reduce((result, value) => result + value, 0);
const squaredLength = (x: readonly number[]): number => x.reduce((result, value) => result + value * value, 0);

const reducing: Readonly<Record<string, (x: readonly number[]) => number>> = {
  product,
  prod: product,
  multiply: product,
  sum,
  add: sum,
  mean: (x) => sum(x) / x.length,
  average: (x) => sum(x) / x.length,
  max: (x) => Math.max(...x),
  amax: (x) => Math.max(...x),
  min: (x) => Math.min(...x),
  amin: (x) => Math.min(...x),
  norm: (x) => Math.sqrt(squaredLength(x)),
  first: (x) => x[0]!,
  second: (x) => x[1]!,
  third: (x) => x[2]!,
  last: (x) => x.at(-1)!,
};

/** As many of the same number as the connection carries. */
const constant: Readonly<Record<string, number>> = { zero: 0, zeros: 0, one: 1, ones: 1 };

/** Least size of the source of functions that pick an element. */
const leastSize: Readonly<Record<string, number>> = { second: 2, third: 3 };

/**
 * The function of this name from `sizeIn` to `sizeOut` numbers; undefined where the name is unknown, or known for other sizes:
 * what a stranger's function of that name computes is then anyone's guess.
 */
export function namedFunction(name: string, sizeIn: number, sizeOut: number): ConnectionFunction | undefined {
  const perElement = own(elementwise, name);
  if (perElement !== undefined && sizeOut === sizeIn) return (x) => Array.from(x, (value) => perElement(value));
  const reduce = own(reducing, name);
  if (reduce !== undefined && sizeOut === 1 && sizeIn >= (own(leastSize, name) ?? 1)) return (x) => [reduce(x)];
  const value = own(constant, name);
  return value === undefined ? undefined : () => new Array<number>(sizeOut).fill(value);
}

function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
