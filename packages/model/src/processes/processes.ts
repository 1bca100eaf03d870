/** @file Processes: nodes whose output is a function of time with parameters; noise. Data only. */
import { type NdArray, sizeOf, type ArrayLikeInput, refuseSurplus } from '@ndl/numerics';
import {
  checkDefinition,
  finiteArray,
  flag,
  orNull,
  positive,
  seedNumber,
  wholeNumber,
  type Check,
} from '../data/checks.ts';
import { invalidParameter } from '../errors.ts';
import { isOfFamily, type FrozenData } from '../data/frozen-data.ts';
import { immutableData } from '../data/immutable-data.ts';

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

/** A process, also one written by hand, for `where` to say where it was given. @throws NdlError INVALID_OPTION */
export function checkedProcess(value: unknown, where: string): Process {
  refuseSurplus('checkedProcess', arguments, 2);
  return process(value, where);
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
