/** @file Which elements a view stands for, and whether two views share any. */
import type { Selection, Signal, SignalView } from './signals.ts';

/** Length of a signal's first axis; a scalar counts as one. */
export function firstAxisOf(signal: Signal): number {
  return signal.shape[0] ?? 1;
}

/** Positions on the signal's first axis, in the order of the view; repeats as they come. A scalar has position 0. */
export function positionsOf(view: SignalView): readonly number[] {
  const { selection } = view;
  if (selection?.kind === 'indices') return selection.indices;
  const positions: number[] = [];
  forEachPosition(view, (position) => positions.push(position));
  return positions;
}

/** `positionsOf`, one by one. */
export function forEachPosition(view: SignalView, visit: (position: number, index: number) => void): void {
  const { selection } = view;
  if (selection?.kind === 'indices') {
    selection.indices.forEach(visit);
    return;
  }
  const { start, step } = selection ?? { start: 0, step: 1 };
  const count = positionCount(view);
  for (let index = 0; index < count; index++) visit(start + index * step, index);
}

/** Number of positions on the signal's first axis, repeats included. */
export function positionCount(view: SignalView): number {
  return view.selection === undefined ? firstAxisOf(view.signal) : countOf(view.selection);
}

/** Whether two views have an element in common. */
export function viewsOverlap(left: SignalView, right: SignalView): boolean {
  if (left.signal !== right.signal) return false;
  const [a, b] = [left.selection, right.selection];
  const length = firstAxisOf(left.signal);
  if (a === undefined) return b === undefined ? length > 0 : countOf(b) > 0;
  if (b === undefined) return countOf(a) > 0;
  return selectionsOverlap(a, b);
}

/** Whether every element of `inner` is one of `outer`. */
export function viewCovers(outer: SignalView, inner: SignalView): boolean {
  if (outer.signal !== inner.signal) return false;
  if (outer.selection === undefined || outer.selection === inner.selection) return true;
  const covered = new Set(positionsOf(outer));
  return positionsOf(inner).every((position) => covered.has(position));
}

/** Whether two views stand for the same elements in the same order. */
export function sameView(left: SignalView, right: SignalView): boolean {
  if (left.signal !== right.signal) return false;
  if (left.selection === right.selection) return true;
  if (positionCount(left) !== positionCount(right)) return false;
  const [a, b] = [positionsOf(left), positionsOf(right)];
  return a.length === b.length && a.every((position, index) => position === b[index]);
}

/** Whether a view names an element more than once. */
export function hasRepeats(view: SignalView): boolean {
  const { selection } = view;
  if (selection === undefined) return false;
  if (selection.kind === 'slice') return selection.step === 0 && selection.length > 1;
  return new Set(selection.indices).size < selection.indices.length;
}

function selectionsOverlap(a: Selection, b: Selection): boolean {
  const [few, many] = countOf(a) <= countOf(b) ? [a, b] : [b, a];
  const [low, high] = rangeOf(many);
  const [lowest, highest] = rangeOf(few);
  if (lowest > high || highest < low) return false;
  if (isRun(few) && isRun(many)) return true;
  const contains = membershipOf(many);
  return positionsIn(few).some(contains);
}

function countOf(selection: Selection): number {
  return selection.kind === 'slice' ? selection.length : selection.indices.length;
}

/** Least and greatest position; an empty selection has an empty range. */
function rangeOf(selection: Selection): readonly [number, number] {
  if (countOf(selection) === 0) return [Infinity, -Infinity];
  if (selection.kind === 'indices') {
    return selection.indices.reduce<[number, number]>(
      ([low, high], index) => [Math.min(low, index), Math.max(high, index)],
      [Infinity, -Infinity],
    );
  }
  const last = selection.start + (selection.length - 1) * selection.step;
  return [Math.min(selection.start, last), Math.max(selection.start, last)];
}

/** Whether a selection has no gaps. */
function isRun(selection: Selection): boolean {
  return selection.kind === 'slice' && Math.abs(selection.step) <= 1;
}

function positionsIn(selection: Selection): readonly number[] {
  if (selection.kind === 'indices') return selection.indices;
  return Array.from({ length: selection.length }, (_, index) => selection.start + index * selection.step);
}

function membershipOf(selection: Selection): (position: number) => boolean {
  if (selection.kind === 'indices') {
    const members = new Set(selection.indices);
    return (position) => members.has(position);
  }
  const { start, step, length } = selection;
  if (step === 0) return (position) => position === start;
  return (position) => {
    const index = (position - start) / step;
    return Number.isInteger(index) && index >= 0 && index < length;
  };
}
