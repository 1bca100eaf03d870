/** @file Neurons that draw: Nengo's streams for item 0, one of its own for each item and ensemble, whoever plans, runs and resumes. */
import { NEURON_DEFINITIONS, type NeuronDefinition } from '@ndl/core';
import { defineNeuronType } from '@ndl/model';
import { itemSeed, RandomState } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import {
  configureSettings,
  Connection,
  defaultPlugins,
  definePlugin,
  Ensemble,
  kernel,
  meanSquaredError,
  Network,
  Node,
  NOOP_PLANNER,
  poissonSpiking,
  Probe,
  rectifiedLinear,
  REFERENCE_BACKEND,
  sgd,
  stochasticSpiking,
  tanh,
  TFJS_BACKEND,
  TREE_PLANNER,
  WASM_BACKEND,
  type NeuronType,
  type Settings,
  type Simulator,
} from './index.ts';
import { bitsOf, simulate } from './reference-simulator.test-helper.ts';

const DT = 0.001;
const STEPS = 20;
/** Hz, of neurons whose current is their rate. */
const RATES = [0, 35.5, 700, 2300.25];
const SEEDS = [11, 12];

/** Two ensembles at steady rates, both of one kind, which planners merge. */
function crowds(neuronType: NeuronType) {
  return new Network({ seed: 3 }).within((net) => {
    const ensembles = SEEDS.map((seed) => {
      const gain = RATES.map(() => 1);
      return new Ensemble({ nNeurons: RATES.length, dimensions: 1, gain, bias: RATES, neuronType, seed });
    });
    return { net, probes: ensembles.map((ensemble) => new Probe(ensemble.neurons)) };
  });
}

/** What the first 20 steps are, of neurons that draw one by one: [steps, neurons] of an item. */
function drawnBy(seed: number, item: number, spikes: (random: RandomState, mean: number) => number): number[] {
  const random = new RandomState(itemSeed(seed + 1, item));
  return Array.from({ length: STEPS }, () => RATES.map((rate) => (1 / DT) * spikes(random, DT * rate))).flat();
}

const KINDS: readonly [string, (base: NeuronType) => NeuronType, (random: RandomState, mean: number) => number][] = [
  [
    'stochasticSpiking',
    stochasticSpiking,
    (random, mean) => Math.floor(mean) + (random.random() < mean - Math.floor(mean) ? 1 : 0),
  ],
  ['poissonSpiking', poissonSpiking, (random, mean) => random.poisson(mean)],
];

async function recorded(neuronType: NeuronType, settings: Partial<Settings>, minibatchSize?: number) {
  const { net, probes } = crowds(neuronType);
  await using simulator = await simulate(net, settings, minibatchSize === undefined ? {} : { minibatchSize });
  await simulator.runSteps(STEPS);
  return probes.map((probe) => [...simulator.data.get(probe).data]);
}

test('counts of means that are no whole numbers any more have that mean and variance', async () => {
  const mean = 1e18;
  const flat = { nNeurons: 1, dimensions: 1, gain: [0], bias: [mean / DT], seed: 1 };
  const net = new Network({ seed: 1 });
  const ensemble = net.within(() => new Ensemble({ ...flat, neuronType: poissonSpiking(rectifiedLinear()) }));
  const probe = net.within(() => new Probe(ensemble.neurons));
  await using simulator = await simulate(net);
  await simulator.runSteps(400);
  const scores = [...simulator.data.get(probe).data].map((spikes) => (spikes * DT - mean) / 1e9);
  expect(Math.abs(scores.reduce((sum, score) => sum + score, 0) / 400)).toBeLessThan(0.2);
  const variance = scores.reduce((sum, score) => sum + score * score, 0) / 400;
  expect(variance).toBeGreaterThan(0.7);
  expect(variance).toBeLessThan(1.3);
});

describe.each(KINDS)('%s', (_, make, spikes) => {
  test.each([
    ['merged', TREE_PLANNER, REFERENCE_BACKEND],
    ['apart', NOOP_PLANNER, REFERENCE_BACKEND],
    ['compiled', TREE_PLANNER, WASM_BACKEND],
  ])('draws from the seed of its ensemble plus one: %s', async (_case, planner, backend) => {
    const data = await recorded(make(rectifiedLinear()), { planner, backend });
    expect(data).toEqual(SEEDS.map((seed) => drawnBy(seed, 0, spikes)));
  });

  test('each item of a minibatch has a stream of its own, item 0 the one without', async () => {
    const data = await recorded(make(rectifiedLinear()), {}, 3);
    SEEDS.forEach((seed, index) =>
      expect(data[index]).toEqual([0, 1, 2].flatMap((item) => drawnBy(seed, item, spikes))),
    );
  });

  test('in float32 on TensorFlow.js too', async () => {
    const [exact, rounded] = [
      await recorded(make(rectifiedLinear()), { dtype: 'float32' }),
      await recorded(make(rectifiedLinear()), { backend: TFJS_BACKEND, dtype: 'float32' }),
    ];
    expect(rounded).toEqual(exact);
  });

  test('a saved state goes on where it stood, under another plan and backend; a reset begins anew', async () => {
    const { net, probes } = crowds(make(rectifiedLinear()));
    const [first, second] = [
      await simulate(net, { planner: NOOP_PLANNER }),
      await simulate(net, { planner: TREE_PLANNER, backend: WASM_BACKEND }),
    ];
    await first.runSteps(7);
    await second.restoreState(await first.saveState());
    await second.runSteps(STEPS - 7);
    const expected = SEEDS.map((seed) => drawnBy(seed, 0, spikes));
    const seen = (simulator: Simulator): number[][] => probes.map((probe) => [...simulator.data.get(probe).data]);
    expect(seen(second)).toEqual(expected.map((data) => data.slice(7 * RATES.length)));
    second.reset();
    await second.runSteps(STEPS);
    expect(seen(second)).toEqual(expected);
    await first.dispose();
    await second.dispose();
  });

  test('has negative spikes where the rates are, and trains as its rate, drawing nothing', async () => {
    const net = new Network({ seed: 5 });
    const { stimulus, probe } = net.within(() => {
      configureSettings({ trainable: true });
      const node = new Node([0.5]);
      const ensemble = new Ensemble({ nNeurons: 12, dimensions: 1, neuronType: make(tanh()) });
      new Connection(node, ensemble, { synapse: null });
      return { stimulus: node, probe: new Probe(ensemble.neurons) };
    });
    await using simulator = await simulate(net);
    await simulator.runSteps(400);
    const { data } = simulator.data.get(probe);
    expect([Math.min(...data) < 0, Math.max(...data) > 0]).toEqual([true, true]);
    const rates = async (): Promise<bigint[]> => {
      const predicted = await simulator.predict([[stimulus, [[0.5]]]], { mode: 'rate', steps: 2 });
      return [...bitsOf(predicted.get(probe)!.data)];
    };
    expect(await rates()).toEqual(await rates());
    const { epochs } = await simulator.train([[stimulus, [[0.5]]]], {
      targets: [[probe, [new Float64Array(12)]]],
      losses: meanSquaredError(),
      optimizer: sgd({ learningRate: 1e-9 }),
      epochs: 3,
    });
    const [before, , after] = epochs.map(({ training }) => training['loss']!);
    expect(after).toBeLessThan(before!);
  });
});

test('a kind of a plugin draws what it declares: each draw has a stream of its own', async () => {
  const step = kernel({ name: 'jittered', inputs: ['current', 'noise', 'other'] }, (k) => ({
    output: k.add(k.inputs.current, k.inputs.noise, k.multiply(1000, k.inputs.other)),
  }));
  const definition: NeuronDefinition = {
    kind: 'jittered',
    step: () => ({
      kernel: step,
      parameters: {},
      draws: {
        noise: { kind: 'normal', mean: 0, deviation: 0.5 },
        other: { kind: 'uniform', low: 0, high: 1 },
      },
    }),
    rates: (_, current) => current,
  };
  const plugin = definePlugin({
    name: '@acme/jitter',
    register: ({ contribute }) => void contribute(NEURON_DEFINITIONS).toConstantValue(definition),
  });
  const { net, probes } = crowds(defineNeuronType({ kind: 'jittered', spiking: false }));
  await using simulator = await simulate(net, {}, { plugins: [...defaultPlugins(), plugin] });
  await simulator.runSteps(STEPS);
  probes.forEach((probe, index) => {
    const normal = new RandomState(SEEDS[index]! + 1);
    const data = simulator.data.get(probe).data;
    const others = Array.from(data, (value, element) => {
      const other = value - RATES[element % RATES.length]! - normal.normal(0, 0.5);
      expect(other).toSatisfy((number: number) => number >= 0 && number < 1000);
      return other;
    });
    expect(new Set(others).size).toBe(others.length);
  });
});
