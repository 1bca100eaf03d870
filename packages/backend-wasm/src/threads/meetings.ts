/** @file Where threads have to meet: before a unit that looks at, or writes, what another thread has written, or looked at, since they last met. */
import { indicesOf, readsOf, type View, writesOf } from '@ndl/ir';
import type { Unit } from '../sections/schedule.ts';
import type { ItemRange } from '../sections/section-context.ts';

/** Elements of a buffer that a thread touches: those between two positions, of some items. */
interface Touch {
  readonly buffer: string;
  readonly isWritten: boolean;
  readonly items: ItemRange;
  readonly least: number;
  readonly most: number;
}

/** What each thread touches in a unit. */
export type Touches = readonly (readonly Touch[])[];

export function touchesOf(unit: Unit, items: ItemRange): readonly Touch[] {
  const [reads, writes] = usesOf(unit);
  return [...reads.map((view) => touchOf(view, false, items)), ...writes.map((view) => touchOf(view, true, items))];
}

export function touchOf(view: View, isWritten: boolean, items: ItemRange): Touch {
  let [least, most] = [view.offset, view.offset];
  view.shape.forEach((length, axis) => {
    const list = indicesOf(view, axis);
    const reach = (length - 1) * view.strides[axis]!;
    least += list === undefined ? Math.min(0, reach) : list.reduce((a, b) => Math.min(a, b), Infinity);
    most += list === undefined ? Math.max(0, reach) : list.reduce((a, b) => Math.max(a, b), -Infinity);
  });
  return { buffer: view.buffer, isWritten, items, least, most };
}

function usesOf(unit: Unit): readonly [reads: readonly View[], writes: readonly View[]] {
  if (unit.kind === 'instruction')
    return [readsOf(unit.instruction), writesOf(unit.instruction).map(({ target }) => target)];
  return [
    unit.group.flatMap(({ reads }) => reads),
    unit.group.flatMap(({ outputs }) => outputs.map(({ target }) => target)),
  ];
}

/** For each unit of a section whether threads meet before it. @param isRepeated whether the first comes after the last once more */
export function meetingsBefore(units: readonly Touches[], isRepeated: boolean): readonly boolean[] {
  const meetings = units.map(() => false);
  let open: Touches[] = [];
  for (let time = 0; time < (isRepeated ? 2 : 1); time++) {
    units.forEach((unit, index) => {
      if (open.some((before) => conflict(before, unit))) meetings[index] = true;
      open = meetings[index]! ? [unit] : [...open, unit];
    });
  }
  return meetings;
}

/** Whether one thread touches what another one writes. */
function conflict(before: Touches, after: Touches): boolean {
  return before.some((ones, thread) =>
    after.some((others, other) => thread !== other && ones.some((a) => others.some((b) => meet(a, b)))),
  );
}

function meet(a: Touch, b: Touch): boolean {
  if (a.buffer !== b.buffer || !(a.isWritten || b.isWritten)) return false;
  if (a.items.first >= b.items.first + b.items.count || b.items.first >= a.items.first + a.items.count) return false;
  return a.least <= b.most && b.least <= a.most;
}
