import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isNdlError, operatorDependencies, viewsOverlap, type OperatorGraph } from '../index.ts';
import { sketchGraph, type SketchedOperator } from './sketch-graph.test-helper.ts';

const labelsOf = (operators: readonly SketchedOperator[], lists: readonly (readonly number[])[]) =>
  Object.fromEntries(
    lists.map((list, index) => [operators[index]!.label, list.map((other) => operators[other]!.label)]),
  );

const codeOf = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    if (isNdlError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
};

const ORDER = ['sets', 'incs', 'reads', 'updates'] as const;

/** Who must wait for each operator, by looking at each two uses of elements. */
function pairsIn({ operators }: OperatorGraph): number[][] {
  return operators.map((first) =>
    [...operators.keys()].filter((index) => {
      const second = operators[index]!;
      return (
        first !== second &&
        ORDER.some((earlier, place) =>
          ORDER.slice(place + 1).some((later) =>
            first[earlier].some((a) => second[later].some((b) => viewsOverlap(a, b))),
          ),
        )
      );
    }),
  );
}

/** `count` operators that all increment, then as many that all read. */
const crowd = (count: number, part = ''): SketchedOperator[] =>
  ['incs', 'reads'].flatMap((access) =>
    Array.from({ length: count }, (_, index) => ({ label: `${access} ${index}`, [access]: [`x${part}`] })),
  );

describe('operatorDependencies', () => {
  test('are those of each two operators, however many use one signal', () => {
    const parts = ['x', 'x', 'x', 'x[0:2]', 'x[1:4]', 'x[3]', 'x[2,0]', 'y'];
    const operator = fc.record({ access: fc.constantFrom('incs', 'reads'), part: fc.constantFrom(...parts) });
    fc.assert(
      fc.property(fc.array(operator, { minLength: 20, maxLength: 60 }), (drawn) => {
        const graph = sketchGraph([
          ...drawn.map(({ access, part }, index) => ({ label: `${index}`, [access]: [part] })),
          { label: 'set', sets: ['x'] },
          { label: 'update', updates: ['x[1:3]', 'y'] },
        ]);
        const { successors, predecessors, order } = operatorDependencies(graph);
        expect(successors).toEqual(pairsIn(graph));
        const place = new Map(order.map((index, at) => [index, at]));
        predecessors.forEach((list, index) => {
          for (const before of list) expect(place.get(before)).toBeLessThan(place.get(index)!);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('take no more room than the uses that they follow from, where thousands wait for thousands', () => {
    const count = 3000;
    const { gated, order } = operatorDependencies(
      sketchGraph([...crowd(count), { label: 'both', sets: ['x'] }, ...crowd(count, '[1:3]')]),
    );
    expect(order).toHaveLength(4 * count + 1);
    const edges = gated.successors.reduce((sum, list) => sum + list.length, 0);
    expect(edges).toBeLessThan(10 * 4 * count);
  });

  test('orders sets before increments before reads before updates', () => {
    const operators = [
      { label: 'update', updates: ['x'] },
      { label: 'read', reads: ['x'] },
      { label: 'increment', incs: ['x'] },
      { label: 'set', sets: ['x'] },
    ];
    const { predecessors, order } = operatorDependencies(sketchGraph(operators));
    expect(labelsOf(operators, predecessors)).toEqual({
      update: ['read', 'increment', 'set'],
      read: ['increment', 'set'],
      increment: ['set'],
      set: [],
    });
    expect(order.map((index) => operators[index]!.label)).toEqual(['set', 'increment', 'read', 'update']);
  });

  test('keeps views apart that share no element', () => {
    const operators = [
      { label: 'set front', sets: ['x[0:2]'] },
      { label: 'set back', sets: ['x[2:4]'] },
      { label: 'read back', reads: ['x[3,2]'] },
      { label: 'read across', reads: ['x[1:3]'] },
      { label: 'read all', reads: ['x'] },
    ];
    expect(labelsOf(operators, operatorDependencies(sketchGraph(operators)).predecessors)).toEqual({
      'set front': [],
      'set back': [],
      'read back': ['set back'],
      'read across': ['set front', 'set back'],
      'read all': ['set front', 'set back'],
    });
  });

  test('lets an operator update what it reads itself', () => {
    const { predecessors } = operatorDependencies(sketchGraph([{ label: 'filter', reads: ['x'], updates: ['x'] }]));
    expect(predecessors).toEqual([[]]);
  });

  test('ignores the order of independent operators but for the graph order', () => {
    const operators = [
      { label: 'b', sets: ['y'] },
      { label: 'a', sets: ['x'] },
      { label: 'c', reads: ['y'], sets: ['z'] },
    ];
    expect(operatorDependencies(sketchGraph(operators)).order).toEqual([0, 1, 2]);
  });

  test('names the sums whose order matters, element by element', () => {
    const operators = [
      { label: 'late', incs: ['x'], reads: ['y'] },
      { label: 'first', incs: ['x[0:2]'] },
      { label: 'elsewhere', incs: ['x[2:4]'] },
      { label: 'source', sets: ['y'] },
    ];
    expect(labelsOf(operators, operatorDependencies(sketchGraph(operators)).sumsAfter)).toEqual({
      late: ['first', 'elsewhere'],
      first: [],
      elsewhere: [],
      source: [],
    });
  });

  test('names everything on a cycle and advises a synapse', () => {
    const graph = sketchGraph([
      { label: 'outside', sets: ['w'] },
      { label: 'a to b', reads: ['x', 'w'], sets: ['y'] },
      { label: 'b to a', reads: ['y'], sets: ['x'] },
      { label: 'after', reads: ['x'], sets: ['z'] },
    ]);
    const { code, message } = codeOf(() => operatorDependencies(graph));
    expect(code).toBe('GRAPH_CYCLE');
    expect(message).toMatch(/a to b → b to a → a to b|b to a → a to b → b to a/);
    expect(message).toContain('synapse');
    expect(message).not.toMatch(/outside|after/);
  });

  test('sees no cycle where an update carries the value to the next step', () => {
    const graph = sketchGraph([
      { label: 'a to b', reads: ['x'], sets: ['y'] },
      { label: 'b to a', reads: ['y'], updates: ['x'] },
    ]);
    expect(operatorDependencies(graph).order).toEqual([0, 1]);
  });

  test('refuses two setters, and two updaters, of one element', () => {
    const twoSetters = sketchGraph([
      { label: 'one', sets: ['x[0:3]'] },
      { label: 'two', sets: ['x[2,3]'] },
    ]);
    const { code, message } = codeOf(() => operatorDependencies(twoSetters));
    expect(code).toBe('GRAPH_TWO_SETTERS');
    expect(message).toMatch(/one.*two.*x/);
    const twoUpdaters = sketchGraph([
      { label: 'one', updates: ['x'] },
      { label: 'two', updates: ['x[1]'] },
    ]);
    expect(codeOf(() => operatorDependencies(twoUpdaters)).code).toBe('GRAPH_TWO_UPDATERS');
  });
});
