/** @file What is hashed of networks that are large enough for threads: the bits are those of one thread, however many there are. */
import {
  adam,
  configureSettings,
  Connection,
  Ensemble,
  lifRate,
  lowpass,
  NdArray,
  Network,
  Node,
  Probe,
  RandomState,
  Simulator,
  uniform,
  type Settings,
} from 'ndl';

/** What came of a network, and what its backend says that it ran on. */
export interface Computed {
  readonly arrays: Readonly<Record<string, NdArray>>;
  readonly description: string;
}

/** What is computed with some settings. Each takes well below a second, builds included. */
export const THREAD_NETWORKS: Readonly<Record<string, (settings: Partial<Settings>) => Promise<Computed>>> = {
  'many neurons': manyNeurons,
  'two wide layers': wideLayers,
};

/** Neurons that feed themselves, for many items and for one. */
async function manyNeurons(settings: Partial<Settings>): Promise<Computed> {
  const net = new Network({ seed: 4 });
  const probes = net.within(() => {
    const input = new Node(new Array<number>(2).fill(0));
    const many = new Ensemble({ nNeurons: 400, dimensions: 2, nEvalPoints: 200 });
    new Connection(input, many);
    new Connection(many, many, { synapse: lowpass(0.02), transform: 0.5 });
    return {
      decoded: new Probe(many, { synapse: lowpass(0.01) }),
      spikes: new Probe(many.neurons, { sampleEvery: 0.01 }),
    };
  });
  const [items, steps] = [24, 60];
  const sim = await Simulator.create(net, { settings, minibatchSize: items, onWarning: () => {} });
  try {
    const values = new RandomState(8).uniform(-1, 1, items * steps * 2);
    await sim.runSteps(steps, { inputs: [[net.nodes[0]!, new NdArray(values, [items, steps, 2])]] });
    const arrays = Object.entries(probes).map(([name, probe]) => [name, sim.data.get(probe)] as const);
    return { arrays: Object.fromEntries(arrays), description: sim.backend.description };
  } finally {
    await sim.dispose();
  }
}

async function wideLayers(settings: Partial<Settings>): Promise<Computed> {
  const [inputs, hidden, outputs, items] = [200, 300, 4, 64];
  const net = new Network({ seed: 6 });
  const { input, weights, output } = net.within(() => {
    configureSettings(settings);
    const input = new Node(new Array<number>(inputs).fill(0));
    const [first, second] = [0, 1].map(() => {
      return new Ensemble({ nNeurons: hidden, dimensions: 1, neuronType: lifRate({ amplitude: 0.01 }) });
    }) as [Ensemble, Ensemble];
    const end = new Node({ sizeIn: outputs });
    const weights = {
      first: new Connection(input, first.neurons, { transform: uniform(-0.1, 0.1), synapse: null }),
      second: new Connection(first.neurons, second.neurons, { transform: uniform(-0.1, 0.1), synapse: lowpass(0.005) }),
      third: new Connection(second.neurons, end, { transform: uniform(-0.1, 0.1), synapse: null }),
    };
    return { input, weights, output: new Probe(end) };
  });
  const random = new RandomState(9);
  const sim = await Simulator.create(net, { settings, minibatchSize: items, onWarning: () => {} });
  try {
    const given = new NdArray(random.uniform(0, 1, items * 5 * inputs), [items, 5, inputs]);
    const wanted = new NdArray(random.normal(0, 1, items * 5 * outputs), [items, 5, outputs]);
    await sim.train([[input, given]], { targets: [[output, wanted]], optimizer: adam(), epochs: 3 });
    const arrays = Object.entries(weights).map(([name, each]) => [name, sim.data.get(each).weights!] as const);
    return { arrays: Object.fromEntries(arrays), description: sim.backend.description };
  } finally {
    await sim.dispose();
  }
}
