import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complete, verifyPlan, type OperatorGraph, type Plan, type PlanContext, type Planner } from '@ndl/core';
import { greedyPlanner, noopPlanner, transitivePlanner, treePlanner } from './index.ts';
import { byKindAndShape, graphOf, slice, type GraphBuilder } from './graph-of.test-helper.ts';
import { interpretGraph } from './interpret-graph.test-helper.ts';
import { drawFrom, randomGraph } from './random-graph.test-helper.ts';

const context: PlanContext = { ...byKindAndShape, settings: {} as PlanContext['settings'], random: () => 0.5 };
const unmergeable: PlanContext = { ...context, mergeClassOf: (operator) => operator.label };

const PLANNERS: readonly (readonly [string, Planner])[] = [
  ['noop', noopPlanner()],
  ['greedy', greedyPlanner()],
  ['tree', treePlanner()],
  ['tree of depth 1', treePlanner({ depth: 1 })],
  ['transitive', transitivePlanner()],
];
const MERGING = PLANNERS.slice(1);

const entropy = fc.array(fc.nat(1e6), { minLength: 120, maxLength: 120 });
const labelsOf = (plan: Plan) => plan.groups.map((group) => group.map(({ label }) => label));

/** Operators that each set a vector of their own from an input. */
const independent = (g: GraphBuilder, count: number) => {
  const source = g.input('in', 2);
  for (let index = 0; index < count; index++) g.copy(source, g.vector(`x ${index}`, 2), 'set');
};

/** `width` chains of `kinds`, of which each operator reads the one before; chain i begins with kind i. */
const chains = (width: number, length: number) =>
  graphOf((g) => {
    for (let chain = 0; chain < width; chain++) {
      let last = g.input(`in ${chain}`, 2);
      for (let link = 0; link < length; link++) {
        const next = g.vector(`x ${chain} ${link}`, 2);
        g.custom(['red', 'green', 'blue'][(chain + link) % 3]!, { reads: [last], sets: [next] });
        last = next;
      }
    }
  });

describe.each(PLANNERS)('the %s planner', (name, planner) => {
  test('makes valid plans of random graphs, which compute the same bits as any other', () => {
    fc.assert(
      fc.property(entropy, (numbers) => {
        const graph = randomGraph(drawFrom(numbers));
        const plan = planner(graph, context);
        verifyPlan(plan, graph, context, name);
        const run = (some: Plan) => interpretGraph(graph, some, 3, (step) => 0.3 * step - 0.2);
        expect(run(plan)).toEqual(run(noopPlanner()(graph, context)));
        expect(planner(graph, context)).toEqual(plan);
      }),
      { numRuns: 200, seed: 11 },
    );
  });

  test('makes valid plans where many operators wait for many others, which compute the same bits as any other', () => {
    const graph = hub(12);
    const plan = planner(graph, context);
    verifyPlan(plan, graph, context, name);
    const run = (some: Plan) => interpretGraph(graph, some, 3, (step) => 0.3 * step - 0.2);
    expect(run(plan)).toEqual(run(noopPlanner()(graph, context)));
  });

  test('plans in pieces what it plans at once', () => {
    const graph = ensembles(200);
    let pieces = 0;
    const planning = planner.inPieces!(graph, context);
    const counted = (function* () {
      for (;;) {
        const piece = planning.next();
        if (piece.done === true) return piece.value;
        pieces++;
        yield piece.value;
      }
    })();
    expect(complete(counted)).toEqual(planner(graph, context));
    expect(pieces).toBeGreaterThan(3);
  });

  test('plans graphs in which nothing merges', () => {
    fc.assert(
      fc.property(entropy, (numbers) => {
        const graph = randomGraph(drawFrom(numbers));
        const plan = planner(graph, unmergeable);
        verifyPlan(plan, graph, unmergeable, name);
        expect(plan.groups).toHaveLength(graph.operators.length);
      }),
      { numRuns: 30, seed: 5 },
    );
  });

  test('plans an empty graph', () => {
    expect(
      planner(
        graphOf(() => {}),
        context,
      ),
    ).toEqual({ groups: [] });
  });

  test('refuses a cycle by the names of its operators', () => {
    const graph = graphOf((g) => {
      const [x, y] = [g.vector('x', 2), g.vector('y', 2)];
      g.copy(x, y, 'set');
      g.copy(y, x, 'set');
    });
    expect(() => planner(graph, context)).toThrow(expect.objectContaining({ code: 'GRAPH_CYCLE' }));
    expect(() => planner(graph, context)).toThrow(/copy 0/);
  });
});

describe.each(MERGING)('the %s planner', (name, planner) => {
  test('merges what can be merged', () => {
    expect(
      planner(
        graphOf((g) => independent(g, 5)),
        context,
      ).groups,
    ).toHaveLength(1);
  });

  test('keeps apart what depends on each other, sizes that differ, and kinds that differ', () => {
    const graph = graphOf((g) => {
      const [source, x, y, z] = [g.input('in', 2), g.vector('x', 2), g.vector('y', 2), g.vector('z', 1)];
      g.copy(source, x, 'set');
      g.copy(x, y, 'set');
      g.copy(slice(source, 0, 1), z, 'set');
      g.multiply(source, source, g.vector('w', 2), 'set');
    });
    expect(planner(graph, context).groups).toHaveLength(4);
  });

  test('merges increments of one element, in the order in which they are to be summed', () => {
    const graph = graphOf((g) => {
      const [source, x] = [g.input('in', 2), g.vector('x', 2)];
      for (let index = 0; index < 4; index++) g.copy(source, x);
    });
    expect(labelsOf(planner(graph, context))).toEqual([['copy 0', 'copy 1', 'copy 2', 'copy 3']]);
  });

  test('takes kinds that nobody knows', () => {
    const graph = chains(6, 6);
    const plan = planner(graph, context);
    verifyPlan(plan, graph, context, name);
    expect(plan.groups.length).toBeLessThan(20);
  });

  test('plans thousands of operators in seconds', () => {
    const graph = ensembles(550);
    const start = performance.now();
    const plan = planner(graph, context);
    expect(performance.now() - start).toBeLessThan(10_000);
    verifyPlan(plan, graph, context, name);
    expect(graph.operators.length).toBeGreaterThan(5000);
    expect(plan.groups.length).toBeLessThan(60);
  }, 60_000);
});

/** Sums of `count` terms, wholly and in parts, that as many operators read. */
const hub = (count: number) =>
  graphOf((g) => {
    const [source, sum] = [g.input('in', 2), g.vector('sum', 4)];
    g.reset(sum, 0.1);
    for (let index = 0; index < count; index++) {
      g.copy(source, slice(sum, index % 3, 2));
      g.multiply(source, source, slice(sum, 1, 2));
    }
    for (let index = 0; index < count; index++) {
      const read = g.vector(`read ${index}`, 2);
      g.copy(slice(sum, (index * 2) % 3, 2), read, 'set');
      g.copy(slice(sum, 2, 2), read);
      g.probe(read);
    }
  });

/** Operators as the build makes them for a recurrent chain of ensembles, of two sizes. */
function ensembles(count: number): OperatorGraph {
  return graphOf((g) => {
    let previous = g.input('stimulus', 2);
    for (let index = 0; index < count; index++) {
      const neurons = index % 2 === 0 ? 3 : 4;
      const name = (part: string) => `${part} ${index}`;
      const [input, current, output] = [
        g.vector(name('in'), 2),
        g.vector(name('J'), neurons),
        g.vector(name('out'), neurons),
      ];
      const [weighted, filtered] = [g.vector(name('weighted'), 2), g.vector(name('filtered'), 2)];
      const encoders = g.signal(
        name('encoders'),
        Array.from({ length: neurons }, () => [1, 1]),
        { role: 'parameter' },
      );
      const decoders = g.signal(
        name('decoders'),
        Array.from({ length: 2 }, () => Array.from({ length: neurons }, () => 1)),
        {
          role: 'parameter',
          trainable: true,
        },
      );
      g.reset(input, 0);
      g.copy(
        g.signal(
          name('bias'),
          Array.from({ length: neurons }, () => 1),
          { role: 'parameter' },
        ),
        current,
        'set',
      );
      g.dot(encoders, input, current);
      g.custom('simNeurons', { reads: [current], sets: [output] });
      g.reset(weighted, 0);
      g.dot(decoders, output, weighted);
      g.delay(weighted, filtered);
      g.copy(filtered, input);
      g.copy(previous, input);
      if (index % 3 === 0) g.custom('hostFunction', { reads: [filtered], sets: [g.vector(name('host'), 2)] });
      if (index % 7 === 0) g.multiply(weighted, weighted, g.vector(name('square'), 2), 'set');
      previous = index % 10 === 9 ? weighted : filtered;
    }
  });
}

describe('the number of groups', () => {
  test('is least for the tree planner where greed goes wrong', () => {
    // Greedy takes the three reds at once and must come back for the fourth; waiting for green makes one group of four.
    const graph = graphOf((g) => {
      const source = g.input('in', 2);
      const made = g.vector('made', 2);
      for (let index = 0; index < 3; index++) g.custom('red', { reads: [source], sets: [g.vector(`x ${index}`, 2)] });
      g.custom('green', { reads: [source], sets: [made] });
      g.custom('red', { reads: [made], sets: [g.vector('y', 2)] });
    });
    expect(greedyPlanner()(graph, context).groups).toHaveLength(3);
    expect(treePlanner()(graph, context).groups).toHaveLength(2);
    expect(transitivePlanner()(graph, context).groups).toHaveLength(2);
  });

  test('is as small at great depth as that of any other plan', () => {
    fc.assert(
      fc.property(entropy, (numbers) => {
        const graph = randomGraph(drawFrom(numbers.slice(0, 50)));
        const deep = treePlanner({ depth: 30 })(graph, context).groups.length;
        for (const [, planner] of PLANNERS) expect(deep).toBeLessThanOrEqual(planner(graph, context).groups.length);
      }),
      { numRuns: 40, seed: 2 },
    );
  });

  test('stays moderate where chains of three kinds interleave', () => {
    const graph = chains(9, 9);
    const counts = Object.fromEntries(PLANNERS.map(([name, planner]) => [name, planner(graph, context).groups.length]));
    expect(counts['noop']).toBe(81);
    expect(counts['tree']).toBeLessThanOrEqual(11);
    expect(counts['greedy']).toBeLessThanOrEqual(27);
  });
});

describe('treePlanner', () => {
  test.each([0, -1, 1.5, Number.NaN])('refuses the depth %d', (depth) => {
    expect(() => treePlanner({ depth })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  test.each<[unknown, string, string]>([
    [{ dept: 6 }, 'UNKNOWN_OPTION', "unknown option 'dept'. Did you mean depth?"],
    [6, 'INVALID_OPTION', 'write { depth: 6 }'],
    [null, 'INVALID_OPTION', 'must be an object; got null'],
    [{ operators: [], signals: [] }, 'INVALID_OPTION', 'Call it: treePlanner()'],
  ])('refuses %j as options', (options, code, message) => {
    const make = (): unknown => treePlanner(options as never);
    expect(make).toThrow(expect.objectContaining({ code }));
    expect(make).toThrow(message);
  });

  test('shortens its sight rather than hang where dozens of classes compete', () => {
    const kinds = 40;
    const graph = graphOf((g) => {
      for (let chain = 0; chain < 60; chain++) {
        let last = g.input(`in ${chain}`, 2);
        for (let link = 0; link < 50; link++) {
          const next = g.vector(`x ${chain} ${link}`, 2);
          g.custom(`kind ${(chain * 7 + link * link * 13 + ((chain * link) % 11)) % kinds}`, {
            reads: [last],
            sets: [next],
          });
          last = next;
        }
      }
    });
    const start = performance.now();
    const plan = treePlanner({ depth: 6 })(graph, context);
    expect(performance.now() - start).toBeLessThan(30_000);
    verifyPlan(plan, graph, context, 'tree');
  }, 60_000);
});
