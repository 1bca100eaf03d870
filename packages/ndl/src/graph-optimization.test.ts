/** @file Planners, sorters and simplifications: whatever is chosen, the numbers are the same. */
import { describe, expect, test } from 'vitest';
import { rebuildNetwork, relativeError } from '@ndl/golden';
import { PLANNERS, tokenId } from '@ndl/core';
import { sampleSize } from '../../../tools/sample-size.ts';
import {
  configureSettings,
  Connection,
  defaultPlugins,
  definePlugin,
  Ensemble,
  GREEDY_PLANNER,
  greedyPlanner,
  KEEP_ORDER,
  keepOrder,
  lifRate,
  Network,
  Node,
  NOOP_PLANNER,
  noopPlanner,
  ORDER_SIGNALS,
  Probe,
  REMOVE_CONSTANT_COPIES,
  REMOVE_IDENTITY_MULTIPLICATIONS,
  REMOVE_RESET_INCS,
  REMOVE_UNMODIFIED_RESETS,
  REMOVE_ZERO_INCS,
  token,
  TRANSITIVE_PLANNER,
  TREE_PLANNER,
  treePlanner,
  type Planner,
  type Settings,
  type Simulator,
  type Sorter,
} from './index.ts';
import { bitsOf, failing, goldenNetwork, goldenSample, simulate } from './reference-simulator.test-helper.ts';

/** Every third golden network in the gate, all of them in the full check. */
const OPTIMIZED = goldenSample.filter((_, index) => index % sampleSize(3, 1) === 0);

interface Recording {
  /** Of each probe, one after the other. */
  readonly samples: readonly Float64Array[];
  readonly simulator: Pick<Simulator, 'plan' | 'graph' | 'compiled'>;
}

/** A network with parts that always hold zeros, or are multiplied by one: something for each simplification. */
function silentParts(): Network {
  return new Network({ seed: 5 }, () => {
    const stimulus = new Node((t) => [Math.cos(9 * t), t]);
    const ensemble = new Ensemble({
      nNeurons: 8,
      dimensions: 2,
      neuronType: lifRate(),
      gain: new Array(8).fill(1),
      bias: new Array(8).fill(1.5),
    });
    const silent = new Node({ sizeIn: 2 });
    new Connection(stimulus, ensemble);
    new Connection(silent, ensemble, { synapse: null });
    new Connection(silent.at(0), ensemble.at(1), { transform: 0.5, synapse: 0.01 });
    new Connection(stimulus.at(1), ensemble.neurons.at(3), { synapse: null });
    new Probe(ensemble, { synapse: 0.01 });
    new Probe(ensemble.neurons);
  });
}

/** The name of a golden network, or what makes another one. */
type Source = string | (() => Network);

/** A network, made anew and run under these settings. */
async function recorded(source: Source, settings: Partial<Settings>, mostSteps = 1000): Promise<Recording> {
  const file = typeof source === 'string' ? goldenNetwork(source) : undefined;
  const network = file === undefined ? (source as () => Network)() : rebuildNetwork(file).network;
  const simulator = await simulate(network, settings, { dt: file?.dt, seed: file?.sim_seed });
  await simulator.runSteps(Math.min(file?.n_steps ?? mostSteps, mostSteps));
  const samples = simulator.graph.probes.map(({ probe }) => Float64Array.from(simulator.data.get(probe).data));
  await simulator.dispose();
  return { samples, simulator };
}

const bits = ({ samples }: Recording): readonly (readonly bigint[])[] => samples.map(bitsOf);

/** Networks of which no two operators are alike. */
const NOTHING_MERGES: readonly string[] = ['voja'];

describe('planner takes a token or a function; noop, greedy, tree (depth 3; treePlanner({ depth })) and transitive give the same numbers on every golden case, bitwise on the reference backend in float64; sim.plan shows the Plan', () => {
  const planners: Readonly<Record<string, Settings['planner']>> = {
    greedy: GREEDY_PLANNER,
    'greedy, as a function': greedyPlanner(),
    tree: TREE_PLANNER,
    'tree of depth 1': treePlanner({ depth: 1 }),
    'tree of depth 5': treePlanner({ depth: 5 }),
    transitive: TRANSITIVE_PLANNER,
  };

  test.each(OPTIMIZED)('%s', async (name) => {
    const unmerged = await recorded(name, { planner: NOOP_PLANNER });
    const { groups } = unmerged.simulator.plan;
    expect(groups.every((group) => group.length === 1)).toBe(true);
    expect(unmerged.samples.some((samples) => samples.some((value) => value !== 0))).toBe(true);
    const expected = bits(unmerged);
    for (const [planner, choice] of Object.entries(planners)) {
      const got = await recorded(name, { planner: choice });
      const { plan, compiled } = got.simulator;
      expect(new Set(plan.groups.flat())).toEqual(new Set(compiled.graph.operators));
      expect(plan.groups.length).toBeLessThan(groups.length + (NOTHING_MERGES.includes(name) ? 1 : 0));
      expect({ planner, bits: bits(got) }).toEqual({ planner, bits: expected });
    }
  });

  test('the default is the tree of depth 3, which needs no more groups than the greedy planner', async () => {
    const count = async (settings: Partial<Settings>): Promise<number> =>
      (await recorded('slicing', settings, 1)).simulator.plan.groups.length;
    const byDefault = await count({});
    expect(byDefault).toBe(await count({ planner: treePlanner({ depth: 3 }) }));
    expect(byDefault).toBeLessThan(await count({ planner: GREEDY_PLANNER }));
  });
});

/** Two chains of one ensemble each, so that there is something to merge, and something to keep in order. */
function twoChains(planner?: Settings['planner'], sorter?: Sorter): Network {
  return new Network({ seed: 3 }, () => {
    configureSettings({ planner, sorter });
    for (const value of [0.2, 0.7]) {
      const ensemble = new Ensemble({ nNeurons: 5, dimensions: 1 });
      new Connection(new Node([value]), ensemble);
      new Probe(ensemble, { synapse: 0.01 });
    }
  });
}

describe('a stranger’s planner that drops an operator, breaks an order or mixes classes is refused by name', () => {
  const forgetfulPlanner: Planner = (graph, context) => {
    const { groups } = greedyPlanner()(graph, context);
    return { groups: groups.slice(1) };
  };
  const backwardPlanner: Planner = (graph, context) => {
    const { groups } = noopPlanner()(graph, context);
    return { groups: [...groups].reverse() };
  };
  const crowdingPlanner: Planner = (graph) => ({ groups: [graph.operators] });
  const repeatingPlanner: Planner = (graph, context) => {
    const { groups } = noopPlanner()(graph, context);
    return { groups: [...groups, groups[0]!] };
  };
  const promisingPlanner = (async () => ({ groups: [] })) as unknown as Planner;

  test.each([
    { planner: forgetfulPlanner, code: 'PLAN_DROPS_OPERATOR' },
    { planner: backwardPlanner, code: 'PLAN_BREAKS_ORDER' },
    { planner: crowdingPlanner, code: 'PLAN_MIXES_CLASSES' },
    { planner: repeatingPlanner, code: 'PLAN_REPEATS_OPERATOR' },
    { planner: promisingPlanner, code: 'PLAN_INVALID' },
  ])('$planner.name: $code', async ({ planner, code }) => {
    await expect(simulate(twoChains(planner))).rejects.toThrow(failing(code, planner.name));
  });

  test('of a plugin, by its token', async () => {
    const FORGETFUL = token<Planner>('@acme/planners/forgetful');
    const acme = definePlugin({
      name: '@acme/planners',
      register({ bind, contribute }) {
        bind(FORGETFUL).toConstantValue(forgetfulPlanner);
        contribute(PLANNERS).toConstantValue({ key: FORGETFUL, summary: 'forgets one group' });
      },
    });
    const plugins = [...defaultPlugins(), acme];
    await expect(simulate(twoChains(FORGETFUL), {}, { plugins })).rejects.toThrow(
      failing('PLAN_DROPS_OPERATOR', '@acme/planners/forgetful'),
    );
  });

  test('a token that nobody knows', async () => {
    const MISSPELT = token<Planner>('@ndl/planners/tre');
    await expect(simulate(twoChains(MISSPELT))).rejects.toThrow(failing('UNKNOWN_TOKEN', '@ndl/planners/tree'));
  });
});

describe('sorter likewise, bitwise', () => {
  const backwards: Sorter = (plan, graph) => ({ plan, signals: [...graph.signals].reverse() });

  test.each(OPTIMIZED)('%s', async (name) => {
    const expected = bits(await recorded(name, { sorter: KEEP_ORDER, planner: NOOP_PLANNER }, 150));
    for (const sorter of [ORDER_SIGNALS, keepOrder(), backwards]) {
      expect(bits(await recorded(name, { sorter }, 150))).toEqual(expected);
    }
  });

  test('one that loses a signal, or regroups operators, is refused by name', async () => {
    const losing: Sorter = (plan, graph) => ({ plan, signals: graph.signals.slice(1) });
    const regrouping: Sorter = ({ groups }, { signals }) => ({
      plan: { groups: groups.flatMap((group) => group.map((operator) => [operator])) },
      signals,
    });
    for (const sorter of [losing, regrouping]) {
      await expect(simulate(twoChains(undefined, sorter))).rejects.toThrow(failing('SORT_CHANGED_PLAN', sorter.name));
    }
  });
});

describe('every subset of simplifications, [] too, within 1e-12', () => {
  const all = [
    REMOVE_UNMODIFIED_RESETS,
    REMOVE_ZERO_INCS,
    REMOVE_IDENTITY_MULTIPLICATIONS,
    REMOVE_CONSTANT_COPIES,
    REMOVE_RESET_INCS,
  ];
  const subsets = Array.from({ length: 2 ** all.length }, (_, number) =>
    all.filter((_, bit) => (number >> bit) % 2 === 1),
  );

  test.each<[string, Source]>([
    ['a network with silent parts', silentParts],
    ...['lifrate_2d', 'nosolver_replay', 'slicing', 'synapses'].map((name): [string, Source] => [name, name]),
  ])('%s', async (_, source) => {
    const plain = await recorded(source, { simplifications: [] }, 40);
    expect(new Set(plain.simulator.compiled.graph.operators)).toEqual(new Set(plain.simulator.graph.operators));
    const { length } = (await recorded(source, {}, 1)).simulator.compiled.graph.operators;
    expect(length).toBeLessThan(plain.simulator.graph.operators.length);
    for (const simplifications of subsets) {
      const { samples, simulator } = await recorded(source, { simplifications }, 40);
      expect(simulator.compiled.graph.operators.length).toBeGreaterThanOrEqual(length);
      const errors = samples.map((probed, index) => relativeError(probed, plain.samples[index]!));
      const isExact = errors.every((error) => error <= 1e-12);
      expect({ simplifications: simplifications.map(tokenId), isExact }).toMatchObject({ isExact: true });
    }
  });

  test.each(all)('in a network with silent parts, %s finds something', async (simplification) => {
    const { simulator } = await recorded(silentParts, { simplifications: [simplification] }, 1);
    const kinds = ({ operators }: typeof simulator.graph): readonly string[] =>
      operators.map(({ kind, label, reads }) => [kind, label, ...reads.map(({ signal }) => signal.name)].join(' '));
    expect(kinds(simulator.compiled.graph)).not.toEqual(kinds(simulator.graph));
  });

  test('a stranger’s simplification that loses a signal is refused by name', async () => {
    const losing = {
      name: 'loseSignals',
      apply: (graph: Parameters<Planner>[0]) => ({ ...graph, signals: graph.signals.slice(1) }),
    };
    await expect(simulate(twoChains(), { simplifications: [losing] })).rejects.toThrow(
      failing('SIMPLIFICATION_BROKE_GRAPH', 'loseSignals'),
    );
  });
});
