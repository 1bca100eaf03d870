import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifySortedPlan, type OperatorGraph, type Plan, type PlanContext, type SortedPlan } from '@ndl/core';
import { greedyPlanner, keepOrder, orderSignals, treePlanner } from './index.ts';
import { byKindAndShape, graphOf, slice, type GraphBuilder } from './graph-of.test-helper.ts';
import { interpretGraph } from './interpret-graph.test-helper.ts';
import { drawFrom, randomGraph } from './random-graph.test-helper.ts';

const context: PlanContext = { ...byKindAndShape, settings: {} as PlanContext['settings'], random: () => 0.5 };
const planOf = (graph: OperatorGraph): Plan => greedyPlanner()(graph, context);
const sortedOf = (graph: OperatorGraph, plan: Plan = planOf(graph)): SortedPlan => orderSignals()(plan, graph);
const entropy = fc.array(fc.nat(1e6), { minLength: 120, maxLength: 120 });

/**
 * How many operands of merged groups do not lie in one piece: each member's view must begin where the one before it ends,
 * or be the same.
 */
function brokenOperands({ plan, signals }: SortedPlan): number {
  const placeOf = new Map(signals.map((signal, place) => [signal, place]));
  let broken = 0;
  for (const group of plan.groups.filter(({ length }) => length > 1)) {
    const operands = group.map(({ sets, incs, reads, updates }) => [...sets, ...incs, ...reads, ...updates]);
    for (let operand = 0; operand < operands[0]!.length; operand++) {
      const column = operands.map((views) => views[operand]!);
      const isRun = column.every((view, index) => {
        const previous = column[index - 1];
        if (previous === undefined) return true;
        const step = placeOf.get(view.signal)! - placeOf.get(previous.signal)!;
        const start = view.selection?.kind === 'slice' ? view.selection.start : 0;
        const end = previous.selection?.kind === 'slice' ? previous.selection.start + previous.selection.length : 0;
        return step === 1 ? start === 0 : step === 0 && (start === end || start === 0);
      });
      if (!isRun) broken++;
    }
  }
  return broken;
}

/** `count` times set → increment → product, with signals in an order that suits nobody. */
function shuffledPopulations(count: number): OperatorGraph {
  return graphOf((g) => {
    const order = Array.from({ length: count }, (_, index) => (index * 7) % count);
    const source = g.input('in', 2);
    const make = (name: string, sequence: readonly number[]) =>
      new Map(sequence.map((index) => [index, g.vector(`${name} ${index}`, 2)]));
    const [input, current, output] = [
      make('input', order),
      make('current', order.toReversed()),
      make('output', [...order.keys()]),
    ];
    for (const index of order.toSorted((a, b) => (a % 3) - (b % 3))) {
      g.copy(source, input.get(index)!, 'set');
      g.multiply(input.get(index)!, source, current.get(index)!, 'set');
      g.custom('simNeurons', { reads: [current.get(index)!], sets: [output.get(index)!] });
    }
  });
}

const cases: readonly (readonly [string, (g: GraphBuilder) => void, number])[] = [
  [
    'two groups over the same signals in opposite orders',
    (g) => {
      const source = g.input('in', 2);
      const x = Array.from({ length: 4 }, (_, index) => g.vector(`x ${index}`, 2));
      for (const signal of x) g.reset(signal, 0);
      for (const signal of x.toReversed()) g.copy(source, signal);
    },
    0,
  ],
  [
    'groups that overlap like a chain',
    (g) => {
      const x = Array.from({ length: 4 }, (_, index) => g.vector(`x ${index}`, 2));
      const pairs = [
        [2, 1, 'green'],
        [0, 1, 'red'],
        [3, 2, 'blue'],
      ] as const;
      for (const [first, second, kind] of pairs) {
        for (const index of [first, second])
          g.custom(kind, { reads: [x[index]!], sets: [g.vector(`${kind} ${index}`, 2)] });
      }
    },
    0,
  ],
  [
    'a subset within a set',
    (g) => {
      const x = Array.from({ length: 6 }, (_, index) => g.vector(`x ${index}`, 2));
      for (const index of [5, 1, 3]) g.custom('red', { reads: [x[index]!], sets: [g.vector(`red ${index}`, 2)] });
      for (const index of [0, 1, 2, 3, 4, 5])
        g.custom('blue', { reads: [x[index]!], sets: [g.vector(`blue ${index}`, 2)] });
    },
    0,
  ],
  [
    'slices of one signal, taken out of order',
    (g) => {
      const whole = g.input('in', 6);
      for (const start of [4, 0, 2]) g.copy(slice(whole, start, 2), g.vector(`x ${start}`, 2), 'set');
    },
    0,
  ],
];

describe('orderSignals', () => {
  test.each(cases)('lays side by side %s', (_, build, broken) => {
    expect(brokenOperands(sortedOf(graphOf(build)))).toBe(broken);
  });

  test('lays whole populations side by side, whatever their order in the graph', () => {
    const graph = shuffledPopulations(20);
    expect(brokenOperands(keepOrder()(planOf(graph), graph))).toBeGreaterThan(3);
    expect(brokenOperands(sortedOf(graph))).toBe(0);
  });

  test('gives the heavier group its way where two cannot both have theirs', () => {
    const graph = graphOf((g) => {
      const x = Array.from({ length: 4 }, (_, index) => g.vector(`x ${index}`, 2));
      // A ring: whatever the order, one of these pairs is torn apart. The pair 3-0 is used twice.
      for (const [a, b, kind] of [
        [0, 1, 'a'],
        [1, 2, 'b'],
        [2, 3, 'c'],
        [3, 0, 'd'],
        [3, 0, 'e'],
      ] as const) {
        for (const index of [a, b]) g.custom(kind, { reads: [x[index]!], sets: [g.vector(`${kind} ${index}`, 2)] });
      }
    });
    const { signals } = sortedOf(graph);
    const placeOf = (name: string) => signals.findIndex((signal) => signal.name === name);
    expect(Math.abs(placeOf('x 3') - placeOf('x 0'))).toBe(1);
  });

  test('changes neither groups nor a single bit of what is computed', () => {
    fc.assert(
      fc.property(entropy, (numbers) => {
        const graph = randomGraph(drawFrom(numbers));
        const plan = treePlanner()(graph, context);
        const sorted = sortedOf(graph, plan);
        verifySortedPlan(sorted, plan, graph, 'orderSignals');
        const run = (some: Plan) => interpretGraph(graph, some, 3, (step) => 0.3 * step - 0.2);
        expect(run(sorted.plan)).toEqual(run(plan));
        expect(sortedOf(graph, plan)).toEqual(sorted);
      }),
      { numRuns: 150, seed: 13 },
    );
  });

  test('leaves nothing broken that was whole, in sum, over random graphs', () => {
    const graphs = fc.sample(entropy, { numRuns: 100, seed: 17 }).map((numbers) => randomGraph(drawFrom(numbers)));
    const total = (sort: (graph: OperatorGraph) => SortedPlan) =>
      graphs.reduce((sum, graph) => sum + brokenOperands(sort(graph)), 0);
    expect(total((graph) => sortedOf(graph))).toBeLessThan(0.7 * total((graph) => keepOrder()(planOf(graph), graph)));
  });

  test('keeps the order of sums of thousands of terms', () => {
    const graph = graphOf((g) => {
      const [source, sum] = [g.input('in', 2), g.vector('sum', 2)];
      g.reset(sum, 0);
      for (let index = 0; index < 20_000; index++) g.copy(index % 2 === 0 ? source : g.vector(`x ${index}`, 2), sum);
    });
    const plan = planOf(graph);
    const labelsIn = (some: Plan) =>
      some.groups.map((group) => group.map(({ label }) => label)).filter((l) => l.length > 1);
    expect(labelsIn(sortedOf(graph, plan).plan)).toEqual(labelsIn(plan));
  });

  test('sorts thousands of operators in seconds', () => {
    const graph = shuffledPopulations(2000);
    const plan = planOf(graph);
    const start = performance.now();
    const sorted = sortedOf(graph, plan);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(brokenOperands(sorted)).toBe(0);
  });
});

describe('keepOrder', () => {
  test('returns what it was given', () => {
    const graph = shuffledPopulations(3);
    const plan = planOf(graph);
    expect(keepOrder()(plan, graph)).toEqual({ plan, signals: graph.signals });
  });
});
