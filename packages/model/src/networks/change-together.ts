/** @file Changes of several objects that are made together or not at all. */
import { refuseSurplus } from '@ndl/numerics';
import type { Member } from '../objects/objects.ts';
import { recordOf, replaceRecord, type Recorded } from '../objects/recorded.ts';

/** Calls `change`; if it throws, `objects` are again what they were before it, whatever had become of them. */
export function changeTogether(
  objects: Iterable<Exclude<Member, { readonly kind: 'network' }>>,
  change: () => void,
): void {
  refuseSurplus('changeTogether', arguments, 2);
  const before = Array.from(objects, (object) => {
    const recorded = object as unknown as Recorded<object>;
    return [recorded, recordOf(recorded)] as const;
  });
  try {
    change();
  } catch (error) {
    for (const [object, record] of before) replaceRecord(object, record);
    throw error;
  }
}
