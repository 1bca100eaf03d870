/** @file The elements that a view shows, repeats along an axis left out: most are a range, of which no list is made. */
import type { View } from '../program/view.ts';
import { withoutRepeatedAxes } from '../program/view-axes.ts';
import { offsetsOf } from '../program/view-elements.ts';
import { indicesOf, isContiguous, viewSize } from '../program/views.ts';

/** Elements that stand one after another. */
export interface Run {
  readonly offset: number;
  readonly shape: readonly number[];
}

export class ShownElements {
  /** A range, or a list. */
  readonly #start: number;
  readonly #end: number;
  readonly #list: Int32Array | undefined;

  constructor(view: View) {
    const shown = withoutRepeatedAxes(view);
    const isRange = isContiguous(shown);
    this.#start = isRange ? shown.offset : 0;
    this.#end = isRange ? shown.offset + viewSize(shown) : 0;
    this.#list = isRange ? undefined : offsetsOf(shown);
  }

  /** Whether a test holds for one of them; the first for which it does is the last that is asked about. */
  some(test: (element: number) => boolean): boolean {
    if (this.#list !== undefined) return this.#list.some(test);
    for (let element = this.#start; element < this.#end; element++) if (test(element)) return true;
    return false;
  }

  /** Whether a test holds for all of them; the first for which it does not is the last that is asked about. */
  every(test: (element: number) => boolean): boolean {
    return !this.some((element) => !test(element));
  }

  /** Those for which a test holds. */
  where(test: (element: number) => boolean): readonly number[] {
    const found: number[] = [];
    this.some((element) => {
      if (test(element)) found.push(element);
      return false;
    });
    return found;
  }

  /** All of them as runs of neighbours. */
  runs(): readonly Run[] {
    if (this.#list !== undefined) return runsOf([...this.#list]);
    return this.#end > this.#start ? [{ offset: this.#start, shape: [this.#end - this.#start] }] : [];
  }

  list(): readonly number[] {
    return this.where(() => true);
  }

  /** Sets what an array holds for each of them. */
  fill(marks: Uint8Array, mark: number): void {
    if (this.#list === undefined) marks.fill(mark, this.#start, this.#end);
    else for (const element of this.#list) marks[element] = mark;
  }
}

/** The first element that a view shows. */
export function firstElement(view: View): number | undefined {
  if (viewSize(view) === 0) return undefined;
  return view.shape.reduce((sum, _, axis) => sum + (indicesOf(view, axis)?.[0] ?? 0), view.offset);
}

/** Elements, in whatever order, as runs of neighbours. */
export function runsOf(elements: readonly number[]): readonly Run[] {
  const ascends = elements.every((element, place) => place === 0 || elements[place - 1]! < element);
  const sorted = ascends ? elements : [...new Set(elements)].sort((a, b) => a - b);
  const runs: { offset: number; shape: [number] }[] = [];
  for (const element of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && last.offset + last.shape[0] === element) last.shape[0]++;
    else runs.push({ offset: element, shape: [1] });
  }
  return runs;
}
