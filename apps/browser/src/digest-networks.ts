/**
 * @file What is hashed: small networks whose numbers are the same bits on every backend, in Node and in pages. Between them they go
 * through most of what a backend does. Nothing here asks the engine for a sine: nodes read tables, or multiply and add.
 */
import { referenceEntry } from '@ndl/backend-reference';
import { wasmEntry } from '@ndl/backend-wasm';
import { GRADIENT_APPROXIMATIONS, type GradientApproximation, type OutputBlock } from '@ndl/core';
import { type Buffer, fullView, type GeneratedSource, kernel, matrixVector, type Program, type View } from '@ndl/ir';
import {
  adam,
  alpha,
  configureSettings,
  Connection,
  defaultPlugins,
  definePlugin,
  Ensemble,
  lowpass,
  meanSquaredError,
  NdArray,
  Network,
  Node,
  piecewise,
  Probe,
  RandomState,
  REFERENCE_BACKEND,
  sigmoid,
  Simulator,
  softLifRate,
  spikingRectifiedLinear,
  surrogateGradient,
  tanh,
  token,
  triangle,
  uniform,
  type Plugin,
  type Settings,
} from 'ndl';

/** Where a network runs: on the backend that is taken where none is named, or on the reference backend. */
export interface Place {
  readonly dtype: 'float32' | 'float64';
  readonly backend: 'default' | 'reference';
}

type Arrays = Readonly<Record<string, NdArray>>;

/** What is hashed. Each takes well below a second, builds included. */
export const DIGEST_NETWORKS: Readonly<Record<string, (place: Place) => Promise<Arrays>>> = {
  'spike trains': spikeTrains,
  'a trained network': trainedNetwork,
  'a generated input and its events': generatedEvents,
};

/** Settings by which the simulator of a network runs it at a place. */
export function settingsAt({ dtype, backend }: Place): Partial<Settings> {
  return { dtype, ...(backend === 'reference' && { backend: REFERENCE_BACKEND }) };
}

/** Populations of several types that feed each other and themselves, through filters of all kinds. */
async function spikeTrains(place: Place): Promise<Arrays> {
  const table = new RandomState(3).uniform(-1, 1, 50);
  const net = new Network({ seed: 1 });
  const probes = net.within(() => {
    const changing = new Node((t) => table[Math.floor(t * 200) % table.length]!);
    const stepping = new Node(
      piecewise([
        [0, 0.6],
        [0.08, -0.4],
      ]),
    );
    const spiking = new Ensemble({ nNeurons: 70, dimensions: 2 });
    new Connection(changing, spiking.at(0), { synapse: alpha(0.005) });
    new Connection(stepping, spiking.at(1));
    new Connection(spiking, spiking, { synapse: lowpass(0.05), transform: 0.4 });
    const product = new Ensemble({ nNeurons: 40, dimensions: 1, neuronType: softLifRate() });
    new Connection(spiking, product, { function: ([x, y]) => x * y, synapse: triangle(0.01) });
    const bent = new Ensemble({ nNeurons: 20, dimensions: 1, neuronType: tanh() });
    const squashed = new Ensemble({ nNeurons: 20, dimensions: 1, neuronType: sigmoid() });
    const rectified = new Ensemble({ nNeurons: 30, dimensions: 1, neuronType: spikingRectifiedLinear() });
    for (const population of [bent, squashed, rectified]) new Connection(product, population, { transform: 2 });
    const end = new Node((_, x) => x.map((value) => value * value), { sizeIn: 1 });
    for (const population of [bent, squashed, rectified]) new Connection(population, end, { synapse: lowpass(0.01) });
    return {
      spikes: new Probe(spiking.neurons),
      voltages: new Probe(spiking.neurons, { attribute: 'voltage', sampleEvery: 0.01 }),
      'rectified spikes': new Probe(rectified.neurons),
      decoded: new Probe(spiking, { synapse: alpha(0.02) }),
      end: new Probe(end),
    };
  });
  const sim = await Simulator.create(net, { settings: settingsAt(place) });
  try {
    await sim.runSteps(150);
    return Object.fromEntries(Object.entries(probes).map(([name, probe]) => [name, sim.data.get(probe)]));
  } finally {
    await sim.dispose();
  }
}

const SIGMOIDAL: GradientApproximation = surrogateGradient({
  name: 'sigmoidal',
  kinds: ['lif'],
  approximation: kernel({ name: 'sigmoidal', inputs: ['current'], parameters: ['width'] }, (k) => ({
    output: k.sigmoid(k.divide(k.subtract(k.inputs.current, 1), k.parameters.width)),
  })),
  parameters: { width: 0.5 },
});
const SIGMOIDAL_GRADIENT = token<GradientApproximation>('ndl-browser/sigmoidal');

function sigmoidalPlugin(): Plugin {
  return definePlugin({
    name: 'ndl-browser',
    register({ bind, contribute }) {
      bind(SIGMOIDAL_GRADIENT).toConstantValue(SIGMOIDAL);
      contribute(GRADIENT_APPROXIMATIONS).toConstantValue({
        key: SIGMOIDAL_GRADIENT,
        summary: 'steep where it spikes',
      });
    },
  });
}

/** Two layers of spiking neurons, one of them recurrent, that learn by surrogate gradients and Adam from spikes. */
async function trainedNetwork(place: Place): Promise<Arrays> {
  const [items, steps] = [24, 20];
  const random = new RandomState(5);
  const net = new Network({ seed: 2 });
  const { input, connections, ensembles, output } = net.within(() => {
    configureSettings({ gradient: { lif: SIGMOIDAL_GRADIENT } });
    const input = new Node(new Array<number>(30).fill(0));
    const [first, second] = [33, 20].map((nNeurons) => new Ensemble({ nNeurons, dimensions: 1 })) as [
      Ensemble,
      Ensemble,
    ];
    const end = new Node({ sizeIn: 3 });
    const connections = {
      'from input': new Connection(input, first.neurons, { transform: uniform(-0.02, 0.05), synapse: null }),
      recurrent: new Connection(first.neurons, first.neurons, {
        transform: uniform(-0.001, 0.001),
        synapse: lowpass(0.004),
      }),
      between: new Connection(first.neurons, second.neurons, {
        transform: uniform(-0.01, 0.01),
        synapse: alpha(0.003),
      }),
      'to output': new Connection(second.neurons, end, { transform: uniform(-0.05, 0.05), synapse: lowpass(0.005) }),
    };
    return { input, connections, ensembles: { first, second }, output: new Probe(end) };
  });
  // One in ten is a spike.
  const spikes = random.uniform(0, 1, items * steps * 30).map((value) => (value < 0.1 ? 1000 : 0));
  const targets = random.normal(0, 1, items * 3);
  const sim = await Simulator.create(net, {
    plugins: [...defaultPlugins(), sigmoidalPlugin()],
    settings: settingsAt(place),
  });
  try {
    const { epochs } = await sim.train([[input, new NdArray(spikes, [items, steps, 30])]], {
      targets: [[output, new NdArray(targets, [items, 3])]],
      losses: meanSquaredError(),
      optimizer: adam({ learningRate: 0.01 }),
      minibatchSize: 8,
      epochs: 2,
      truncation: 10,
    });
    return {
      losses: new NdArray(
        Float64Array.from(epochs, ({ training }) => training['loss']!),
        [epochs.length],
      ),
      ...Object.fromEntries(Object.entries(connections).map(([name, each]) => [name, sim.data.get(each).weights!])),
      ...Object.fromEntries(
        Object.entries(ensembles).map(([name, each]) => [`bias of ${name}`, sim.data.get(each).bias!]),
      ),
    };
  } finally {
    await sim.dispose();
  }
}

/** Numbers that the backend draws by itself; those that are small are events, which a matrix is multiplied with. */
async function generatedEvents({ dtype, backend }: Place): Promise<Arrays> {
  const [items, steps, events, targets] = [3, 60, 70, 24];
  const buffers: Buffer[] = [];
  const buffer = (id: string, shape: readonly number[], rest: Partial<Buffer> & Pick<Buffer, 'role'>): View => {
    buffers.push({ id, name: id, shape, items: true, steps: 'one', lifetime: 'step', initial: 0, ...rest });
    return fullView({ id, shape });
  };
  const chance = buffer('chance', [events], { role: 'input' });
  const noise = buffer('noise', [targets], { role: 'input' });
  const spikes = buffer('spikes', [events], { role: 'temp' });
  const weights = buffer('weights', [targets, events], {
    role: 'parameter',
    items: false,
    lifetime: 'forever',
    initial: { array: 'weights' },
  });
  const product = buffer('product', [targets], { role: 'temp' });
  const filtered = buffer('filtered', [targets], { role: 'state', lifetime: 'run' });
  const bent = buffer('bent', [targets], { role: 'temp' });
  const greatest = buffer('greatest', [], { role: 'temp' });
  const source = (distribution: GeneratedSource['distribution'], first: number): GeneratedSource => ({
    generator: 'mt19937',
    distribution,
    factor: 1,
    seeds: { first },
  });
  const program: Program = {
    dtype,
    dt: 0.001,
    scalars: [],
    buffers,
    sections: [
      {
        kind: 'steps',
        direction: 'ascending',
        instructions: [
          { kind: 'map', kernel: RARE, inputs: [chance], parameters: [], outputs: [{ target: spikes, mode: 'set' }] },
          { kind: 'contract', mode: 'set', events: 'right', members: [matrixVector(weights, spikes, product)] },
          {
            kind: 'map',
            kernel: BENDING,
            inputs: [filtered, product, noise, { clock: 'time' }],
            parameters: [],
            outputs: [filtered, bent].map((target) => ({ target, mode: 'set' })),
          },
          { kind: 'reduce', operation: 'max', source: bent, axes: [0], target: greatest, mode: 'set' },
        ],
      },
    ],
    inputs: [
      { name: 'chance', buffer: 'chance', held: false, source: source({ kind: 'uniform', low: 0, high: 1 }, 7) },
      { name: 'noise', buffer: 'noise', held: false, source: source({ kind: 'normal', mean: 0, deviation: 0.5 }, 8) },
    ],
    outputs: [spikes, filtered, bent, greatest].map((view) => ({ name: view.buffer, view, every: 1 })),
    hosts: [],
    symbols: {},
  };
  const loaded = await (backend === 'reference' ? referenceEntry : wasmEntry).load({});
  try {
    const executable = await loaded.create();
    const drawn = new NdArray(new RandomState(6).normal(0, 1, targets * events), [targets, events]);
    await executable.add('run', program, { arrays: new Map([['weights', drawn]]), hosts: new Map() });
    const samples = new Map<string, number[]>(program.outputs.map(({ name }) => [name, []]));
    const sink = { write: ({ output, data }: OutputBlock): void => void samples.get(output)!.push(...data) };
    await executable.run({ program: 'run', items, steps, feed: new Map(), sink, state: 'carried' });
    return Object.fromEntries(
      Array.from(samples, ([name, numbers]) => [name, new NdArray(Float64Array.from(numbers), [numbers.length])]),
    );
  } finally {
    loaded.dispose();
  }
}

const RARE = kernel({ name: 'rare', inputs: ['chance'] }, (k) => ({
  spike: k.select(k.less(k.inputs.chance, 0.1), 1000, 0),
}));

const BENDING = kernel({ name: 'bending', inputs: ['filtered', 'input', 'noise', 'time'] }, (k) => {
  const { filtered, input, noise, time } = k.inputs;
  const moved = k.add(filtered, k.multiply(0.05, k.subtract(input, filtered)));
  const small = k.multiply(0.001, moved);
  return {
    filtered: moved,
    bent: k.add(
      k.softplus(k.add(small, noise)),
      k.multiply(k.tanh(small), k.exp(noise)),
      k.multiply(time, k.log1p(k.abs(noise))),
    ),
  };
});
