/**
 * @file Plugins that change what they are given, or what they gave: nothing can be changed by it, and whoever tries is told, by the
 * name of his planner, sorter or simplification.
 */
import { operatorDependencies, type Operator, type OperatorGraph, type Plan, type SortedPlan } from '@ndl/core';
import { describe, expect, test } from 'vitest';
import { sgd, type Planner, type Settings, type Sorter } from './index.ts';
import { network, one } from './plugin-mistakes.test-helper.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

/** A graph or plan as whoever wants to change it sees it. */
type Writable<T> = T extends (...args: never) => unknown
  ? T
  : T extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Value>
    : T extends readonly (infer Member)[]
      ? Writable<Member>[]
      : { -readonly [Name in keyof T]: Writable<T[Name]> };

const inOrder = (graph: OperatorGraph): Operator[][] =>
  operatorDependencies(graph).order.map((index) => [graph.operators[index]!]);

/** The outputs of a few steps, and the losses of training. */
async function numbersOf(settings: Partial<Settings>, pause = false): Promise<unknown> {
  const net = network();
  await using simulator = await simulate(net, settings);
  if (pause) await new Promise((resolve) => setTimeout(resolve, 5));
  await simulator.runSteps(3);
  const { epochs } = await simulator.train(one, { targets: one, optimizer: sgd(), epochs: 2 });
  return [simulator.data.get(net.probes[0]!).toNested(), epochs.map(({ training }) => training)];
}

const CHANGES_OF_GRAPHS: Readonly<Record<string, (graph: Writable<OperatorGraph>) => unknown>> = {
  'operators.pop()': ({ operators }) => operators.pop(),
  'operators.length = 0': ({ operators }) => (operators.length = 0),
  'operators.sort()': ({ operators }) => operators.sort(),
  'signals.reverse()': ({ signals }) => signals.reverse(),
  'probes.pop()': ({ probes }) => probes.pop(),
  'inputs.push()': ({ inputs }) => inputs.push(inputs[0]!),
  'graph.dt = 1': (graph) => (graph.dt = 1),
  'reads.pop()': ({ operators }) => operators.find(({ reads }) => reads.length > 0)!.reads.pop(),
  'label = …': ({ operators }) => (operators[0]!.label = 'mine'),
  'a property of its own': ({ operators }) => Object.assign(operators[0]!, { rank: 1 }),
  'shape[0] = 9': ({ signals }) => (signals[0]!.shape[0] = 9),
  'trainable = true': ({ signals }) => (signals[0]!.trainable = true),
  'objects.clear()': ({ objects }) => objects.clear(),
  'seeds.set()': ({ seeds }) => seeds.set({}, 1),
  'seeds.delete()': ({ seeds }) => seeds.delete({}),
};
const CHANGES_OF_PLANS: Readonly<Record<string, (plan: Writable<Plan>) => unknown>> = {
  'groups.reverse()': ({ groups }) => groups.reverse(),
  'groups.pop()': ({ groups }) => groups.pop(),
  'group.pop()': ({ groups }) => groups[0]!.pop(),
  'plan.groups = []': (plan) => (plan.groups = []),
};

describe.each(Object.entries(CHANGES_OF_GRAPHS))(
  '%s of the graph is refused, with who tried and what to do instead',
  (_, change) => {
    const told = (stage: string) =>
      failing(`${stage.toUpperCase()}_FAILED`, new RegExp(`^${stage} mine threw: .*are frozen: change copies`));
    const changed = (graph: OperatorGraph): void => void change(graph as unknown as Writable<OperatorGraph>);

    test('in a simplification', async () => {
      const apply = (graph: OperatorGraph): OperatorGraph => {
        changed(graph);
        return graph;
      };
      await expect(simulate(network(), { simplifications: [{ name: 'mine', apply }] })).rejects.toEqual(
        told('Simplification'),
      );
    });

    test('in a planner', async () => {
      const mine: Planner = (graph) => {
        changed(graph);
        return { groups: inOrder(graph) };
      };
      await expect(simulate(network(), { planner: mine })).rejects.toEqual(told('Planner'));
    });

    test('in a sorter', async () => {
      const mine: Sorter = (plan, graph) => {
        changed(graph);
        return { plan, signals: graph.signals };
      };
      await expect(simulate(network(), { sorter: mine })).rejects.toEqual(told('Sorter'));
    });
  },
);

test.each(Object.entries(CHANGES_OF_PLANS))('%s of the plan is refused in a sorter', async (_, change) => {
  const mine: Sorter = (plan, graph) => {
    change(plan as Writable<Plan>);
    return { plan, signals: graph.signals };
  };
  await expect(simulate(network(), { sorter: mine })).rejects.toEqual(failing('SORTER_FAILED', /^Sorter mine.*frozen/));
});

test('a planner cannot change its settings, nor what it may ask', async () => {
  const settings: Planner = (graph, context) => {
    (context.settings as { dtype: string }).dtype = 'float32';
    return { groups: inOrder(graph) };
  };
  const classes: Planner = (graph, context) => {
    (context as { mergeClassOf: unknown }).mergeClassOf = () => 'all';
    return { groups: inOrder(graph) };
  };
  await expect(simulate(network(), { planner: settings })).rejects.toEqual(
    failing('PLANNER_FAILED', /settings.*frozen/),
  );
  await expect(simulate(network(), { planner: classes })).rejects.toEqual(failing('PLANNER_FAILED', /classes.*frozen/));
});

describe('what a planner or sorter does with its own answer later changes nothing', () => {
  test('a planner that empties its plan', async () => {
    const kept: Operator[][] = [];
    const mine: Planner = (graph) => {
      kept.push(...inOrder(graph));
      setTimeout(() => kept.splice(1).forEach((group) => group.pop()));
      return { groups: kept };
    };
    expect(await numbersOf({ planner: mine }, true)).toEqual(await numbersOf({}));
    expect(kept.length).toBe(1);
  });

  test('a sorter that empties its lists', async () => {
    const mine: Sorter = (plan, graph): SortedPlan => {
      const [groups, signals] = [plan.groups.map((group) => [...group]), [...graph.signals]];
      setTimeout(() => [groups, signals].forEach((list) => list.splice(0)));
      return { plan: { groups }, signals };
    };
    expect(await numbersOf({ sorter: mine }, true)).toEqual(await numbersOf({}));
  });
});

test('a planner that asks for the merge class of a copy is told', async () => {
  const mine: Planner = (graph, { mergeClassOf }) => {
    mergeClassOf({ ...graph.operators[0]! });
    return { groups: inOrder(graph) };
  };
  await expect(simulate(network(), { planner: mine })).rejects.toEqual(
    failing('PLAN_FOREIGN_OPERATOR', /^Planner mine asked for the merge class of .* not copies/),
  );
});

test('a plan with holes is none', async () => {
  const holes: Planner = (graph) => ({ groups: [...inOrder(graph), ...new Array<Operator[]>(1)] });
  const gaps: Planner = (graph) => ({ groups: inOrder(graph).map((group) => [...group, ...new Array<Operator>(1)]) });
  await expect(simulate(network(), { planner: holes })).rejects.toEqual(
    failing('PLAN_INVALID', /Planner holes.*no array/),
  );
  await expect(simulate(network(), { planner: gaps })).rejects.toEqual(
    failing('PLAN_FOREIGN_OPERATOR', 'Planner gaps'),
  );
});

describe('a simplification may replace operators, and initial contents of signals, but nothing else', () => {
  type Change = (graph: OperatorGraph) => unknown;
  const first = (graph: OperatorGraph): OperatorGraph['signals'][number] => graph.signals[0]!;
  const withSignals = (graph: OperatorGraph, change: object): unknown => ({
    ...graph,
    signals: graph.signals.map((signal) => ({ ...signal, ...change })),
    operators: [],
  });
  const withOperator = (graph: OperatorGraph, operator: unknown): unknown => ({
    ...graph,
    operators: [...graph.operators, operator],
  });
  const view = (graph: OperatorGraph): object => ({ signal: first(graph), shape: first(graph).shape });
  const operator = { kind: 'reset', label: 'mine', value: 0, sets: [], incs: [], reads: [], updates: [] };

  test.each<[string, Change, RegExp]>([
    ['another dt', (graph) => ({ ...graph, dt: 5 }), /changed dt/],
    ['no Maps', (graph) => ({ ...graph, objects: undefined, seeds: {} }), /changed the Map of objects/],
    ['fewer seeds', (graph) => ({ ...graph, seeds: new Map() }), /changed the Map of seeds/],
    ['other shapes', (graph) => withSignals(graph, { shape: [9] }), /initial contents that are no array of its shape/],
    ['odd histories', (graph) => withSignals(graph, { history: -1 }), /a history of -1 steps/],
    ['other ids', (graph) => withSignals(graph, { id: 7 }), /the id 7; its place in the list is 0/],
    ['other roles', (graph) => withSignals(graph, { role: 'input' }), /changed the list of signals/],
    ['trainable constants', (graph) => withSignals(graph, { trainable: true }), /changed the list of signals/],
    ['a signal that is none', (graph) => ({ ...graph, signals: [...graph.signals, null] }), /no signal/],
    ['null for an operator', (graph) => withOperator(graph, null), /null.*no operator/],
    ['an operator without lists', (graph) => withOperator(graph, { kind: 'reset', label: 'mine' }), /lacks a kind/],
    ['null for a view', (graph) => withOperator(graph, { ...operator, sets: [null] }), /made reset of mine use null/],
    [
      'a view of a copy',
      (graph) => withOperator(graph, { ...operator, sets: [{ ...view(graph), signal: { ...first(graph) } }] }),
      /made reset of mine use a signal that is not in the graph/,
    ],
    [
      'a view of another shape',
      (graph) => withOperator(graph, { ...operator, sets: [{ ...view(graph), shape: [9] }] }),
      /made reset of mine use a view of .* whose shape is not/,
    ],
    [
      'a selection that reaches beyond',
      (graph) =>
        withOperator(graph, {
          ...operator,
          reads: [{ ...view(graph), shape: [1], selection: { kind: 'indices', indices: [99] } }],
        }),
      /made reset of mine use a selection of .* that reaches beyond it/,
    ],
    ['an operator twice', (graph) => withOperator(graph, graph.operators[0]), /listed .* twice/],
    [
      'probes of other signals',
      (graph) => ({ ...graph, probes: graph.probes.map((probe) => ({ ...probe, view: { signal: {}, shape: [1] } })) }),
      /made a probe record a signal that is not in the graph/,
    ],
    [
      'inputs that feed others',
      (graph) => ({ ...graph, inputs: graph.inputs.map((input) => ({ ...input, signal: graph.signals.at(-1) })) }),
      /moved an input/,
    ],
  ])('not: %s', async (_, change, problem) => {
    const apply = (graph: OperatorGraph): OperatorGraph => change(graph) as OperatorGraph;
    const told = failing('SIMPLIFICATION_BROKE_GRAPH', new RegExp(`^Simplification mine .*${problem.source}`));
    await expect(simulate(network(), { simplifications: [{ name: 'mine', apply }] })).rejects.toEqual(told);
  });
});
