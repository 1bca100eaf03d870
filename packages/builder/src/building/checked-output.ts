/** @file What functions of users return in a simulation, checked at the door. */
import { isRefusedPromise } from '@ndl/numerics';
import { isNdlError, showThrown } from '@ndl/core';
import { readFunctionResult } from '@ndl/model';
import { outputInvalid } from './build-errors.ts';

/**
 * The output of a user's function as a vector of `size` finite numbers.
 * @param label of the node or connection, for the message.
 * @param time of the call, in seconds.
 * @throws NdlError NODE_OUTPUT_INVALID when `value` is undefined, no number or list of numbers, of another size, NaN
 * or infinite.
 */
export function checkedOutput(label: string, size: number, time: number, value: unknown): Float64Array {
  const problem = problemWith(value, size);
  if (typeof problem === 'string') throw outputInvalid(label, time, problem, size);
  return problem;
}

/**
 * Calls a user's function and checks what it returns; an error that it throws keeps its message, as the cause.
 * @param what is called, for messages: a process has a name.
 */
export function callChecked(
  label: string,
  size: number,
  time: number,
  call: () => unknown,
  what?: string,
): Float64Array {
  let value: unknown;
  try {
    value = call();
  } catch (error) {
    if (isNdlError(error)) throw error;
    const problem = `threw "${showThrown(error)}"`;
    throw outputInvalid(label, time, problem, size, { what, cause: error });
  }
  const problem = problemWith(value, size);
  if (typeof problem === 'string') throw outputInvalid(label, time, problem, size, { what });
  return problem;
}

/** The vector that `value` stands for, or what is wrong with it, to follow "the function …". */
export function problemWith(value: unknown, size: number): Float64Array | string {
  // What most functions return, at each step.
  if (size === 1 && typeof value === 'number' && Number.isFinite(value)) return Float64Array.of(value);
  if (size > 0 && (value === undefined || value === null)) return `returned ${String(value)}`;
  if (isRefusedPromise(value)) return 'returned a promise (functions are synchronous: await before the run)';
  if (typeof value === 'string') return `returned the text '${value}', which is no number,`;
  let vector: Float64Array;
  try {
    vector = readFunctionResult(value, '');
  } catch {
    return 'returned something other than numbers';
  }
  if (vector.length !== size)
    return `returned ${vector.length} number${vector.length === 1 ? '' : 's'} in place of ${size}`;
  for (let index = 0; index < size; index++) {
    if (Number.isFinite(vector[index])) continue;
    return `returned ${vector[index]}${size === 1 ? '' : ` as element ${index}`}`;
  }
  return vector;
}
