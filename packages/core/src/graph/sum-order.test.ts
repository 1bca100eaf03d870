/** @file Which increment follows which, element by element. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { operatorDependencies, type OperatorGraph } from '../index.ts';
import { forEachPosition } from './signal-view.ts';
import { sketchGraph } from './sketch-graph.test-helper.ts';

/** For each operator, who was the last to increment an element before it, looked up for each element. */
function lastBefore({ operators }: OperatorGraph, order: readonly number[]): number[][] {
  const latest = new Map<string, number>();
  const after = operators.map(() => new Set<number>());
  for (const index of order) {
    for (const view of operators[index]!.incs) {
      forEachPosition(view, (position) => {
        const key = `${view.signal.name} ${position}`;
        const previous = latest.get(key);
        if (previous !== undefined && previous !== index) after[index]!.add(previous);
        latest.set(key, index);
      });
    }
  }
  return after.map((found) => [...found].sort((a, b) => a - b));
}

test('increments of an element follow each other as the operators do, the first of all included', () => {
  const parts = fc.constantFrom('x', 'x[0:2]', 'x[1:4]', 'x[3]', 'x[2,0]', 'y', 'y[1:3]');
  const operator = fc.record({ incs: fc.array(parts, { minLength: 1, maxLength: 2 }), isReader: fc.boolean() });
  fc.assert(
    fc.property(fc.array(operator, { minLength: 2, maxLength: 8 }), (drawn) => {
      const graph = sketchGraph(
        drawn.map(({ incs, isReader }, index) => ({
          label: `${index}`,
          incs: [...new Set(incs)],
          reads: isReader ? [`own${index}`] : [],
        })),
      );
      const { order, sumsAfter } = operatorDependencies(graph);
      expect(sumsAfter).toEqual(lastBefore(graph, order));
    }),
  );
});

test('parts are told from wholes', () => {
  const graph = sketchGraph([
    { label: 'front', incs: ['x[0:2]'] },
    { label: 'back', incs: ['x[2:4]'] },
    { label: 'whole', incs: ['x'] },
    { label: 'other', incs: ['y'] },
  ]);
  expect(operatorDependencies(graph).sumsAfter).toEqual([[], [], [0, 1], []]);
});
