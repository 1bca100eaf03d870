/** @file The graphs of the planner suite, each about one thing that a planner must see. */
import fc from 'fast-check';
import type { Signal } from '@ndl/core';
import { GraphWriter, pick, slice, type PlannerCase } from './write-graph.ts';

/** Writes a graph anew, so that no planner can remember one. */
export type WriteGraph = () => PlannerCase;

function graph(write: (writer: GraphWriter) => void): WriteGraph {
  return () => {
    const writer = new GraphWriter();
    write(writer);
    return writer.finish();
  };
}

/** A graph of the suite. */
export interface PlannerGraph {
  /** Groups of the best plan. */
  readonly fewest: number;
  readonly write: WriteGraph;
}

/** Names of the graphs of the suite. */
export type PlannerGraphName =
  | 'empty'
  | 'single'
  | 'independent'
  | 'two classes'
  | 'chain'
  | 'diamond'
  | 'layers'
  | 'sets, increments, reads'
  | 'slices'
  | 'updates'
  | 'a loop with a delay';

export const PLANNER_GRAPHS: Readonly<Record<PlannerGraphName, PlannerGraph>> = {
  empty: { fewest: 0, write: graph(() => {}) },
  single: { fewest: 1, write: graph((w) => void w.operator('a', { sets: [w.signal()] })) },
  /** Six operators of one class that have nothing to do with each other. */
  independent: {
    fewest: 1,
    write: graph((w) => {
      for (let index = 0; index < 6; index++) w.operator('a', { reads: [w.signal()], sets: [w.signal()] });
    }),
  },
  /** Two classes, taking turns, without dependencies. */
  'two classes': {
    fewest: 2,
    write: graph((w) => {
      for (let index = 0; index < 8; index++)
        w.operator(index % 2 === 0 ? 'a' : 'b', { reads: [w.signal()], sets: [w.signal()] });
    }),
  },
  /** Each reads what the one before sets: nothing can be merged. */
  chain: {
    fewest: 5,
    write: graph((w) => {
      let previous = w.signal();
      for (let index = 0; index < 5; index++) {
        const next = w.signal();
        w.operator('a', { reads: [previous], sets: [next] });
        previous = next;
      }
    }),
  },
  /** One feeds two, which feed one. */
  diamond: {
    fewest: 3,
    write: graph((w) => {
      const [top, left, right, bottom] = [w.signal(), w.signal(), w.signal(), w.signal()];
      w.operator('a', { reads: [w.signal()], sets: [top] });
      w.operator('a', { reads: [top], sets: [left] });
      w.operator('a', { reads: [top], sets: [right] });
      w.operator('b', { reads: [left, right], sets: [bottom] });
    }),
  },
  /** Three layers of four operators of one class, each reading from all of the layer before. */
  layers: {
    fewest: 3,
    write: graph((w) => {
      let below: readonly Signal[] = [w.signal(), w.signal()];
      for (let layer = 0; layer < 3; layer++) {
        const above = Array.from({ length: 4 }, () => w.signal());
        for (const target of above) w.operator('a', { reads: [below[0]!, below.at(-1)!], sets: [target] });
        below = above;
      }
    }),
  },
  /** Set, incremented twice, read: in this order whatever the list says. */
  'sets, increments, reads': {
    fewest: 3,
    write: graph((w) => {
      const sum = w.signal();
      w.operator('a', { reads: [sum], sets: [w.signal()] });
      w.operator('b', { reads: [w.signal()], incs: [sum] });
      w.operator('b', { reads: [w.signal()], incs: [sum] });
      w.operator('c', { sets: [sum] });
    }),
  },
  /** Parts of one signal that share no element are independent; those that do are not. */
  slices: {
    fewest: 3,
    write: graph((w) => {
      const whole = w.signal(8);
      w.operator('read', { reads: [slice(whole, 1, 3, 2)], sets: [w.signal(3)] });
      w.operator('read', { reads: [pick(whole, 6, 0, 6)], sets: [w.signal(3)] });
      w.operator('write', { reads: [w.signal(4)], sets: [slice(whole, 0, 4, 2)] });
      w.operator('write', { reads: [slice(whole, 0, 2)], sets: [slice(whole, 3, 1)] });
    }),
  },
  /** A state is read by all before it is updated, also by what comes late in the list. */
  updates: {
    fewest: 2,
    write: graph((w) => {
      const state = w.signal();
      w.operator('u', { reads: [w.signal()], updates: [state] });
      for (let index = 0; index < 3; index++) w.operator('a', { reads: [state], sets: [w.signal()] });
    }),
  },
  /** Two that update what the other's chain reads: a loop over time, not within a step. */
  'a loop with a delay': {
    fewest: 3,
    write: graph((w) => {
      const [state, current, output] = [w.signal(), w.signal(), w.signal()];
      w.operator('u', { reads: [output], updates: [state] });
      w.operator('a', { reads: [state], sets: [current] });
      w.operator('b', { reads: [current], sets: [output] });
    }),
  },
};

/** Graphs that no order satisfies: a loop within a step, and an operator of the loop among others. */
export const CYCLIC_GRAPHS: Readonly<Record<string, WriteGraph>> = {
  'two that wait for each other': graph((w) => {
    const [a, b] = [w.signal(), w.signal()];
    w.operator('a', { reads: [a], sets: [b] });
    w.operator('a', { reads: [b], sets: [a] });
  }),
  'a loop behind a chain': graph((w) => {
    const signals = Array.from({ length: 5 }, () => w.signal());
    signals.slice(1).forEach((signal, index) => w.operator('a', { reads: [signals[index]!], sets: [signal] }));
    const back = w.signal();
    w.operator('b', { reads: [signals[4]!], sets: [back] });
    w.operator('b', { reads: [back], incs: [signals[2]!] });
  }),
};

/** How one random operator is drawn: which signals it touches, as numbers, and its class. */
interface RandomOperator {
  readonly access: 'sets' | 'incs' | 'updates';
  readonly target: number;
  readonly reads: readonly number[];
  readonly mergeClass: string;
  readonly half: 0 | 1 | undefined;
}

/** Random graphs without loops: within a step data flow to signals of higher numbers, updates go to lower ones. */
export function randomGraphs(): fc.Arbitrary<PlannerCase> {
  const operator: fc.Arbitrary<RandomOperator> = fc.record({
    access: fc.constantFrom('sets', 'incs', 'incs', 'updates'),
    target: fc.nat(11),
    reads: fc.array(fc.nat(11), { maxLength: 2 }),
    mergeClass: fc.constantFrom('a', 'b', 'c'),
    half: fc.constantFrom(undefined, undefined, 0 as const, 1 as const),
  });
  return fc.array(operator, { maxLength: 24 }).map(writeRandom);
}

function writeRandom(drawn: readonly RandomOperator[]): PlannerCase {
  const writer = new GraphWriter();
  const signals = Array.from({ length: 12 }, () => writer.signal());
  /** Halves of signals that somebody sets, or updates, already: nobody else may. */
  const taken = new Set<string>();
  for (const { access, target, reads, mergeClass, half } of drawn) {
    const isRight = (read: number): boolean => (access === 'updates' ? read > target : read < target);
    const halves = half === undefined ? [0, 1] : [half];
    const keys = halves.map((each) => `${access} ${target} ${each}`);
    if (access !== 'incs' && keys.some((key) => taken.has(key))) continue;
    for (const key of keys) taken.add(key);
    const view = half === undefined ? signals[target]! : slice(signals[target]!, half * 2, 2);
    writer.operator(mergeClass, { [access]: [view], reads: reads.filter(isRight).map((read) => signals[read]!) });
  }
  return writer.finish();
}
