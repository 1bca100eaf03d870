/**
 * @file The networks by which Nengo's and NengoDL's speed is told: the same parameters (dimensions, neurons per dimension, type of
 * neurons), the same number of neurons. All are seeded; each has an input and a filtered probe.
 */
import {
  BasalGanglia,
  CircularConvolution,
  Connection,
  Ensemble,
  EnsembleArray,
  lif,
  Network,
  Node,
  pes,
  Probe,
  type LearningRule,
  type NeuronType,
} from 'ndl';

/** A vector that is not zero anywhere. */
const vector = (dimensions: number): number[] =>
  Array.from({ length: dimensions }, (_, index) => Math.sin(index + 1) / Math.sqrt(dimensions));

function network(label: string, neuronType: NeuronType, build: () => void, seed = 0): Network {
  const made = new Network({ seed, label });
  made.config.of(Ensemble).neuronType = neuronType;
  made.within(build);
  return made;
}

/** The circular convolution of two vectors: 4·(d / 2 + 1) products of `neuronsPerDimension` neurons. */
export function cconv(dimensions: number, neuronsPerDimension: number, neuronType: NeuronType = lif()): Network {
  return network(`cconv(${dimensions}, ${neuronsPerDimension})`, neuronType, () => {
    const convolution = new CircularConvolution({ nNeurons: neuronsPerDimension, dimensions });
    new Connection(new Node(vector(dimensions)), convolution.inputA);
    new Connection(new Node(vector(dimensions)), convolution.inputB);
    new Probe(convolution.output, { synapse: 0.01 });
  });
}

/** An ensemble array that integrates its input. */
export function integrator(dimensions: number, neuronsPerDimension: number, neuronType: NeuronType = lif()): Network {
  return network(`integrator(${dimensions}, ${neuronsPerDimension})`, neuronType, () => {
    const array = new EnsembleArray({ nNeurons: neuronsPerDimension, nEnsembles: dimensions });
    new Connection(array.output, array.input, { synapse: 0.1 });
    new Connection(new Node(vector(dimensions)), array.input, { synapse: null, transform: 0.1 });
    new Probe(array.output, { synapse: 0.01 });
  });
}

/** One ensemble whose decoders learn by PES what its input is. */
export function learning(dimensions: number, neuronsPerDimension: number, neuronType: NeuronType = lif()): Network {
  return network(`pes(${dimensions}, ${neuronsPerDimension})`, neuronType, () => {
    const input = new Node(vector(dimensions));
    const pre = new Ensemble({ nNeurons: dimensions * neuronsPerDimension, dimensions });
    const [post, error] = [new Node({ sizeIn: dimensions }), new Node({ sizeIn: dimensions })];
    new Connection(input, pre);
    const learnt = new Connection(pre, post, { learningRuleType: pes() });
    new Connection(post, error);
    new Connection(input, error, { transform: -1 });
    new Connection(error, learnt.learningRule as LearningRule);
    new Probe(post, { synapse: 0.01 });
  });
}

/** Action selection: five arrays of one ensemble per dimension. */
export function basalGanglia(dimensions: number, neuronsPerDimension: number, neuronType: NeuronType = lif()): Network {
  return network(`basalGanglia(${dimensions}, ${neuronsPerDimension})`, neuronType, () => {
    const ganglia = new BasalGanglia({ dimensions, nNeuronsPerEnsemble: neuronsPerDimension });
    new Connection(new Node(vector(dimensions)), ganglia.input, { synapse: null });
    new Probe(ganglia.output, { synapse: 0.01 });
  });
}

/** How many ensembles, and how they are connected. */
export interface RandomNetworkOptions {
  /** Of each ensemble. */
  readonly dimensions: number;
  readonly neuronsPerDimension: number;
  readonly neuronType?: NeuronType;
  readonly ensembles: number;
  /** Connections from each ensemble to others, of which each is drawn anew. */
  readonly connectionsPerEnsemble: number;
  readonly seed?: number;
}

/** Ensembles that are connected at random. */
export function randomNetwork(options: RandomNetworkOptions): Network {
  const { dimensions, neuronsPerDimension, neuronType = lif(), ensembles, connectionsPerEnsemble, seed = 0 } = options;
  const label = `randomNetwork(${ensembles} × ${dimensions * neuronsPerDimension}, ${connectionsPerEnsemble})`;
  const build = (): void => {
    const members = Array.from(
      { length: ensembles },
      () => new Ensemble({ nNeurons: dimensions * neuronsPerDimension, dimensions }),
    );
    const input = new Node(vector(dimensions));
    new Connection(input, members[0]!);
    let state = seed + 1;
    for (const pre of members) {
      for (let index = 0; index < connectionsPerEnsemble; index++) {
        // Numbers that look random are enough here: those of Park and Miller (1988).
        state = (state * 48_271) % 2_147_483_647;
        new Connection(pre, members[state % ensembles]!);
      }
    }
    new Probe(members.at(-1)!, { synapse: 0.01 });
  };
  return network(label, neuronType, build, seed);
}
