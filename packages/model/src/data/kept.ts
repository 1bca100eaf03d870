/** @file What objects and frozen data keep, without the copy that reading a property makes: for those who only read. */
import { refuseSurplus } from '@ndl/numerics';
import { keptArray } from './immutable-data.ts';
import { isRecorded, recordOf } from '../objects/recorded.ts';

/**
 * The value of a property of an object of a network, or of frozen data: an array is the one that is kept, not a copy. It must never be
 * changed or handed on to those who may.
 */
export function kept<Owner extends object, Name extends keyof Owner & string>(owner: Owner, name: Name): Owner[Name] {
  refuseSurplus('kept', arguments, 2);
  const values: object | undefined = isRecorded(owner)
    ? recordOf<{ readonly values?: object }>(owner).values
    : undefined;
  if (values !== undefined && Object.hasOwn(values, name) && !OF_THEIR_OWN.has(name)) {
    return (values as Owner)[name];
  }
  return (keptArray(owner, name) as Owner[Name] | undefined) ?? owner[name];
}

/** Properties of objects that differ from the value that they were given. */
const OF_THEIR_OWN: ReadonlySet<string> = new Set(['transform']);
