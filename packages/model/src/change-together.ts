/** @file Changes of several objects that are made together or not at all. */
import type { NetworkObject } from './objects.ts';
import { recordOf, replaceRecord, type Recorded } from './recorded.ts';

/** Calls `change`; if it throws, `objects` are again what they were before it, whatever had become of them. */
export function changeTogether(objects: Iterable<Extract<NetworkObject, Recorded<never>>>, change: () => void): void {
  const before = Array.from(objects as Iterable<Recorded<object>>, (object) => [object, recordOf(object)] as const);
  try {
    change();
  } catch (error) {
    for (const [object, record] of before) replaceRecord(object, record);
    throw error;
  }
}
