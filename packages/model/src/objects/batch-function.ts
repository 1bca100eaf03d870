/** @file Functions of the host language that know their own derivative, called for all items of a minibatch at once. Data only. */
import { refuseSurplus } from '@ndl/numerics';
import { requireRoomFor } from '../data/array-size.ts';
import { checkOptions, wholeNumber, type Check } from '../data/checks.ts';
import { invalidParameter } from '../errors.ts';
import { immutableData } from '../data/immutable-data.ts';
import type { Process } from '../processes/processes.ts';

/** [items, size in], item after item, to [items, size out]. */
export type BatchCall = (time: number, input: Float64Array, items: number) => ArrayLike<number>;

/** The gradient of the input, [items, size in], from that of the output, [items, size out]. */
export type BatchDerivative = (
  time: number,
  input: Float64Array,
  outputGradient: Float64Array,
  items: number,
) => ArrayLike<number>;

/** A function of all items of a minibatch. */
export interface BatchFunction extends Process {
  readonly kind: 'batchFunction';
  readonly call: BatchCall;
  /** Null where no gradient passes. */
  readonly derivative: BatchDerivative | null;
  /** What backends may run in its place, by their names. */
  readonly native: Readonly<Record<string, unknown>>;
}

/** Options of `batchFunction`; sizes are those of one item. */
export interface BatchFunctionOptions {
  readonly sizeIn: number;
  readonly sizeOut: number;
  readonly call: BatchCall;
  /** Default: no gradient passes. */
  readonly derivative?: BatchDerivative | undefined;
  /** What backends may run in its place, by their names, each of which says what that is. Default none. */
  readonly native?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * What a node computes by a function that only computes: of the time in seconds and of the inputs of all items, and how gradients pass it.
 * `new Node(batchFunction({ sizeIn, sizeOut, call, derivative }))`.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, TOO_LARGE
 */
export function batchFunction(options: BatchFunctionOptions): BatchFunction {
  refuseSurplus('batchFunction', arguments, 1);
  checkOptions(options, ['sizeIn', 'sizeOut', 'call', 'derivative', 'native'], 'batchFunction');
  const { sizeIn, sizeOut, call, derivative, native = {} } = options;
  for (const [name, size] of Object.entries({ sizeIn, sizeOut })) {
    wholeNumber(1)(size, `batchFunction: ${name}`);
    requireRoomFor([size], 'batchFunction', 'too many elements');
  }
  if (typeof native !== 'object' || native === null)
    throw invalidParameter('batchFunction: native', 'an object with a value for each backend', native);
  return immutableData({
    family: 'process',
    kind: 'batchFunction',
    call: functionOf(call, 'batchFunction: call') as BatchCall,
    derivative:
      derivative === undefined ? null : (functionOf(derivative, 'batchFunction: derivative') as BatchDerivative),
    native,
    defaultSizeIn: sizeIn,
    defaultSizeOut: sizeOut,
    fixedSize: true,
    seed: null,
  });
}

const functionOf: Check<unknown> = (value, where) => {
  if (typeof value !== 'function') throw invalidParameter(where, 'a function', value);
  return value;
};
