/** @file Processes: nodes whose output is a function of time with parameters. Data only. */
import { NdArray, showValue, sizeOf, type ArrayLikeInput, refuseSurplus } from '@ndl/numerics';
import {
  checkDefinition,
  checkOptions,
  finiteArray,
  finiteNumber,
  flag,
  oneOf,
  optional,
  orNull,
  positive,
  seedNumber,
  wholeNumber,
  type Check,
} from './checks.ts';
import { invalidParameter } from './errors.ts';
import { isOfFamily, type FrozenData } from './frozen-data.ts';
import { immutableData, isPlainObject } from './immutable-data.ts';

/** Any kind of process. */
export interface Process extends FrozenData<'process'> {
  /** Sizes of a node that runs it, unless the node says otherwise. */
  readonly defaultSizeIn: number;
  readonly defaultSizeOut: number;
  /** Whether a node may choose other sizes. */
  readonly fixedSize: boolean;
  /** Of its random numbers; null for one given by the simulator. */
  readonly seed: number | null;
}

/** Shows one input after the other, then begins again. */
export interface PresentInput extends Process {
  readonly kind: 'presentInput';
  /** [count, ..shape]; each input is flattened. */
  readonly inputs: NdArray;
  /** Seconds per input. */
  readonly presentationTime: number;
}

/** A step function of time: zero before the first time, then the value of the latest time reached. */
export interface Piecewise extends Process {
  readonly kind: 'piecewise';
  /** Ascending times in seconds, [count]. */
  readonly times: NdArray;
  /** [count, size]. */
  readonly values: NdArray;
  readonly interpolation: 'zero';
}

/**
 * Shows each of `inputs` ([count, ..shape]) for `presentationTime` seconds, over and over.
 * @throws NdlError INVALID_OPTION, NOT_FINITE
 */
export function presentInput(inputs: ArrayLikeInput, presentationTime: number): PresentInput {
  refuseSurplus('presentInput', arguments, 2);
  const array = finiteArray(inputs, 'presentInput: inputs');
  if (array.rank === 0 || array.size === 0)
    throw invalidParameter('presentInput: inputs', 'a list of at least one input', inputs);
  return immutableData({
    family: 'process',
    kind: 'presentInput',
    inputs: array,
    presentationTime: positive(presentationTime, 'presentInput: presentationTime'),
    defaultSizeIn: 0,
    defaultSizeOut: sizeOf(array.shape.slice(1)),
    fixedSize: true,
    seed: null,
  });
}

/** Values by time in seconds: an object, or pairs in any order. */
export type PiecewiseData =
  Readonly<Record<string, number | readonly number[]>> | readonly (readonly [number, number | readonly number[]])[];

/** A step function of time. @throws NdlError INVALID_OPTION, NOT_FINITE, RAGGED_ARRAY */
export function piecewise(data: PiecewiseData, options: { readonly interpolation?: 'zero' } = {}): Piecewise {
  refuseSurplus('piecewise', arguments, 2);
  checkOptions(options, ['interpolation'], 'piecewise');
  const pairs = pairsOf(data);
  if (pairs.length === 0) throw invalidParameter('piecewise', 'values for at least one time', data);
  const points = pairs
    .map(([time, value]) => ({
      time,
      value: finiteArray(value, `piecewise: the value at ${showValue(time)} s`),
    }))
    .toSorted((a, b) => a.time - b.time);
  const size = points[0]!.value.size;
  points.forEach(({ time, value }, index) => {
    if (time === points[index - 1]?.time) throw invalidParameter('piecewise: times', 'different from each other', time);
    if (value.rank > 1 || value.size !== size || size === 0) {
      throw invalidParameter(`piecewise: the value at ${time} s`, `${size} numbers, as at the first time`, value);
    }
  });
  const values = new Float64Array(points.length * size);
  points.forEach(({ value }, index) => values.set(value.data, index * size));
  return immutableData({
    family: 'process',
    kind: 'piecewise',
    times: new NdArray(
      Float64Array.from(points, ({ time }) => time),
      [points.length],
    ),
    values: new NdArray(values, [points.length, size]),
    interpolation: optional(options.interpolation, 'zero', oneOf(['zero']), 'piecewise: interpolation'),
    defaultSizeIn: 0,
    defaultSizeOut: size,
    fixedSize: true,
    seed: null,
  });
}

/** A process of a third party's kind. Sizes default to 0 in and 1 out, both free; the seed to null. @throws NdlError INVALID_OPTION */
export function defineProcess<const Definition extends { readonly kind: string } & Partial<Omit<Process, 'family'>>>(
  definition: Definition,
): Process & Readonly<Definition> {
  refuseSurplus('defineProcess', arguments, 1);
  checkDefinition(definition, 'defineProcess');
  const defaults = { defaultSizeIn: 0, defaultSizeOut: 1, fixedSize: false, seed: null };
  const given = Object.entries(definition).filter(([name, value]) => !(name in defaults && value === undefined));
  const fields = { ...defaults, ...Object.fromEntries(given), family: 'process' };
  return process(immutableData(fields), definition.kind) as Process & Readonly<Definition>;
}

/** A process, also one written by hand. */
export const process: Check<Process> = (value, where) => {
  const hint = typeof value === 'function' ? 'Functions belong on nodes and connections.' : '';
  if (!isOfFamily(value, 'process')) throw invalidParameter(where, 'a process, or null', value, hint);
  const checked = immutableData(value) as Process;
  wholeNumber(0)(checked.defaultSizeIn, `${where}: defaultSizeIn`);
  wholeNumber(0)(checked.defaultSizeOut, `${where}: defaultSizeOut`);
  flag(checked.fixedSize, `${where}: fixedSize`);
  orNull(seedNumber)(checked.seed, `${where}: seed`);
  return checked;
};

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
