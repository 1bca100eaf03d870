/** @file `piecewise`: the process that goes through given values at given times. Data only. */
import { NdArray, showValue, refuseSurplus } from '@ndl/numerics';
import { checkOptions, finiteArray, finiteNumber, oneOf, optional } from '../data/checks.ts';
import { invalidParameter } from '../errors.ts';
import { functionFailed } from '../objects/object-errors.ts';
import { readFunctionResult } from '../objects/functions.ts';
import { immutableData, isPlainObject } from '../data/immutable-data.ts';
import type { Process } from './processes.ts';

/**
 * What stands between the times: `zero` holds each value until the next; `nearest` takes that of the nearest time, of the earlier one
 * where two are as near; `linear` and `slinear` draw lines; `quadratic` and `cubic` are splines without a knot next to each end.
 */
export type Interpolation = 'zero' | 'nearest' | 'linear' | 'slinear' | 'quadratic' | 'cubic';

/** A function of the time in seconds. */
export type TimeFunction = (time: number) => number | ArrayLike<number>;

/** Goes through values at times; zero before the first, and but for `zero`, which holds, after the last. */
export interface Piecewise extends Process {
  readonly kind: 'piecewise';
  /** Ascending times in seconds, [count]. */
  readonly times: NdArray;
  /** [count, size]; zeros where a function stands. */
  readonly values: NdArray;
  /** What is called from each time on in place of a value that holds, [count]; null where all are values. */
  readonly functions: readonly (TimeFunction | null)[] | null;
  readonly interpolation: Interpolation;
}

/** A value at a time: numbers, or a function of time that counts from then on. */
export type PiecewiseValue = number | readonly number[] | TimeFunction;

/** Values by time in seconds: an object, or pairs in any order. */
export type PiecewiseData = Readonly<Record<string, PiecewiseValue>> | readonly (readonly [number, PiecewiseValue])[];

/** Options of `piecewise`. */
export interface PiecewiseOptions {
  /** Default `zero`, the only one for functions. */
  readonly interpolation?: Interpolation;
}

/** Times that an interpolation needs at least; those that are not named here need one. */
const LEAST_TIMES: Readonly<Partial<Record<Interpolation, number>>> = { slinear: 2, quadratic: 3, cubic: 4 };

/**
 * A function of time, given at some times. Functions among the values are called once, with their time, to learn their size.
 * @throws NdlError INVALID_OPTION, NOT_FINITE, RAGGED_ARRAY, FUNCTION_FAILED, FUNCTION_RESULT
 */
export function piecewise(data: PiecewiseData, options: PiecewiseOptions = {}): Piecewise {
  refuseSurplus('piecewise', arguments, 2);
  checkOptions(options, ['interpolation'], 'piecewise');
  const interpolation = optional(options.interpolation, 'zero', INTERPOLATION, 'piecewise: interpolation');
  const points = pairsOf(data)
    .map(([time, value]) => pointAt(time, value))
    .toSorted((a, b) => a.time - b.time);
  if (points.length === 0) throw invalidParameter('piecewise', 'values for at least one time', data);
  checkPoints(points, interpolation);
  const size = points[0]!.value.size;
  const values = new Float64Array(points.length * size);
  points.forEach(({ value, computed }, index) => computed === null && values.set(value.data, index * size));
  return immutableData({
    family: 'process',
    kind: 'piecewise',
    times: new NdArray(
      Float64Array.from(points, ({ time }) => time),
      [points.length],
    ),
    values: new NdArray(values, [points.length, size]),
    functions: points.every(({ computed }) => computed === null) ? null : points.map(({ computed }) => computed),
    interpolation,
    defaultSizeIn: 0,
    defaultSizeOut: size,
    fixedSize: true,
    seed: null,
  });
}

const INTERPOLATION = oneOf<Interpolation>(['zero', 'nearest', 'linear', 'slinear', 'quadratic', 'cubic']);

interface Point {
  readonly time: number;
  /** Of a function, what it gave. */
  readonly value: NdArray;
  readonly computed: TimeFunction | null;
}

function pointAt(time: number, value: unknown): Point {
  const where = `piecewise: the value at ${showValue(time)} s`;
  if (typeof value !== 'function') return { time, value: finiteArray(value, where), computed: null };
  const computed = value as TimeFunction;
  const result = readFunctionResult(resultAt(computed, time, where), `${where}, a function,`);
  return { time, value: finiteArray(result, `${where}, a function, gave what`), computed };
}

function resultAt(computed: TimeFunction, time: number, where: string): unknown {
  try {
    return computed(time);
  } catch (error) {
    throw functionFailed(`${where}, a function,`, error);
  }
}

function checkPoints(points: readonly Point[], interpolation: Interpolation): void {
  const size = points[0]!.value.size;
  points.forEach(({ time, value }, index) => {
    if (time === points[index - 1]?.time) throw invalidParameter('piecewise: times', 'different from each other', time);
    if (value.rank > 1 || value.size !== size || size === 0) {
      throw invalidParameter(`piecewise: the value at ${time} s`, `${size} numbers, as at the first time`, value);
    }
  });
  const least = LEAST_TIMES[interpolation] ?? 1;
  if (points.length < least) {
    const hint = `Through ${points.length} there is none of that kind.`;
    throw invalidParameter(`piecewise: times`, `at least ${least} for '${interpolation}'`, points.length, hint);
  }
  if (interpolation !== 'zero' && points.some(({ computed }) => computed !== null)) {
    const hint = 'Each function counts from its time until the next.';
    throw invalidParameter(
      'piecewise: interpolation',
      "'zero' where functions are among the values",
      interpolation,
      hint,
    );
  }
}

function pairsOf(data: unknown): readonly (readonly [number, unknown])[] {
  if (isPlainObject(data)) return Object.entries(data).map(([time, value]) => [readTime(time), value]);
  if (!Array.isArray(data))
    throw invalidParameter('piecewise', 'an object of values by time, or a list of pairs', data);
  return Array.from(data as readonly unknown[], (pair, index) => {
    const isPair = Array.isArray(pair) && pair.length === 2;
    if (!isPair) throw invalidParameter(`piecewise: entry ${index}`, 'a pair [time, value]', pair);
    return [readTime(pair[0]), pair[1]];
  });
}

function readTime(time: unknown): number {
  const seconds = typeof time === 'string' && time.trim() !== '' ? Number(time) : time;
  if (typeof seconds !== 'number' || Number.isNaN(seconds))
    throw invalidParameter('piecewise: times', 'numbers of seconds', time);
  return finiteNumber(seconds, 'piecewise: times');
}
