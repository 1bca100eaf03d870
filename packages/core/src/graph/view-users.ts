/** @file The users of a signal by the part of it that they use, and which of these parts overlap. */
import { OperationCount, type Pieces } from '@ndl/numerics';
import type { SignalView } from './signals.ts';
import type { SignalUse } from './signal-uses.ts';
import { ViewIndex } from './view-index.ts';

/** Operators that use the same elements of a signal in the same way. */
export interface ViewUsers {
  readonly view: SignalView;
  /** Positions of the operators in their graph, ascending. */
  readonly operators: readonly number[];
}

/** Uses of one signal in one way, by view. @param apart operators that are to stand alone */
export function byView(uses: readonly SignalUse[], apart: ReadonlySet<number>): readonly ViewUsers[] {
  const [first, ...others] = uses;
  if (first === undefined) return [];
  if (others.length === 0) return [{ view: first.view, operators: [first.index] }];
  const users: { readonly view: SignalView; readonly operators: number[] }[] = [];
  const known = new Map<string, number[]>();
  for (const { view, index } of uses) {
    const key = keyOf(view);
    const operators = apart.has(index) ? undefined : known.get(key);
    if (operators === undefined) {
      const own = [index];
      users.push({ view, operators: own });
      if (!apart.has(index)) known.set(key, own);
    } else if (operators.at(-1) !== index) operators.push(index);
  }
  return users;
}

function keyOf({ selection }: SignalView): string {
  if (selection === undefined) return '';
  if (selection.kind === 'indices') return selection.indices.join();
  return `${selection.start}:${selection.step}:${selection.length}`;
}

/** What a comparison of two views is worth, in operations. */
const LOOK_COST = 128;

/** Visits each two views, one of either list, that have an element in common. */
export function* eachOverlap(
  these: readonly ViewUsers[],
  those: readonly ViewUsers[],
  visit: (one: ViewUsers, other: ViewUsers) => void,
): Pieces<void> {
  const operations = new OperationCount();
  const index = new ViewIndex(these);
  for (const other of those) {
    const found = index.overlapping(other.view);
    for (const one of found) visit(one, other);
    const done = operations.add(LOOK_COST * (1 + found.length));
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}
