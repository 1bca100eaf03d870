import { describe, expect, test } from 'vitest';
import { isNdlError, operatorDependencies } from './index.ts';
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

describe('operatorDependencies', () => {
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
