/** @file Processes: nodes whose output is a function of time with parameters. Data only. */
import { NdArray, sizeOf, type ArrayLikeInput } from '@ndl/numerics';
import { checkOptions, finiteArray, finiteNumber, oneOf, positive } from './checks.ts';
import { invalidParameter } from './errors.ts';
import type { FrozenData } from './frozen-data.ts';
import { immutableData } from './immutable-data.ts';

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
 * @throws NdlError INVALID_PARAMETER, NON_FINITE
 */
export function presentInput(inputs: ArrayLikeInput, presentationTime: number): PresentInput {
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

/** A step function of time. @throws NdlError INVALID_PARAMETER, NON_FINITE, RAGGED_ARRAY */
export function piecewise(data: PiecewiseData, options: { readonly interpolation?: 'zero' } = {}): Piecewise {
  checkOptions(options, ['interpolation'], 'piecewise');
  const pairs = (Array.isArray(data) ? data : Object.entries(data)) as readonly (readonly [unknown, unknown])[];
  if (pairs.length === 0) throw invalidParameter('piecewise', 'values for at least one time', data);
  const points = pairs
    .map(([time, value]) => ({
      time: readTime(time),
      value: finiteArray(value, `piecewise: the value at ${String(time)} s`),
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
    interpolation: oneOf(['zero'])(options.interpolation ?? 'zero', 'piecewise: interpolation'),
    defaultSizeIn: 0,
    defaultSizeOut: size,
    fixedSize: true,
    seed: null,
  });
}

/** A process of a third party's kind. Sizes default to 0 in and 1 out, both free; the seed to null. */
export function defineProcess<const Definition extends { readonly kind: string } & Partial<Omit<Process, 'family'>>>(
  definition: Definition,
): Process & Readonly<Definition> {
  const defaults = { defaultSizeIn: 0, defaultSizeOut: 1, fixedSize: false, seed: null };
  return immutableData({ ...defaults, ...definition, family: 'process' }) as Process & Readonly<Definition>;
}

function readTime(time: unknown): number {
  const seconds = typeof time === 'string' && time.trim() !== '' ? Number(time) : time;
  if (typeof seconds !== 'number' || Number.isNaN(seconds))
    throw invalidParameter('piecewise: times', 'numbers of seconds', time);
  return finiteNumber(seconds, 'piecewise: times');
}
