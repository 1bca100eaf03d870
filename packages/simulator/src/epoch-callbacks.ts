/** @file The callbacks of training: what may be one, and what they may answer. */
import { isCallable } from '@ndl/numerics';
import type { EpochRecord, TrainingCallbacks } from '@ndl/training';
import { copyOf } from './copy-of.ts';
import { badOption, callbackResult, unknownOption } from './errors.ts';

const CALLBACK = 'must be an object with a function onEpochEnd, such as { onEpochEnd: (record) => … }';

/** A callback as it was at the call. */
export type CheckedCallback = NonNullable<TrainingCallbacks['onEpochEnd']>;

/**
 * The callbacks of a call, as they are now. They may keep what they like; but what begins with `on` is a name of a call, and there is
 * one. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION.
 */
export function checkedCallbacks(callbacks: unknown): readonly CheckedCallback[] {
  if (!Array.isArray(callbacks)) throw badOption('train', 'callbacks', 'must be an array', callbacks);
  return Array.from(callbacks as unknown[], (callback, index) => {
    const where = `callbacks[${index}]`;
    if (typeof callback !== 'object' || callback === null) throw badOption('train', where, CALLBACK, callback);
    const strange = namesIn(callback).find((name) => /^on[A-Z]/.test(name) && name !== 'onEpochEnd');
    if (strange !== undefined) throw unknownOption(`train: ${where}`, strange, ['onEpochEnd']);
    const { onEpochEnd } = callback as Partial<Record<'onEpochEnd', unknown>>;
    if (onEpochEnd === undefined) throw badOption('train', where, CALLBACK, callback);
    if (!isCallable(onEpochEnd)) throw badOption('train', `${where}.onEpochEnd`, 'must be a function', onEpochEnd);
    return (record) => (onEpochEnd as CheckedCallback).call(callback, record);
  });
}

/** Names of an object and of its classes. */
function namesIn(object: object): readonly string[] {
  const parent: unknown = Object.getPrototypeOf(object);
  const inherited = typeof parent === 'object' && parent !== null && parent !== Object.prototype ? namesIn(parent) : [];
  return [...Object.getOwnPropertyNames(object), ...inherited];
}

/**
 * Calls the callbacks, each with a record of its own. @returns whether one of them ended the training.
 * @param waitFor waits for their promises, as long as the call may.
 */
export async function isStopped(
  callbacks: readonly CheckedCallback[],
  record: EpochRecord,
  waitFor: <Result>(promise: Promise<Result>) => Promise<Result>,
): Promise<boolean> {
  const answers = Promise.all(callbacks.map((onEpochEnd) => onEpochEnd(copyOf(record))));
  const verdicts: readonly unknown[] = await waitFor(answers);
  verdicts.forEach((verdict, index) => {
    if (verdict !== undefined && verdict !== 'stop') throw callbackResult(index, verdict);
  });
  return verdicts.includes('stop');
}
