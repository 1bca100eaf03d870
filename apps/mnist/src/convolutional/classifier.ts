/** @file The network: pixels → three convolutions, each with a layer of spiking neurons → ten outputs. */
import {
  choice,
  configureSettings,
  Connection,
  convolution,
  Ensemble,
  lowpass,
  Network,
  Node,
  Probe,
  spikingRectifiedLinear,
  uniform,
} from 'ndl';
import { CLASSES, PIXELS, SIDE } from '../digits.ts';

/** Kernels: edge in pixels, strides, and how many there are. */
export interface Kernels {
  readonly size: number;
  readonly strides: number;
  readonly filters: number;
}

/** Output of a neuron that fires at 100 Hz is 1. */
const AMPLITUDE = 0.01;

/** Rate of a neuron whose input is 1, in Hz. */
const MAX_RATE = 250;

/** Time constant of the filter through which outputs are read, in seconds. */
const OUTPUT_TIME_CONSTANT = 0.05;

export interface ConvolutionalOptions {
  readonly seed: number;
  readonly layers: readonly Kernels[];
  /** Time constant between layers, in seconds; null in training, which looks at one step. */
  readonly synapse: number | null;
  /** Steps of 1 ms at which activities of layers are recorded, once: the last. */
  readonly steps: number;
}

export interface Convolutional {
  readonly network: Network;
  readonly pixels: Node;
  /** The ten outputs as they are. */
  readonly outputs: Probe;
  /** The ten outputs, filtered. */
  readonly filteredOutputs: Probe;
  /** What the neurons of each layer put out at the last step: filtered spikes, or rates. */
  readonly activities: readonly Probe[];
  /** Mean firing rate of each layer, in Hz. */
  readonly meanRates: readonly Probe[];
}

/** Describes the network. Training moves kernels, biases and the weights of the outputs. */
export function describeConvolutional({ seed, layers, synapse, steps }: ConvolutionalOptions): Convolutional {
  const network = new Network({ label: 'convolutional MNIST', seed });
  const parts = network.within(() => {
    configureSettings({ trainable: null });
    const pixels = new Node(new Array<number>(PIXELS).fill(0), { label: 'pixels' });
    const [activities, meanRates]: [Probe[], Probe[]] = [[], []];
    let shape: readonly number[] = [SIDE, SIDE, 1];
    let below: Node | Ensemble['neurons'] = pixels;
    layers.forEach(({ size, strides, filters }, index) => {
      const kernel = glorot(size * size * shape[2]!, size * size * filters);
      const transform = convolution(filters, shape, { kernelSize: size, strides, kernel });
      const layer = new Ensemble({
        label: `layer ${index + 1}`,
        nNeurons: transform.output.size,
        dimensions: 1,
        neuronType: spikingRectifiedLinear({ amplitude: AMPLITUDE }),
        maxRates: choice([MAX_RATE]),
        intercepts: choice([0]),
      });
      // The pixels do not change, and need no filter.
      new Connection(below, layer.neurons, { transform, synapse: index === 0 ? null : synapse });
      activities.push(
        new Probe(layer.neurons, { synapse: synapse && lowpass(OUTPUT_TIME_CONSTANT), sampleEvery: steps / 1000 }),
      );
      meanRates.push(meanRateOf(layer, network));
      shape = transform.output.shape;
      below = layer.neurons;
    });
    const size = shape.reduce((product, length) => product * length, 1);
    const digits = new Node({ sizeIn: CLASSES, label: 'digits' });
    new Connection(below, digits, { transform: glorot(size, CLASSES), synapse: null });
    return {
      pixels,
      outputs: new Probe(digits),
      filteredOutputs: new Probe(digits, { synapse: lowpass(OUTPUT_TIME_CONSTANT) }),
      activities,
      meanRates,
    };
  });
  return { network, ...parts };
}

function meanRateOf(layer: Ensemble, network: Network): Probe {
  const rate = new Node({ sizeIn: 1, label: `mean rate of ${layer.label}` });
  const averaging = [new Array<number>(layer.nNeurons).fill(1 / (layer.nNeurons * AMPLITUDE))];
  const mean = new Connection(layer.neurons, rate, { transform: averaging, synapse: null });
  network.config.of(mean).trainable = false;
  return new Probe(rate);
}

/** Weights between layers, uniform with the variance of Glorot and Bengio (2010), equation 16. */
function glorot(fanIn: number, fanOut: number) {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return uniform(-limit, limit);
}
