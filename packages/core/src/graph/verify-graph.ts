/**
 * @file What keeps a graph, or a part of one, from being one: nobody's word is taken for it. Problems are phrases that follow the
 * name of whoever made the part.
 */
import { isNdArray, OperationCount, showValue, type Pieces, refuseSurplus, isRefusedPromise } from '@ndl/numerics';
import type { OperatorGraph } from './operator-graph.ts';
import type { Selection, Signal } from './signals.ts';
import type { Operator } from './operators.ts';
import { firstAxisOf } from './signal-view.ts';

type Unknown<Thing> = { readonly [Name in keyof Thing]?: unknown };

/**
 * What is wrong with what should be a graph: that it is none, or with its first part that is none.
 * @param sound a graph with which nothing is wrong, and whose parts nobody can change: those that `value` shares are passed over
 */
export function* problemOfGraph(value: unknown, sound?: OperatorGraph): Pieces<string | undefined> {
  if (isRefusedPromise(value)) return 'returned a promise';
  if (!isRecord(value)) return 'returned no graph';
  const { operators, signals, inputs, probes } = value as Unknown<OperatorGraph>;
  if (![operators, signals, inputs, probes].every(Array.isArray)) return 'returned no graph';
  const isKnown = isAmong(signals as readonly unknown[]);
  // Operators are sound as long as all of their signals are in the graph.
  const isSound = signals === sound?.signals ? followsAmong(sound?.operators ?? []) : () => false;
  return (
    (signals === sound?.signals
      ? undefined
      : yield* firstProblemInPieces(signals as readonly unknown[], problemOfSignal)) ??
    (yield* firstProblemInPieces(operators as readonly unknown[], (operator) =>
      isSound(operator) ? undefined : problemOfOperator(operator, isKnown),
    )) ??
    firstRepeat(operators as readonly Operator[])
  );
}

/** Whether a signal is one of these, of which each names its own place. */
export function isAmong(signals: readonly unknown[]): (signal: unknown) => boolean {
  return (signal) => isRecord(signal) && signals[signal['id'] as number] === signal;
}

/** New operators that may come between two old ones before the old are looked up no further. */
const MOST_NEW = 16;

/** Says of one operator after the other whether it is among these, which come in the same order; it may miss some. */
function followsAmong(operators: readonly unknown[]): (operator: unknown) => boolean {
  let place = 0;
  return (operator) => {
    for (let next = place; next < Math.min(place + MOST_NEW, operators.length); next++) {
      if (operators[next] !== operator) continue;
      place = next + 1;
      return true;
    }
    return false;
  };
}

/** What a look at a signal, or at an operator, is worth, in operations. */
const LOOK_COST = 1024;

function* firstProblemInPieces(
  list: readonly unknown[],
  problemOf: (member: unknown, index: number) => string | undefined,
): Pieces<string | undefined> {
  const operations = new OperationCount();
  for (const [index, member] of list.entries()) {
    const problem = problemOf(member, index);
    if (problem !== undefined) return problem;
    const done = operations.add(LOOK_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return undefined;
}

function firstRepeat(operators: readonly Operator[]): string | undefined {
  if (new Set(operators).size === operators.length) return undefined;
  const repeated = operators.find((operator, index) => operators.indexOf(operator) !== index)!;
  return `listed ${repeated.kind} of ${repeated.label} twice`;
}

/** What is wrong with what should be the signal of a graph at this place. */
function problemOfSignal(value: unknown, id: number): string | undefined {
  if (!isRecord(value) || typeof value['name'] !== 'string') return 'put something into the graph that is no signal';
  const { name, initial, shape } = value as unknown as Signal;
  if (value['id'] !== id) return `gave ${name} the id ${showValue(value['id'])}; its place in the list is ${id}`;
  if (!isNdArray(initial) || !isShape(shape) || initial.shape.join() !== shape.join())
    return `gave ${name} initial contents that are no array of its shape`;
  const { history = 0 } = value;
  if (!Number.isSafeInteger(history) || (history as number) < 0)
    return `gave ${name} a history of ${showValue(history)} steps; it is a whole number, at least 0`;
  return undefined;
}

/** What is wrong with what should be an operator. @param isKnown whether a signal is one of the graph. */
export function problemOfOperator(value: unknown, isKnown: (signal: unknown) => boolean): string | undefined {
  refuseSurplus('problemOfOperator', arguments, 2);
  if (!isRecord(value)) return `put ${showValue(value)} into the graph, which is no operator`;
  const { kind, label, sets, incs, reads, updates, states = [] } = value;
  const lists = [sets, incs, reads, updates, states];
  if (typeof kind !== 'string' || typeof label !== 'string' || !lists.every(Array.isArray))
    return 'put something into the graph that is no operator: it lacks a kind, a label, or lists of what it sets, incs, reads and updates';
  const problem = firstProblem(lists.flat(), (view) => problemOfView(view, isKnown));
  return problem === undefined ? undefined : `made ${kind} of ${label} use ${problem}`;
}

/** What is wrong with what should be a view of a signal: a noun. */
export function problemOfView(value: unknown, isKnown: (signal: unknown) => boolean): string | undefined {
  refuseSurplus('problemOfView', arguments, 2);
  if (!isRecord(value)) return `${showValue(value)} in the place of a view`;
  const { signal, selection, shape } = value;
  if (!isKnown(signal)) return 'a signal that is not in the graph';
  const whole = signal as Signal;
  const wanted = selection === undefined ? whole.shape : selectedShape(whole, selection);
  if (wanted === undefined) return `a selection of ${whole.name} that reaches beyond it, or is none`;
  const isRight = Array.isArray(shape) && shape.join() === wanted.join();
  return isRight ? undefined : `a view of ${whole.name} whose shape is not that of what it selects`;
}

function selectedShape(signal: Signal, selection: unknown): readonly number[] | undefined {
  const count = isRecord(selection) ? countWithin(selection as Selection, firstAxisOf(signal)) : undefined;
  return count === undefined ? undefined : [count, ...signal.shape.slice(1)];
}

/** How many positions are selected; undefined where one of them is no position from 0 up to but excluding `length`. */
function countWithin(selection: Selection, length: number): number | undefined {
  const isPosition = (position: unknown): boolean =>
    Number.isInteger(position) && (position as number) >= 0 && (position as number) < length;
  if (selection.kind === 'indices')
    return Array.isArray(selection.indices) && selection.indices.every(isPosition)
      ? selection.indices.length
      : undefined;
  if (selection.kind !== 'slice') return undefined;
  const { start, step, length: count } = selection;
  if (count === 0) return 0;
  return Number.isInteger(count) && [start, start + (count - 1) * step].every(isPosition) && Number.isInteger(step)
    ? count
    : undefined;
}

/** The first problem of the members of a list, holes included. */
function firstProblem(
  list: unknown,
  problemOf: (member: unknown, index: number) => string | undefined,
): string | undefined {
  for (const [index, member] of (list as readonly unknown[]).entries()) {
    const problem = problemOf(member, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((length) => Number.isInteger(length) && length >= 0);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
