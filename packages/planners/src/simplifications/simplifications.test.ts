import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operatorDependencies, simplify, type OperatorGraph, type Simplification } from '@ndl/core';
import {
  noopPlanner,
  removeConstantCopies,
  removeIdentityMultiplications,
  removeResetIncs,
  removeUnmodifiedResets,
  removeZeroIncs,
} from '../index.ts';
import { byKindAndShape, graphOf, pick, slice } from '../graph-of.test-helper.ts';
import { interpretGraph } from '../interpret-graph.test-helper.ts';
import { drawFrom, randomGraph } from '../random-graph.test-helper.ts';

const ALL = [
  removeUnmodifiedResets,
  removeZeroIncs,
  removeIdentityMultiplications,
  removeConstantCopies,
  removeResetIncs,
];

const kindsOf = (graph: OperatorGraph) =>
  graph.operators.map((operator) => ('mode' in operator ? `${operator.kind} ${operator.mode}` : operator.kind));
const simplified = (graph: OperatorGraph, ...list: Simplification[]) => simplify(graph, list).graph;
const contentsOf = (graph: OperatorGraph, name: string) => [
  ...graph.signals.find((signal) => signal.name === name)!.initial.data,
];

const run = (graph: OperatorGraph) => {
  const context = { ...byKindAndShape, settings: {} as never, random: () => 0 };
  return interpretGraph(graph, noopPlanner()(graph, context), 4, (step) => 0.3 * step - 0.2);
};

const expectSameNumbers = (actual: OperatorGraph, expected: OperatorGraph) => {
  const [left, right] = [run(actual).flat(2), run(expected).flat(2)];
  expect(left).toHaveLength(right.length);
  left.forEach((value, index) =>
    expect(Math.abs(value - right[index]!)).toBeLessThan(1e-12 * (1 + Math.abs(right[index]!))),
  );
};

const entropy = fc.array(fc.nat(1e6), { minLength: 120, maxLength: 120 });

describe('every subset of the simplifications', () => {
  const subsets = Array.from({ length: 2 ** ALL.length }, (_, bits) =>
    ALL.filter((__, bit) => (bits >> bit) % 2 === 1),
  );

  test.each(subsets.map((list) => [list.map(({ name }) => name).join(' + ') || 'none', list] as const))(
    '%s: keeps what is probed',
    (_, list) => {
      fc.assert(
        fc.property(entropy, (numbers) => {
          const graph = randomGraph(drawFrom(numbers));
          const before = run(graph);
          const after = simplified(graph, ...list);
          expectSameNumbers(after, graph);
          expect(after.operators.length).toBeLessThanOrEqual(graph.operators.length);
          expect(() => operatorDependencies(after)).not.toThrow();
          expect(run(graph)).toEqual(before);
        }),
        { numRuns: list.length < 2 ? 150 : 25, seed: 7 },
      );
    },
  );

  test.each(ALL)('$name finds something to do in such graphs', (simplification) => {
    const graphs = fc.sample(entropy, { numRuns: 200, seed: 3 }).map((numbers) => randomGraph(drawFrom(numbers)));
    expect(graphs.filter((graph) => simplification.apply(graph) !== graph).length).toBeGreaterThan(20);
  });
});

describe('removeUnmodifiedResets', () => {
  test('begins with the value, for each part of a signal by itself', () => {
    const graph = graphOf((g) => {
      const x = g.signal('x', [9, 9, 9, 9]);
      g.reset(slice(x, 0, 2), [1, 2]);
      g.reset(slice(x, 2, 1), 3);
      g.probe(x);
    });
    const after = simplified(graph, removeUnmodifiedResets);
    expect(after.operators).toEqual([]);
    expect(contentsOf(after, 'x')).toEqual([1, 2, 3, 9]);
    expect(after.probes[0]!.view.signal).toBe(after.signals[0]);
    expect(after.objects.get(after.probes[0]!.probe)!['output']!.signal).toBe(after.signals[0]);
    expect(contentsOf(graph, 'x')).toEqual([9, 9, 9, 9]);
  });

  test('leaves alone what is incremented or updated in any of its elements', () => {
    const graph = graphOf((g) => {
      const [x, y, source] = [g.vector('x', 4), g.vector('y', 4), g.input('in', 4)];
      g.reset(x, 1);
      g.copy(slice(source, 0, 1), slice(x, 3, 1));
      g.reset(y, 1);
      g.delay(source, y);
    });
    expect(simplified(graph, removeUnmodifiedResets)).toBe(graph);
  });

  test('leaves parameters alone', () => {
    const graph = graphOf((g) => g.reset(g.signal('weights', [1, 2], { role: 'parameter', trainable: true }), 0));
    expect(simplified(graph, removeUnmodifiedResets)).toBe(graph);
  });
});

describe('removeZeroIncs', () => {
  test('drops increments by zero and turns settings into resets', () => {
    const graph = graphOf((g) => {
      const [zeros, source, x, y] = [g.signal('zeros', [0, 0]), g.input('in', 2), g.vector('x', 2), g.vector('y', 2)];
      g.copy(zeros, x);
      g.multiply(source, zeros, x);
      g.dot(
        g.signal('matrix', [
          [0, 0],
          [0, 0],
        ]),
        source,
        y,
        'set',
      );
    });
    const after = simplified(graph, removeZeroIncs);
    expect(kindsOf(after)).toEqual(['reset']);
    expect(after.operators[0]).toMatchObject({ label: 'dot 0', value: 0, target: { signal: graph.signals[3] } });
  });

  test('sees a zero that a reset makes, and the zero part of a signal', () => {
    const graph = graphOf((g) => {
      const [made, mixed, x] = [g.signal('made', [1, 1]), g.signal('mixed', [5, 0, 0]), g.vector('x', 2)];
      g.reset(made, 0);
      g.copy(made, x);
      g.copy(slice(mixed, 1, 2), x);
      g.copy(slice(mixed, 0, 2), x);
    });
    expect(kindsOf(simplified(graph, removeZeroIncs))).toEqual(['reset', 'copy inc']);
  });

  test('leaves alone inputs, parameters, and what is zero only at first', () => {
    const graph = graphOf((g) => {
      const [source, state, x] = [g.input('in', 2), g.vector('state', 2), g.vector('x', 2)];
      const fixed = g.signal('fixed', [0, 0], { role: 'parameter' });
      const learnt = g.signal('learnt', [0, 0], { role: 'parameter', trainable: true });
      for (const signal of [source, state, fixed, learnt]) g.copy(signal, x);
      g.delay(source, state);
    });
    expect(simplified(graph, removeZeroIncs)).toBe(graph);
  });
});

describe('removeIdentityMultiplications', () => {
  test('copies instead of multiplying by one, by ones, by the identity', () => {
    const graph = graphOf((g) => {
      const [source, x] = [g.input('in', 2), g.vector('x', 2)];
      g.multiply(g.signal('one', [1]), source, x);
      g.multiply(source, g.signal('ones', [1, 1]), x);
      g.dot(
        g.signal('identity', [
          [1, 0],
          [0, 1],
        ]),
        source,
        x,
      );
      g.multiply(source, g.signal('one', [1]), g.vector('y', 2), 'set');
    });
    const after = simplified(graph, removeIdentityMultiplications);
    expect(kindsOf(after)).toEqual(['copy inc', 'copy inc', 'copy inc', 'copy set']);
    expectSameNumbers(after, graph);
  });

  test('leaves alone a product that spreads a scalar, other matrices, and parameters', () => {
    const graph = graphOf((g) => {
      const [source, x] = [g.input('in', 2), g.vector('x', 2)];
      g.multiply(g.signal('ones', [1, 1]), slice(source, 0, 1), x);
      g.dot(
        g.signal('swap', [
          [0, 1],
          [1, 0],
        ]),
        source,
        x,
      );
      g.multiply(g.signal('learnt', [1], { role: 'parameter', trainable: true }), source, x);
    });
    expect(simplified(graph, removeIdentityMultiplications)).toBe(graph);
  });
});

describe('removeConstantCopies', () => {
  test('resets to the part of the constant that was copied', () => {
    const graph = graphOf((g) => {
      const constant = g.signal('constant', [1, 2, 3, 4]);
      g.copy(slice(constant, 3, 2, -2), g.vector('x', 2), 'set');
    });
    const [reset] = simplified(graph, removeConstantCopies).operators;
    expect(reset).toMatchObject({ kind: 'reset', value: { data: Float64Array.of(4, 2) } });
  });

  test('takes the part of a reset that was copied, and keeps the reset for its other readers', () => {
    const graph = graphOf((g) => {
      const [made, x, y] = [g.signal('made', [8, 8, 8]), g.vector('x', 1), g.vector('y', 3)];
      g.reset(made, [1, 2, 3]);
      g.copy(slice(made, 2, 1), x, 'set');
      g.multiply(made, g.input('in', 3), y, 'set');
      g.probe(x);
      g.probe(y);
    });
    const after = simplified(graph, removeConstantCopies);
    expect(kindsOf(after)).toEqual(['reset', 'reset', 'elementwiseInc set']);
    expectSameNumbers(after, graph);
  });

  test('does not take a reset of a part for the whole', () => {
    const graph = graphOf((g) => {
      const made = g.signal('made', [8, 8, 8]);
      g.reset(slice(made, 0, 2), 1);
      g.copy(made, g.vector('x', 3), 'set');
    });
    expect(simplified(graph, removeConstantCopies)).toBe(graph);
  });

  test('adds constants to the reset before them, repeats included', () => {
    const graph = graphOf((g) => {
      const [constant, x] = [g.signal('constant', [1, 2, 3]), g.vector('x', 3)];
      g.reset(x, 10);
      g.copy(constant, pick(x, 2, 0, 2));
      g.copy(constant, x);
    });
    const after = simplified(graph, removeConstantCopies);
    expect(kindsOf(after)).toEqual(['reset']);
    expect(after.operators[0]).toMatchObject({ value: { data: Float64Array.of(13, 12, 17) } });
  });

  test('leaves alone increments without a reset, and settings that name an element twice', () => {
    const graph = graphOf((g) => {
      const constant = g.signal('constant', [1, 2]);
      g.copy(constant, g.vector('sum', 2));
      g.copy(constant, pick(g.vector('x', 2), 1, 1), 'set');
    });
    expect(simplified(graph, removeConstantCopies)).toBe(graph);
  });
});

describe('removeResetIncs', () => {
  test('lets the first term of a sum set it', () => {
    const graph = graphOf((g) => {
      const [source, x] = [g.input('in', 2), g.vector('x', 2)];
      g.reset(x, 0);
      g.copy(source, x);
      g.multiply(source, source, x);
      g.probe(x);
    });
    const after = simplified(graph, removeResetIncs);
    expect(kindsOf(after)).toEqual(['copy set', 'elementwiseInc inc']);
    expect(run(after)).toEqual(run(graph));
  });

  test('leaves alone resets to anything else, sums that begin with a part, and strangers', () => {
    const graph = graphOf((g) => {
      const [source, x, y, z] = [g.input('in', 2), g.vector('x', 2), g.vector('y', 2), g.vector('z', 2)];
      g.reset(x, 1);
      g.copy(source, x);
      g.reset(y, 0);
      g.copy(slice(source, 0, 1), slice(y, 0, 1));
      g.copy(source, y);
      g.reset(z, 0);
      g.custom('stranger', { incs: [z], reads: [source] });
    });
    expect(simplified(graph, removeResetIncs)).toBe(graph);
  });

  test('makes no cycle where one part of a sum leads to another', () => {
    const graph = graphOf((g) => {
      const [source, sum, between] = [g.input('in', 4), g.vector('sum', 4), g.vector('between', 2)];
      g.reset(slice(sum, 0, 2), 0);
      g.copy(between, slice(sum, 0, 2));
      g.copy(slice(source, 0, 3), slice(sum, 1, 3));
      g.copy(slice(sum, 2, 2), between, 'set');
      g.probe(sum);
    });
    const after = simplified(graph, removeResetIncs);
    expect(() => operatorDependencies(after)).not.toThrow();
    expectSameNumbers(after, graph);
  });
});

describe('all simplifications together', () => {
  test('fold a chain of constants away, whatever its length', () => {
    const graph = graphOf((g) => {
      let last = g.signal('constant', [1, 2]);
      for (let link = 0; link < 20; link++) {
        const next = g.vector(`link ${link}`, 2);
        g.reset(next, 0);
        g.copy(last, next);
        last = next;
      }
      g.probe(last);
    });
    const after = simplified(graph, ...ALL);
    expect(after.operators).toEqual([]);
    expect(contentsOf(after, 'link 19')).toEqual([1, 2]);
  });

  test.each([
    ['sums', 'inc'],
    ['copies', 'set'],
  ] as const)('need no more rounds for a longer chain of %s', (_, mode) => {
    const rounds = (length: number, first: readonly number[]): number => {
      const graph = graphOf((g) => {
        let last = g.signal('constant', first);
        for (let link = 0; link < length; link++) {
          const next = g.vector(`link ${link}`, 2);
          if (mode === 'inc') g.reset(next, 0);
          g.copy(last, next, mode);
          last = next;
        }
        g.probe(last);
      });
      const { graph: after, report } = simplify(graph, ALL);
      expect(after.operators).toEqual([]);
      expect(contentsOf(after, `link ${length - 1}`)).toEqual(first);
      return report.length;
    };
    for (const first of [
      [0, 0],
      [1, 2],
    ])
      expect(rounds(60, first)).toBe(rounds(6, first));
  });

  test('fold sums of many constant parts, into which and from which many parts are copied', () => {
    const graph = graphOf((g) => {
      const [sum, source] = [g.vector('sum', 20), g.input('in', 1)];
      g.reset(sum, 0);
      for (let index = 0; index < 20; index++) {
        g.copy(index === 7 ? source : g.signal(`term ${index}`, [index]), slice(sum, index, 1));
      }
      for (let index = 0; index < 20; index++) {
        const read = g.vector(`read ${index}`, 1);
        g.copy(slice(sum, index, 1), read, 'set');
        g.probe(read);
      }
    });
    const after = simplified(graph, ...ALL);
    expectSameNumbers(after, graph);
    expect(contentsOf(after, 'read 3')).toEqual([3]);
    expect(after.operators.length).toBeLessThan(5);
  });
});
