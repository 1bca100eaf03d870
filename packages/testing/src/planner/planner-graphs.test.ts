/** @file The graphs of the planner suite: `fewest` by trying everything, loops that are loops. */
import { isNdlError, operatorDependencies } from '@ndl/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CYCLIC_GRAPHS, PLANNER_GRAPHS, randomGraphs } from './planner-graphs.ts';
import type { PlannerCase } from './write-graph.ts';

/** Groups of the best plan: breadth-first over the sets of operators that have run, whatever is ready of one class at a time. */
function fewestGroups({ graph, mergeClassOf }: PlannerCase): number {
  const { predecessors } = operatorDependencies(graph);
  const classes = [...new Set(graph.operators.map(mergeClassOf))];
  const all = 2 ** graph.operators.length - 1;
  let reached = new Set([0]);
  for (let groups = 0; ; groups++) {
    if (reached.has(all)) return groups;
    const next = new Set<number>();
    for (const done of reached) {
      for (const mergeClass of classes) {
        const ready = graph.operators
          .map((operator, index) => ({ operator, index }))
          .filter(({ operator, index }) => {
            const isOpen = (done & (1 << index)) === 0 && mergeClassOf(operator) === mergeClass;
            return isOpen && predecessors[index]!.every((before) => (done & (1 << before)) !== 0);
          });
        // Any part of what is ready may be a group of its own.
        for (let part = 1; part < 2 ** ready.length; part++) {
          next.add(
            ready.reduce((set, { index }, position) => (part & (1 << position) ? set | (1 << index) : set), done),
          );
        }
      }
    }
    reached = next;
  }
}

describe('fewest', () => {
  test.each(Object.entries(PLANNER_GRAPHS))('of %s', (_, { fewest, write }) => {
    expect(fewestGroups(write())).toBe(fewest);
  });
});

test.each(Object.entries(CYCLIC_GRAPHS))('%s is a loop', (_, write) => {
  expect(() => operatorDependencies(write().graph)).toThrow(
    expect.toSatisfy((error) => isNdlError(error, 'GRAPH_CYCLE')),
  );
});

test('random graphs have no loops and no conflicts', () => {
  fc.assert(
    fc.property(randomGraphs(), ({ graph }) => operatorDependencies(graph).order.length === graph.operators.length),
    { numRuns: 300, seed: 3 },
  );
});
