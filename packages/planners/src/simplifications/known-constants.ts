/** @file Which parts of a graph hold numbers that are known before the first step, also while the graph is being rewritten. */
import {
  firstAxisOf,
  forEachPosition,
  positionCount,
  ViewIndex,
  viewsOverlap,
  type Operator,
  type Signal,
  type SignalUse,
  type SignalView,
  type UsesOf,
} from '@ndl/core';
import { rowLengthOf, valuesOf, type Constant } from './constant.ts';

const NONE: readonly SignalUse[] = [];

/**
 * Certain is a view of which no element is ever incremented or updated, and which either nobody sets, or one reset sets as a
 * whole. Inputs are fed from outside, and parameters are learnt or loaded from files: they are never certain.
 */
export class KnownConstants {
  readonly #usesOf: UsesOf;
  readonly #indices = new Map<readonly SignalUse[], ViewIndex<SignalUse>>();
  readonly #rows = new Map<SignalView, ReadonlyMap<number, number>>();
  readonly #removed = new Set<Operator>();
  readonly #removedIncs = new Map<Signal, number>();
  readonly #values = new Map<Operator, Constant>();

  constructor(usesOf: UsesOf) {
    this.#usesOf = usesOf;
  }

  /** What a view always holds when it is read; `undefined` where that is not certain. */
  of(view: SignalView): Constant | undefined {
    const { signal } = view;
    if (signal.role !== 'array') return undefined;
    const { updates } = this.#usesOf(signal);
    if (this.#isIncremented(view) || this.#overlapping(updates, view).length > 0) return undefined;
    const setters = this.setters(view);
    if (setters.length === 0) return this.#part({ signal, shape: signal.shape }, signal.initial.data, view);
    const [{ operator, view: target }] = setters as [SignalUse];
    const value = setters.length === 1 ? this.valueOf(operator) : undefined;
    return value === undefined ? undefined : this.#part(target, value, view);
  }

  /** Who sets an element of a view. */
  setters(view: SignalView): readonly SignalUse[] {
    return this.#overlapping(this.#usesOf(view.signal).sets, view);
  }

  /** Who increments an element of a view, in the graph as it was. */
  increments(view: SignalView): readonly SignalUse[] {
    return this.#overlapping(this.#usesOf(view.signal).incs, view);
  }

  /** Whether anyone but this operator may write an element of a view. */
  isWrittenByOthers(view: SignalView, operator: Operator): boolean {
    const { updates } = this.#usesOf(view.signal);
    if (this.#isIncremented(view) || this.#overlapping(updates, view).length > 0) return true;
    return this.setters(view).some((setter) => setter.operator !== operator);
  }

  /** What an operator sets its target to at each step, if it is a reset, or has become one. */
  valueOf(operator: Operator): Constant | undefined {
    return this.#values.get(operator) ?? (operator.kind === 'reset' ? valuesOf(operator) : undefined);
  }

  /** From now on an operator sets its target to this. */
  set(operator: Operator, value: Constant): void {
    this.#values.set(operator, value);
  }

  /** From now on an operator increments nothing. @returns whether nobody increments `target` any more */
  removeIncrement(operator: Operator, { signal }: SignalView): boolean {
    this.#removed.add(operator);
    const removed = (this.#removedIncs.get(signal) ?? 0) + 1;
    this.#removedIncs.set(signal, removed);
    return removed === this.#usesOf(signal).incs.length;
  }

  /** For each position of the first axis that a view names, where in the view it stands last. */
  rowsOf(view: SignalView): (position: number) => number | undefined {
    if (view.selection === undefined) return (position) => position;
    let rows = this.#rows.get(view);
    if (rows === undefined) {
      const found = new Map<number, number>();
      forEachPosition(view, (position, row) => found.set(position, row));
      this.#rows.set(view, (rows = found));
    }
    return (position) => rows.get(position);
  }

  #isIncremented(view: SignalView): boolean {
    const { incs } = this.#usesOf(view.signal);
    const removed = this.#removedIncs.get(view.signal) ?? 0;
    if (removed === incs.length) return false;
    if (removed === 0 && incs[0]!.view.selection === undefined) return firstAxisOf(view.signal) > 0;
    if (view.selection === undefined) return true;
    return this.#overlapping(incs, view).some(({ operator }) => !this.#removed.has(operator));
  }

  #overlapping(uses: readonly SignalUse[], view: SignalView): readonly SignalUse[] {
    if (uses.length === 0) return uses;
    if (uses.length === 1) return viewsOverlap(uses[0]!.view, view) ? uses : NONE;
    let index = this.#indices.get(uses);
    if (index === undefined) this.#indices.set(uses, (index = new ViewIndex(uses)));
    return index.overlapping(view);
  }

  /** The elements of `view` out of those of `whole`; `undefined` unless all of them are there. */
  #part(whole: SignalView, elements: Constant, view: SignalView): Constant | undefined {
    const isWhole = whole.selection === undefined;
    if (isWhole && view.selection === undefined) return elements;
    const rowOf = this.rowsOf(whole);
    const rowLength = rowLengthOf(view.signal);
    const part = typeof elements === 'number' ? undefined : new Float64Array(positionCount(view) * rowLength);
    let isCovered = true;
    forEachPosition(view, (position, index) => {
      const row = rowOf(position);
      if (row === undefined) isCovered = false;
      else if (part !== undefined) copyRow(part, index, elements as ArrayLike<number>, row, rowLength);
    });
    return isCovered ? (part ?? elements) : undefined;
  }
}

function copyRow(into: Float64Array, row: number, from: ArrayLike<number>, fromRow: number, length: number): void {
  for (let column = 0; column < length; column++) into[row * length + column] = from[fromRow * length + column]!;
}
