import { describe, expect, test } from 'vitest';
import { rewriteGraph, simplify, simplifyInPieces, type Simplification } from '../index.ts';
import { sketchGraph } from './sketch-graph.test-helper.ts';

const graph = sketchGraph([
  { label: 'a', kind: 'red', sets: ['x'] },
  { label: 'b', kind: 'red', sets: ['y'] },
  { label: 'c', kind: 'blue', sets: ['z'] },
]);

/** Drops the first operator of a kind, if there is one. */
const dropOne = (kind: string): Simplification => ({
  name: `drop one ${kind}`,
  apply: (current) => {
    const first = current.operators.find((operator) => (operator.kind as string) === kind);
    return first === undefined ? current : rewriteGraph(current, { operators: new Map([[first, []]]) });
  },
});

describe('simplify', () => {
  test('repeats the list until nothing changes and reports what each application did', () => {
    const simplified = simplify(graph, [dropOne('red'), dropOne('green')]);
    expect(simplified.graph.operators.map(({ label }) => label)).toEqual(['c']);
    expect(simplified.report).toEqual([
      { name: 'drop one red', operatorsBefore: 3, operatorsAfter: 2 },
      { name: 'drop one green', operatorsBefore: 2, operatorsAfter: 2 },
      { name: 'drop one red', operatorsBefore: 2, operatorsAfter: 1 },
    ]);
  });

  test('without simplifications returns the graph itself', () => {
    expect(simplify(graph, [])).toEqual({ graph, report: [] });
    expect(simplify(graph, []).graph).toBe(graph);
  });

  test('refuses a list that never ends, naming it', () => {
    const restless: Simplification = { name: 'restless', apply: (current) => ({ ...current }) };
    expect(() => simplify(graph, [restless])).toThrow(expect.objectContaining({ code: 'SIMPLIFICATION_NEVER_ENDS' }));
    expect(() => simplify(graph, [restless])).toThrow(/restless/);
  });

  test('lets simplifications that work in pieces do so, with their pieces as its own', () => {
    const dropping: Simplification = {
      ...dropOne('blue'),
      *applyInPieces(current) {
        yield 5;
        yield 7;
        return dropOne('blue').apply(current);
      },
    };
    const pieces = simplifyInPieces(graph, [dropping]);
    const yielded: number[] = [];
    for (;;) {
      const piece = pieces.next();
      if (piece.done !== true) {
        yielded.push(piece.value);
        continue;
      }
      expect(piece.value.graph.operators.map(({ label }) => label)).toEqual(['a', 'b']);
      break;
    }
    expect(yielded.join()).toContain('5,7');
  });

  test('refuses a simplification that loses signals', () => {
    const careless: Simplification = { name: 'careless', apply: (current) => ({ ...current, signals: [] }) };
    expect(() => simplify(graph, [careless])).toThrow(expect.objectContaining({ code: 'SIMPLIFICATION_BROKE_GRAPH' }));
    expect(() => simplify(graph, [careless])).toThrow(/careless.*signals/);
  });
});
