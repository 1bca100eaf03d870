/** @file Layers that are measured beside an older tree: classifiers of 784 pixels, and one layer of spikes. */
import type { Network, Settings } from 'ndl';
import { configured, training, type BackendName, type Training, type Tree, type Workload } from './workloads.ts';

const [PIXELS, HIDDEN, CLASSES] = [784, 1000, 10];

/** 784-1000-10 of spiking neurons, fed another image at each step. */
export function changingImages({ ndl }: Tree): Network {
  const { Connection, Ensemble, lif, Network, Node, Probe, uniform } = ndl;
  const images = Array.from({ length: 10 }, (_, image) =>
    Float64Array.from({ length: PIXELS }, (_, pixel) => Math.sin(7 * image + pixel)),
  );
  return new Network({ seed: 0 }, () => {
    const image = new Node((t) => images[Math.round(1000 * t) % 10]!, { sizeOut: PIXELS });
    const hidden = new Ensemble({ nNeurons: HIDDEN, dimensions: 1, neuronType: lif({ amplitude: 0.01 }) });
    const output = new Node({ sizeIn: CLASSES });
    new Connection(image, hidden.neurons, { transform: uniform(-0.05, 0.05), synapse: null });
    new Connection(hidden.neurons, output, { transform: uniform(-0.1, 0.1), synapse: null });
    new Probe(output, { synapse: 0.01 });
  });
}

/** What a minibatch of images is fed. */
export type Images = 'held' | 'changing' | 'spikes';

/** Minibatches of a call: the call itself takes time too. */
const MINIBATCHES = 4;

/** The same where a minibatch takes little. */
const MANY_MINIBATCHES = 16;

/** Minibatches of 128 images, 25 steps, 784-1000-10 of rate neurons. */
export function classifierTraining(images: Images): Workload {
  return training(`training 784-1000-10, ${images}`, (tree) => preparedClassifier(tree, images));
}

/** What the classifier takes of ndl, so that pages need not bundle more. */
export type ClassifierParts = Pick<
  Tree['ndl'],
  'adam' | 'Connection' | 'Ensemble' | 'lifRate' | 'ndarray' | 'Network' | 'Node' | 'Probe' | 'Simulator' | 'uniform'
>;

/** The classifier, and a call of its training. */
export async function preparedClassifier(
  { ndl }: { readonly ndl: ClassifierParts },
  images: Images,
  settings: Partial<Settings> = {},
): Promise<Training> {
  const [items, steps] = [128, 25];
  const { adam, Connection, Ensemble, lifRate, Network, Node, Probe, Simulator, uniform } = ndl;
  const { network, image, output } = new Network({ seed: 0 }).within((network) => {
    const image = new Node(new Array<number>(PIXELS).fill(0));
    const hidden = new Ensemble({ nNeurons: HIDDEN, dimensions: 1, neuronType: lifRate({ amplitude: 0.01 }) });
    const output = new Node({ sizeIn: CLASSES });
    new Connection(image, hidden.neurons, { transform: uniform(-0.05, 0.05), synapse: null });
    new Connection(hidden.neurons, output, { transform: uniform(-0.1, 0.1), synapse: null });
    return { network, image, output: new Probe(output) };
  });
  const simulator = await Simulator.create(network, { minibatchSize: items, settings });
  const [minibatches, length] = images === 'held' ? [MANY_MINIBATCHES, 1] : [MINIBATCHES, steps];
  const given = (size: number, density: number): Numbers => {
    const drawn = numbers(ndl, [minibatches * items, length, size], density);
    return images === 'held' ? held(ndl, drawn) : drawn;
  };
  const input = given(PIXELS, images === 'spikes' ? 0.1 : 1);
  const targets = given(CLASSES, 1);
  const options = { targets: [[output, targets]], optimizer: adam(), epochs: 1, shuffle: false } as const;
  return {
    simulator,
    minibatches,
    train: () => simulator.train([[image, input]], images === 'held' ? { ...options, steps } : options),
  };
}

/** One layer of `size` spiking neurons behind a matrix, 16 items, 500 steps of which a tenth of the inputs spike. */
export function spikingLayerTraining(size: number, backend: BackendName = 'default'): Workload {
  const [items, steps] = [16, 500];
  return training(`linear(${size}) + LIF, 16 items, 500 steps`, async (tree): Promise<Training> => {
    const { adam, Connection, Ensemble, lif, Network, Node, Probe, Simulator, uniform } = tree.ndl;
    const { network, input, probe } = new Network({ seed: 0 }).within((network) => {
      const input = new Node(new Array<number>(size).fill(0));
      const layer = new Ensemble({ nNeurons: size, dimensions: 1, neuronType: lif({ amplitude: 0.01 }) });
      new Connection(input, layer.neurons, { transform: uniform(-0.1, 0.1), synapse: null });
      return { network, input, probe: new Probe(layer.neurons) };
    });
    const simulator = await Simulator.create(configured(tree, network, backend), { minibatchSize: items });
    const shape = [MINIBATCHES * items, steps, size];
    const spikes = numbers(tree.ndl, shape, 0.1);
    const targets = numbers(tree.ndl, shape, 0);
    const optimizer = adam({ learningRate: 0.001 });
    return {
      simulator,
      minibatches: MINIBATCHES,
      train: () =>
        simulator.train([[input, spikes]], { targets: [[probe, targets]], optimizer, epochs: 1, shuffle: false }),
    };
  });
}

type Numbers = ReturnType<Tree['ndl']['ndarray']>;

/** Numbers in [0, 1); of less than full density, ones among zeros. */
function numbers({ ndarray }: Pick<Tree['ndl'], 'ndarray'>, shape: readonly number[], density: number): Numbers {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = Float32Array.from({ length: size }, (_, index) => {
    const value = (index * 0.6180339887498949) % 1;
    return density === 1 ? value : Number(value < density);
  });
  return ndarray(data).reshape(shape);
}

/** What was given for one step, without the axis of steps: for all steps of the window. */
function held({ ndarray }: Pick<Tree['ndl'], 'ndarray'>, { data, shape }: Numbers): Numbers {
  return ndarray(data).reshape([shape[0]!, shape[2]!]);
}
