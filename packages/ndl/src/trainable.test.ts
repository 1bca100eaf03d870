/** @file What training moves, and what it leaves alone to the last bit. */
import { describe, expect, test } from 'vitest';
import {
  adam,
  configureSettings,
  Connection,
  Ensemble,
  lifRate,
  Network,
  Neurons,
  Node,
  Probe,
  type Settings,
  type Simulator,
} from './index.ts';
import { failing, movedBetween, parameterBits, simulate } from './reference-simulator.test-helper.ts';

/** stimulus → a → b → output; b, within a subnetwork of a subnetwork, is recurrent. */
function sample(trainable?: boolean | null) {
  const net = new Network({ seed: 4 });
  return net.within(() => {
    if (trainable !== undefined) configureSettings({ trainable });
    const ensemble = (label: string): Ensemble =>
      new Ensemble({ nNeurons: 12, dimensions: 1, label, neuronType: lifRate() });
    const stimulus = new Node([0]);
    const a = ensemble('a');
    const subnet = new Network();
    const { b, recurrent, inner } = subnet.within(() => {
      const inner = new Network();
      return inner.within(() => {
        const b = ensemble('b');
        return { inner, b, recurrent: new Connection(b, b, { synapse: 0.005, transform: 0.5, label: 'recurrent' }) };
      });
    });
    new Connection(stimulus, a, { synapse: null, label: 'input' });
    const link = new Connection(a, b, { synapse: null, label: 'link' });
    const output = new Node({ sizeIn: 1 });
    new Connection(b, output, { synapse: null, label: 'readout' });
    return { net, subnet, inner, a, b, recurrent, link, stimulus, probe: new Probe(output) };
  });
}

type Sample = ReturnType<typeof sample>;

const EVERYTHING = [
  'encoders of a',
  'biases of a',
  'encoders of b',
  'biases of b',
  'weights of recurrent',
  'weights of link',
  'weights of readout',
];
const OF_B = ['encoders of b', 'biases of b', 'weights of recurrent'];
const without = (names: readonly string[]): readonly string[] => EVERYTHING.filter((name) => !names.includes(name));

async function train(simulator: Simulator, { stimulus, probe }: Sample): Promise<void> {
  const inputs = [[-0.6], [0.1], [0.9]];
  const targets = inputs.map(([x]) => [0.5 - x! * x!]);
  await simulator.train([[stimulus, inputs]], {
    targets: [[probe, targets]],
    optimizer: adam({ learningRate: 1e-3 }),
    steps: 4,
    epochs: 2,
    minibatchSize: 2,
  });
}

/** What moves when the sample is trained, by name. */
async function movedIn(objects: Sample, settings: Partial<Settings> = {}): Promise<readonly string[]> {
  await using simulator = await simulate(objects.net, settings);
  const before = parameterBits(simulator);
  await train(simulator, objects);
  return movedBetween(before, parameterBits(simulator));
}

test('trainable: null adds the attribute with default behaviour; true / false override the default for all objects', async () => {
  expect(await movedIn(sample())).toEqual(EVERYTHING);
  expect(await movedIn(sample(null))).toEqual(EVERYTHING);
  expect(await movedIn(sample(true))).toEqual(EVERYTHING);
  const frozen = sample(false);
  await expect(movedIn(frozen)).rejects.toThrow(failing('NOTHING_TRAINABLE', 'frozen by `trainable`'));
  expect(await movedIn(frozen, { trainable: true })).toEqual(EVERYTHING);
});

test('Train one connection only: after training, that connection’s weights moved and nothing else did, bit for bit', async () => {
  for (const settings of [{}, { dtype: 'float32' }] satisfies Partial<Settings>[]) {
    for (const name of ['link', 'recurrent'] as const) {
      const objects = sample(false);
      objects.net.config.of(objects[name]).trainable = true;
      expect(await movedIn(objects, settings)).toEqual([`weights of ${name}`]);
    }
  }
});

describe('net.config.of(subnet).trainable = false freezes everything inside, nested subnetworks too', () => {
  test('the networks around an object', async () => {
    for (const network of ['subnet', 'inner'] as const) {
      const objects = sample(null);
      objects.net.config.of(objects[network]).trainable = false;
      expect(await movedIn(objects)).toEqual(without(OF_B));
    }
  });

  test('the nearest network outranks those around it', async () => {
    const objects = sample(null);
    objects.net.config.of(objects.subnet).trainable = false;
    objects.net.config.of(objects.inner).trainable = true;
    expect(await movedIn(objects)).toEqual(EVERYTHING);
  });

  test('an object’s own value outranks it', async () => {
    const objects = sample(null);
    objects.net.config.of(objects.subnet).trainable = false;
    objects.net.config.of(objects.recurrent).trainable = true;
    expect(await movedIn(objects)).toEqual(without(['encoders of b', 'biases of b']));
  });

  test('a class value outranks the configured one', async () => {
    const objects = sample(false);
    objects.net.config.of(Connection).trainable = true;
    expect(await movedIn(objects)).toEqual(['weights of recurrent', 'weights of link', 'weights of readout']);
  });
});

test('The Ensemble setting governs encoders and biases; Neurons (class, or ens.neurons) biases alone', async () => {
  const moved = async (freeze: (objects: Sample) => void): Promise<readonly string[]> => {
    const objects = sample(null);
    freeze(objects);
    return movedIn(objects);
  };
  expect(await moved(({ net }) => (net.config.of(Ensemble).trainable = false))).toEqual([
    'weights of recurrent',
    'weights of link',
    'weights of readout',
  ]);
  expect(await moved(({ net, a }) => (net.config.of(a).trainable = false))).toEqual(
    without(['encoders of a', 'biases of a']),
  );
  expect(await moved(({ net }) => (net.config.of(Neurons).trainable = false))).toEqual(
    without(['biases of a', 'biases of b']),
  );
  expect(await moved(({ net, b }) => (net.config.of(b.neurons).trainable = false))).toEqual(without(['biases of b']));
});

describe('It applies to objects created before and after; the answer never depends on whether something was read, or a Simulator built, before', () => {
  test('objects created after the call', async () => {
    const objects = sample(null);
    objects.net.config.of(Ensemble).trainable = false;
    objects.net.within(() => {
      const late = new Ensemble({ nNeurons: 12, dimensions: 1, label: 'late', neuronType: lifRate() });
      new Connection(objects.stimulus, late);
      new Connection(late, objects.b, { synapse: null, label: 'late link' });
    });
    expect(await movedIn(objects)).toEqual([
      'weights of recurrent',
      'weights of link',
      'weights of readout',
      'weights of late link',
    ]);
  });

  test('a Simulator built, trained and disposed of before', async () => {
    const objects = sample(null);
    void objects.net.config.of(objects.b).trainable;
    void objects.net.config.of(objects.subnet).trainable;
    expect(await movedIn(objects)).toEqual(EVERYTHING);
    objects.net.config.of(objects.subnet).trainable = false;
    expect(await movedIn(objects)).toEqual(without(OF_B));
    objects.net.config.of(objects.subnet).trainable = null;
    objects.net.within(() => configureSettings({ trainable: false }));
    objects.net.config.of(Ensemble).trainable = true;
    expect(await movedIn(objects)).toEqual(['encoders of a', 'biases of a', 'encoders of b', 'biases of b']);
  });

  test('a live Simulator keeps what it was built with', async () => {
    const objects = sample(null);
    await using simulator = await simulate(objects.net);
    objects.net.within(() => configureSettings({ trainable: false }));
    const before = parameterBits(simulator);
    await train(simulator, objects);
    expect(movedBetween(before, parameterBits(simulator))).toEqual(EVERYTHING);
  });
});

test('decoders made for a probe are never trained', async () => {
  const net = new Network({ seed: 1 }, () => {
    configureSettings({ trainable: true });
    const ensemble = new Ensemble({ nNeurons: 10, dimensions: 1 });
    new Connection(new Node([0]), ensemble, { synapse: null });
    new Probe(ensemble);
  });
  await using simulator = await simulate(net);
  const { signals, connections } = simulator.graph;
  expect([...connections.values()].filter(({ decoders }) => decoders !== null)).toHaveLength(1);
  const trained = signals.filter(({ trainable }) => trainable);
  expect(trained.map(({ name }) => name).sort()).toEqual(['ensembles[0].bias', 'ensembles[0].encoders']);
});
