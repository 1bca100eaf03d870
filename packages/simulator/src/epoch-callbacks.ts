/** @file The callbacks of training: what may be one, and what they may answer. */
import type { EpochRecord, TrainingCallbacks } from '@ndl/training';
import { badOption, callbackResult, unknownOption } from './errors.ts';

const CALLBACK = 'must be an object with a function onEpochEnd, such as { onEpochEnd: (record) => … }';

/** Callbacks may keep what they like; but what begins with `on` is a name of a call, and there is one. */
export function requireCallbacks(callbacks: unknown): void {
  if (!Array.isArray(callbacks)) throw badOption('train', 'callbacks', 'must be an array', callbacks);
  Array.from(callbacks as unknown[]).forEach((callback, index) => {
    const where = `callbacks[${index}]`;
    if (typeof callback !== 'object' || callback === null) throw badOption('train', where, CALLBACK, callback);
    const strange = namesIn(callback).find((name) => /^on[A-Z]/.test(name) && name !== 'onEpochEnd');
    if (strange !== undefined) throw unknownOption(`train: ${where}`, strange, ['onEpochEnd']);
    const { onEpochEnd } = callback as Partial<Record<'onEpochEnd', unknown>>;
    if (onEpochEnd === undefined) throw badOption('train', where, CALLBACK, callback);
    if (typeof onEpochEnd !== 'function')
      throw badOption('train', `${where}.onEpochEnd`, 'must be a function', onEpochEnd);
  });
}

/** Names of an object and of its classes. */
function namesIn(object: object): readonly string[] {
  const parent: unknown = Object.getPrototypeOf(object);
  const inherited = typeof parent === 'object' && parent !== null && parent !== Object.prototype ? namesIn(parent) : [];
  return [...Object.getOwnPropertyNames(object), ...inherited];
}

/** Calls the callbacks, each with a record of its own. @returns whether one of them ended the training. */
export async function isStopped(callbacks: readonly TrainingCallbacks[], record: EpochRecord): Promise<boolean> {
  const verdicts: readonly unknown[] = await Promise.all(
    callbacks.map((callback) => callback.onEpochEnd?.(copyOf(record))),
  );
  verdicts.forEach((verdict, index) => {
    if (verdict !== undefined && verdict !== 'stop') throw callbackResult(index, verdict);
  });
  return verdicts.includes('stop');
}

function copyOf({ training, validation, ...rest }: EpochRecord): EpochRecord {
  return { ...rest, training: { ...training }, ...(validation && { validation: { ...validation } }) };
}
