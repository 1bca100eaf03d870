/** @file Time constants that are learnt: of synapses and of neurons, by an opinion of `trainable` that names them. */
import { describe, expect, it, test } from 'vitest';
import {
  adam,
  adaptiveLif,
  adaptiveLifRate,
  alpha,
  configureSettings,
  Connection,
  Ensemble,
  FAST_SIGMOID_GRADIENT,
  GREEDY_PLANNER,
  lif,
  lifRate,
  lowpass,
  Network,
  Neurons,
  Node,
  NOOP_PLANNER,
  Probe,
  REFERENCE_BACKEND,
  regularSpiking,
  Simulator,
  softLifRate,
  TFJS_BACKEND,
  TRANSITIVE_PLANNER,
  TREE_PLANNER,
  triangle,
  WASM_BACKEND,
  type NeuronType,
  type Settings,
  type Synapse,
  type TrainableOpinion,
} from './index.ts';
import { bitsOf, failing, simulate } from './reference-simulator.test-helper.ts';

/** A node through a filter to a node. */
function filterNetwork(synapse: Synapse | number | null, trainable?: TrainableOpinion) {
  const net = new Network({ seed: 1 });
  return net.within(() => {
    configureSettings({ trainable: null });
    const input = new Node([0, 0]);
    const output = new Node({ sizeIn: 2 });
    const connection = new Connection(input, output, { synapse, label: 'filter' });
    if (trainable !== undefined) net.config.of(connection).trainable = trainable;
    return { net, input, connection, probe: new Probe(output) };
  });
}

/** An ensemble, driven, decoded through a filter. */
function neuronNetwork(neuronType: NeuronType, trainable?: TrainableOpinion) {
  const net = new Network({ seed: 3 });
  return net.within(() => {
    configureSettings({ trainable: null });
    const input = new Node([0]);
    const ensemble = new Ensemble({ nNeurons: 6, dimensions: 1, neuronType, label: 'a' });
    const other = new Ensemble({ nNeurons: 4, dimensions: 1, neuronType, label: 'b' });
    const output = new Node({ sizeIn: 1 });
    new Connection(input, ensemble, { synapse: null });
    const connection = new Connection(ensemble, other, { synapse: 0.002 });
    new Connection(other, output, { synapse: null });
    if (trainable !== undefined) net.config.of(ensemble).trainable = trainable;
    return { net, input, ensemble, connection, probe: new Probe(output) };
  });
}

/** Values that go up and down, [items, steps, size]. */
function wave(items: number, steps: number, size: number): number[][][] {
  return Array.from({ length: items }, (_, item) =>
    Array.from({ length: steps }, (__, step) =>
      Array.from({ length: size }, (___, axis) => (((step + 3 * item) * (axis + 2)) % 11) / 5 - 1),
    ),
  );
}

const float64: Partial<Settings> = { backend: REFERENCE_BACKEND, dtype: 'float64' };

describe.each([
  ['lowpass', lowpass],
  ['alpha', alpha],
])('%s', (_, make) => {
  it.each([0.0004, 0.005, 0.1, 3])('of tau = %f computes in the program what is otherwise a constant', async (tau) => {
    const samples = await Promise.all(
      [undefined, { tau: true }, { tau: false }].map(async (trainable) => {
        const { net, input, probe } = filterNetwork(make(tau), trainable);
        await using sim = await simulate(net);
        return (await sim.predict([[input, wave(1, 40, 2)]])).get(probe)!.data;
      }),
    );
    expect(samples[2]).toEqual(samples[1]);
    samples[1]!.forEach((value, index) => expect(value).toBeCloseTo(samples[0]![index]!, 12));
  });

  it('has the gradient of central differences on each backend', async () => {
    for (const settings of [
      float64,
      { backend: WASM_BACKEND, dtype: 'float64' } as const,
      { backend: TFJS_BACKEND, sessionConfig: { engine: 'cpu' } },
    ]) {
      const { net, input, probe } = filterNetwork(make(0.004), { tau: true, weights: false });
      await using sim = await Simulator.create(net, { settings });
      const call = { inputs: [[input, wave(2, 12, 2)]], targets: [[probe, wave(2, 12, 2)]] } as const;
      expect((await sim.checkGradients(call)).elementsChecked).toBe(1);
    }
  });

  it('recovers the tau of another filter from data, and never leaves what is positive', async () => {
    const data = wave(4, 60, 2);
    const there = filterNetwork(make(0.012));
    await using teacher = await simulate(there.net);
    const targets = (await teacher.predict([[there.input, data]])).get(there.probe)!;
    const { net, input, connection, probe } = filterNetwork(make(0.003), { tau: true });
    await using sim = await simulate(net, { backend: WASM_BACKEND });
    const train = async (learningRate: number, epochs: number): Promise<void> => {
      await sim.train([[input, data]], { targets: [[probe, targets]], optimizer: adam({ learningRate }), epochs });
    };
    await train(0.1, 60);
    await train(0.01, 60);
    await train(0.001, 40);
    expect(sim.data.get(connection).timeConstants!['tau']).toBeCloseTo(0.012, 5);
    await train(60, 3);
    const { tau } = sim.data.get(connection).timeConstants as { tau: number };
    expect(tau).toBeGreaterThan(0);
    expect((await sim.predict([[input, data]])).get(probe)!.data.every(Number.isFinite)).toBe(true);
  });
});

const NEURONS: readonly (readonly [string, NeuronType, TrainableOpinion])[] = [
  ['lifRate', lifRate({ tauRc: 0.03 }), { tauRc: true, tauRef: true }],
  ['softLifRate', softLifRate(), { tauRc: true, tauRef: true }],
  ['lif, by its rate', lif(), { tauRc: true, tauRef: true }],
  ['adaptiveLifRate', adaptiveLifRate({ tauN: 0.01, incN: 0.05 }), { tauN: true, tauRc: true }],
  ['adaptiveLif', adaptiveLif({ tauN: 0.01, incN: 0.05 }), { tauN: true }],
  ['regularSpiking of lifRate', regularSpiking(lifRate()), { tauRc: true }],
];

describe.each(NEURONS)('%s', (_, type, trainable) => {
  it('has gradients of its time constants as central differences', async () => {
    const { net, input, probe } = neuronNetwork(type, trainable);
    await using sim = await simulate(net, { backend: WASM_BACKEND, trainable: false });
    const call = { inputs: [[input, wave(2, 8, 1)]], targets: [[probe, wave(2, 8, 1)]] } as const;
    expect((await sim.checkGradients(call)).elementsChecked).toBe(Object.keys(trainable as object).length);
  });

  it('is trained by each of them alone, and no warning says otherwise', async () => {
    for (const name of Object.keys(trainable as object)) {
      const { net, input, ensemble, probe } = neuronNetwork(type, { [name]: true });
      const warnings: string[] = [];
      const onWarning = (message: string): void => void warnings.push(message);
      await using sim = await simulate(net, { backend: WASM_BACKEND, trainable: false }, { onWarning });
      const before = sim.data.get(ensemble).timeConstants![name];
      const optimizer = adam({ learningRate: 0.01 });
      await sim.train([[input, wave(2, 8, 1)]], { targets: [[probe, wave(2, 8, 1)]], optimizer });
      expect(sim.data.get(ensemble).timeConstants![name]).not.toBe(before);
      expect(warnings).toEqual([]);
    }
  });

  it('runs as if they were constants, under each planner with the same bits', async () => {
    const run = async (opinion: TrainableOpinion | undefined, settings: Partial<Settings>) => {
      const { net, input, probe } = neuronNetwork(type, opinion);
      await using sim = await simulate(net, settings);
      return (await sim.predict([[input, wave(1, 30, 1)]])).get(probe)!.data;
    };
    const first = await run(trainable, { planner: TREE_PLANNER });
    (await run(undefined, {})).forEach((value, index) => expect(first[index]).toBeCloseTo(value, 9));
    for (const planner of [NOOP_PLANNER, GREEDY_PLANNER, TRANSITIVE_PLANNER])
      expect(bitsOf(await run(trainable, { planner, backend: WASM_BACKEND }))).toEqual(bitsOf(first));
  });
});

test('surrogates train the time constants of spiking neurons, their spikes as they are', async () => {
  const { net, input, ensemble, probe } = neuronNetwork(adaptiveLif({ tauN: 0.02, incN: 0.1 }), {
    tauRc: true,
    tauN: true,
  });
  await using sim = await simulate(net, { gradient: FAST_SIGMOID_GRADIENT });
  const before = sim.data.get(ensemble).timeConstants!;
  await sim.train([[input, wave(2, 20, 1)]], {
    targets: [[probe, wave(2, 20, 1)]],
    optimizer: adam({ learningRate: 0.01 }),
    epochs: 2,
  });
  const after = sim.data.get(ensemble).timeConstants!;
  for (const name of ['tauRc', 'tauN']) expect(after[name]).not.toBe(before[name]);
});

test('they stand in files, are restored, and frozen into the model', async () => {
  const make = () => neuronNetwork(regularSpiking(lifRate()), { tauRc: true });
  const here = make();
  here.net.config.of(here.connection).trainable = { tau: true };
  const call = [[here.input, wave(2, 10, 1)]] as const;
  await using sim = await simulate(here.net);
  await sim.train(call, {
    targets: [[here.probe, wave(2, 10, 1)]],
    optimizer: adam({ learningRate: 0.05 }),
    epochs: 3,
  });
  const predicted = (await sim.predict(call)).get(here.probe)!.data;
  const { tau } = sim.data.get(here.connection).timeConstants as { tau: number };
  const { tauRc } = sim.data.get(here.ensemble).timeConstants as { tauRc: number };
  expect([tau, tauRc]).not.toEqual([0.002, 0.02]);

  const there = make();
  there.net.config.of(there.connection).trainable = { tau: false };
  await using other = await simulate(there.net, { inferenceOnly: true });
  await other.decodeParameters(await sim.encodeParameters());
  expect(bitsOf((await other.predict([[there.input, wave(2, 10, 1)]])).get(there.probe)!.data)).toEqual(
    bitsOf(predicted),
  );

  await sim.freezeParameters(here.net);
  expect(here.connection.synapse).toEqual(lowpass(tau));
  expect(here.ensemble.neuronType).toEqual(regularSpiking(lifRate({ tauRc })));
  await using fresh = await simulate(here.net);
  (await fresh.predict(call))
    .get(here.probe)!
    .data.forEach((value, index) => expect(value).toBeCloseTo(predicted[index]!, 9));
});

test('opinions by name go the way of all opinions; time constants are trained by those alone', async () => {
  const namesOf = async (say: (objects: ReturnType<typeof filterNetwork>) => void): Promise<readonly string[]> => {
    const objects = filterNetwork(0.01);
    say(objects);
    await using sim = await simulate(objects.net);
    return sim.graph.signals.filter(({ trainable }) => trainable).map(({ name }) => name);
  };
  const tau = ['connections[0].log(tau)'];
  expect(await namesOf(() => {})).toEqual([]);
  expect(await namesOf(({ net }) => net.within(() => configureSettings({ trainable: true })))).toEqual([]);
  expect(await namesOf(({ net }) => net.within(() => configureSettings({ trainable: { tau: true } })))).toEqual(tau);
  expect(await namesOf(({ net }) => (net.config.of(Connection).trainable = { tau: true }))).toEqual(tau);
  const overruled = (objects: ReturnType<typeof filterNetwork>): void => {
    objects.net.config.of(Connection).trainable = { tau: true };
    objects.net.config.of(objects.connection).trainable = false;
  };
  expect(await namesOf(overruled)).toEqual([]);
});

describe('time constants of neurons', () => {
  const learntOf = async (say: (objects: ReturnType<typeof neuronNetwork>) => void): Promise<readonly string[]> => {
    const objects = neuronNetwork(lifRate());
    objects.net.within(() => configureSettings({ trainable: false }));
    say(objects);
    await using sim = await simulate(objects.net);
    return sim.graph.signals.filter(({ trainable }) => trainable).map(({ name }) => name);
  };

  test('are spoken of by the neurons before the ensemble, and by their class', async () => {
    const [first, second] = ['ensembles[0].log(tauRc)', 'ensembles[1].log(tauRc)'];
    const ofOne = ({ net, ensemble }: ReturnType<typeof neuronNetwork>): void => {
      net.config.of(ensemble.neurons).trainable = { tauRc: true };
    };
    expect(await learntOf(ofOne)).toEqual([first]);
    expect(await learntOf(({ net }) => (net.config.of(Neurons).trainable = { tauRc: true }))).toEqual([first, second]);
    const overruled = ({ net, ensemble }: ReturnType<typeof neuronNetwork>): void => {
      net.config.of(ensemble).trainable = { tauRc: true };
      net.config.of(ensemble.neurons).trainable = { tauRc: false };
    };
    expect(await learntOf(overruled)).toEqual([]);
  });

  test.each([
    [
      'encoders, which are not of neurons',
      (objects: ReturnType<typeof neuronNetwork>) => objects.ensemble.neurons,
      'encoders',
    ],
    ['encoders of the class of neurons', () => Neurons, 'encoders'],
    ['weights of an ensemble', () => Ensemble, 'weights'],
    ['a time constant of neurons of connections', () => Connection, 'tauRc'],
  ] as const)('an opinion of %s is refused', async (_, target, name) => {
    const say = (objects: ReturnType<typeof neuronNetwork>): void => {
      (objects.net.config.of(target(objects) as unknown as Ensemble) as { trainable?: unknown }).trainable = {
        [name]: true,
      };
    };
    await expect(learntOf(say)).rejects.toEqual(failing('UNKNOWN_OPTION', name));
  });
});

describe('what cannot be learnt', () => {
  it.each([
    ['a tau of 0', lowpass(0), { tau: true }, 'INVALID_OPTION', 'tau'],
    ['a name that is none', lowpass(0.1), { tua: true }, 'UNKNOWN_OPTION', 'tau'],
    ['a synapse without a time constant', triangle(0.01), { tau: true }, 'UNKNOWN_OPTION', 'tau'],
    ['no synapse', null, { tau: true }, 'UNKNOWN_OPTION', 'tau'],
  ] as const)('%s is refused', async (_, synapse, trainable, code, text) => {
    await expect(simulate(filterNetwork(synapse, trainable).net)).rejects.toEqual(failing(code, text));
  });

  it.each([[{}], [{ tau: 1 }], [[true]], ['tau'], [{ tau: null }], [JSON.parse('{"__proto__": true}')]])(
    'an opinion %j is refused where it is given',
    (trainable) => {
      expect(() => filterNetwork(0.1, trainable as never)).toThrow(failing('INVALID_OPTION') as Error);
    },
  );
});
