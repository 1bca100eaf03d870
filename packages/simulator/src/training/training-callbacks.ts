/** @file The callbacks of training: what may be one, and what they may answer. */
import { isCallable } from '@ndl/numerics';
import type { EpochRecord, TrainingCallbacks } from '@ndl/training';
import { copyOf } from '../copy-of.ts';
import { badOption, unknownOption } from '../errors.ts';
import { callbackResult } from './training-errors.ts';

const CALLBACK = 'must be an object with a function onEpochEnd, such as { onEpochEnd: (record) => … }, or onTrainBegin';

/** All that training calls. */
const CALLS = ['onTrainBegin', 'onEpochEnd'] as const satisfies readonly (keyof TrainingCallbacks)[];

/** A callback as it was at the call. */
export type CheckedCallback = Required<TrainingCallbacks>;

/**
 * The callbacks of a call, as they are now. They may keep what they like; but what begins with `on` is a name of a call, and there are
 * two. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION.
 */
export function checkedCallbacks(callbacks: unknown): readonly CheckedCallback[] {
  if (!Array.isArray(callbacks)) throw badOption('train', 'callbacks', 'must be an array', callbacks);
  return Array.from(callbacks as unknown[], (callback, index) => {
    const where = `callbacks[${index}]`;
    if (typeof callback !== 'object' || callback === null) throw badOption('train', where, CALLBACK, callback);
    const known: readonly string[] = CALLS;
    const strange = namesIn(callback).find((name) => /^on[A-Z]/.test(name) && !known.includes(name));
    if (strange !== undefined) throw unknownOption(`train: ${where}`, strange, known);
    const { onTrainBegin, onEpochEnd } = callback as TrainingCallbacks;
    if (onTrainBegin === undefined && onEpochEnd === undefined) throw badOption('train', where, CALLBACK, callback);
    for (const [name, call] of Object.entries({ onTrainBegin, onEpochEnd })) {
      if (call !== undefined && !isCallable(call))
        throw badOption('train', `${where}.${name}`, 'must be a function', call);
    }
    return {
      onTrainBegin: () => onTrainBegin?.call(callback),
      onEpochEnd: (record) => onEpochEnd?.call(callback, record),
    };
  });
}

/** Names of an object and of its classes. */
function namesIn(object: object): readonly string[] {
  const parent: unknown = Object.getPrototypeOf(object);
  const inherited = typeof parent === 'object' && parent !== null && parent !== Object.prototype ? namesIn(parent) : [];
  return [...Object.getOwnPropertyNames(object), ...inherited];
}

/** Waits for promises, as long as the call may. */
type WaitFor = <Result>(promise: Promise<Result>) => Promise<Result>;

/** Tells the callbacks that training begins. @throws NdlError INVALID_OPTION for one that answers. */
export async function begin(callbacks: readonly CheckedCallback[], waitFor: WaitFor): Promise<void> {
  const answers: readonly unknown[] = await waitFor(Promise.all(callbacks.map(({ onTrainBegin }) => onTrainBegin())));
  answers.forEach((answer, index) => {
    if (answer !== undefined) throw callbackResult(index, 'onTrainBegin', answer);
  });
}

/**
 * Calls the callbacks, each with a record of its own. @returns whether one of them ended the training.
 */
export async function isStopped(
  callbacks: readonly CheckedCallback[],
  record: EpochRecord,
  waitFor: WaitFor,
): Promise<boolean> {
  const answers = Promise.all(callbacks.map(({ onEpochEnd }) => onEpochEnd(copyOf(record))));
  const verdicts: readonly unknown[] = await waitFor(answers);
  verdicts.forEach((verdict, index) => {
    if (verdict !== undefined && verdict !== 'stop') throw callbackResult(index, 'onEpochEnd', verdict);
  });
  return verdicts.includes('stop');
}
