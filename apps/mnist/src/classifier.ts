/** @file The network: pixels → one hidden population of LIF neurons → ten outputs. */
import { configureSettings, Connection, Ensemble, lif, lowpass, Network, Node, Probe, uniform } from 'ndl';
import { CLASSES, PIXELS } from './digits.ts';

/** Seed of everything random: weights, initial voltages, the split of the data, the order of minibatches. */
export const SEED = 7;

const HIDDEN_NEURONS = 320;

/** Output of a neuron that fires at 100 Hz; keeps hidden activities near 1. */
const AMPLITUDE = 0.01;

/** Time constant of the filter through which outputs are read, in seconds. */
const OUTPUT_TIME_CONSTANT = 0.05;

export interface Classifier {
  readonly network: Network;
  readonly pixels: Node;
  /** The ten outputs as they are: what training looks at. */
  readonly outputs: Probe;
  /** The ten outputs, filtered: what decides in a spiking run. */
  readonly filteredOutputs: Probe;
  /** Mean firing rate of the hidden neurons, in Hz. */
  readonly meanRate: Probe;
  /** Spikes of the hidden neurons. */
  readonly spikes: Probe;
}

/** Describes the network. Training moves its two weight matrices and the biases. */
export function describeClassifier(): Classifier {
  const network = new Network({ label: 'spiking MNIST', seed: SEED });
  const parts = network.within(() => {
    configureSettings({ trainable: null, lifSmoothing: 0.05 });
    const pixels = new Node(new Array<number>(PIXELS).fill(0), { label: 'pixels' });
    const hidden = new Ensemble({
      label: 'hidden',
      nNeurons: HIDDEN_NEURONS,
      dimensions: 1,
      neuronType: lif({ amplitude: AMPLITUDE }),
      maxRates: uniform(200, 300),
      intercepts: uniform(-0.2, 0.2),
    });
    const digits = new Node({ sizeIn: CLASSES, label: 'digits' });
    const rate = new Node({ sizeIn: 1, label: 'mean rate' });

    new Connection(pixels, hidden.neurons, { transform: glorot(PIXELS, HIDDEN_NEURONS), synapse: null });
    new Connection(hidden.neurons, digits, { transform: glorot(HIDDEN_NEURONS, CLASSES), synapse: null });
    const averaging = [new Array<number>(HIDDEN_NEURONS).fill(1 / (HIDDEN_NEURONS * AMPLITUDE))];
    const mean = new Connection(hidden.neurons, rate, { transform: averaging, synapse: null });
    network.config.of(mean).trainable = false;

    return {
      pixels,
      outputs: new Probe(digits),
      filteredOutputs: new Probe(digits, { synapse: lowpass(OUTPUT_TIME_CONSTANT) }),
      meanRate: new Probe(rate),
      spikes: new Probe(hidden.neurons),
    };
  });
  return { network, ...parts };
}

/** Weights between layers, uniform with the variance of Glorot and Bengio (2010), equation 16. */
function glorot(fanIn: number, fanOut: number) {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return uniform(-limit, limit);
}
