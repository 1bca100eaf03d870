import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inRunningOrder, isNdlError, operatorDependencies, type OperatorGraph } from '../index.ts';
import { sketchGraph, type SketchedOperator } from './sketch-graph.test-helper.ts';

const labelsOf = ({ operators }: OperatorGraph): readonly string[] => operators.map(({ label }) => label);

/** Of each operator, those that increment an element just before it does, by their labels. */
const sumsIn = (graph: OperatorGraph): readonly string[][] => {
  const labels = labelsOf(graph);
  return operatorDependencies(graph).sumsAfter.map((list) => list.map((index) => labels[index]!));
};

/** Without any cycle: operators read what those of lower height write, whatever their place in the list. */
const SKETCHES = fc
  .uniqueArray(
    fc.record({ height: fc.nat(4), place: fc.nat(10_000), isIncrement: fc.boolean(), reads: fc.array(fc.nat(3)) }),
    { minLength: 3, maxLength: 20, selector: ({ place }) => place },
  )
  .map((drawn) =>
    drawn.map(({ height, place, isIncrement, reads }): SketchedOperator => ({
      label: `${place}`,
      reads: reads.filter((level) => level < height).map((level) => `level${level}`),
      ...(isIncrement ? { incs: [`level${height}`] } : { sets: [`own${place}`] }),
    })),
  );

describe('inRunningOrder', () => {
  test('lists each operator behind those that it waits for, and is the same object when asked again', () => {
    fc.assert(
      fc.property(SKETCHES, (operators) => {
        const graph = inRunningOrder(sketchGraph(operators));
        expect([...labelsOf(graph)].sort()).toEqual(operators.map(({ label }) => label).sort());
        const { predecessors, order } = operatorDependencies(graph);
        predecessors.forEach((list, index) => expect(list.every((before) => before < index)).toBe(true));
        expect(order).toEqual([...graph.operators.keys()]);
        expect(inRunningOrder(graph)).toBe(graph);
      }),
    );
  });

  test('keeps the order of every sum whatever is left out, or sets where it incremented first', () => {
    fc.assert(
      fc.property(SKETCHES, fc.array(fc.nat(), { maxLength: 4 }), (operators, dropped) => {
        const graph = inRunningOrder(sketchGraph(operators));
        const isDropped = new Set(dropped.map((number) => number % operators.length));
        const kept = graph.operators.filter((_, index) => !isDropped.has(index));
        const { incs = [] } = kept.find((operator) => operator.incs.length > 0) ?? {};
        const first = kept.findIndex((operator) => operator.incs[0]?.signal === incs[0]?.signal && incs.length > 0);
        const changed = kept.map((operator, index) =>
          index === first ? { ...operator, sets: operator.incs, incs: [] } : operator,
        );
        const after = { ...graph, operators: changed };
        const places = new Map(labelsOf(graph).map((label, index) => [label, index]));
        const labels = labelsOf(after);
        sumsIn(after).forEach((list, index) => {
          for (const before of list) expect(places.get(before)).toBeLessThan(places.get(labels[index]!)!);
        });
        expect(operatorDependencies(after).order).toEqual([...changed.keys()]);
      }),
    );
  });

  test('refuses cycles', () => {
    const graph = sketchGraph([
      { label: 'after', reads: ['x'], sets: ['z'] },
      { label: 'a to b', reads: ['x'], sets: ['y'] },
      { label: 'b to a', reads: ['y'], sets: ['x'] },
      { label: 'source', sets: ['w'] },
    ]);
    expect(() => inRunningOrder(graph)).toThrow(
      expect.toSatisfy((error) => isNdlError(error) && error.code === 'GRAPH_CYCLE'),
    );
  });
});
