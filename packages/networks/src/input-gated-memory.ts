/** @file `InputGatedMemory`: holds a vector, and takes in another while its gate is open. */
import { Connection, Network, Node, type NetworkOptions, type SynapseInput } from '@ndl/model';
import { NdArray, refuseSurplus } from '@ndl/numerics';
import { checkOptions, count, number } from './checks.ts';
import { EnsembleArray } from './ensemble-array.ts';

/** Options of `new InputGatedMemory`. */
export interface InputGatedMemoryOptions extends NetworkOptions {
  /** Of each dimension of memory and difference, at least 1. */
  readonly nNeurons: number;
  /** At least 1. */
  readonly dimensions: number;
  /** Strength of the connection of the memory to itself: 1, the default, holds; below it, it leaks. */
  readonly feedback?: number;
  /** How strongly the memory is drawn towards the input. Default 1. */
  readonly differenceGain?: number;
  /** Of the connection of the memory to itself. Default 0.1. */
  readonly recurrentSynapse?: SynapseInput;
  /** Of the connection that draws it towards the input; `recurrentSynapse`, where it is null, as by default. */
  readonly differenceSynapse?: SynapseInput;
}

const NAMES = [
  'nNeurons',
  'dimensions',
  'feedback',
  'differenceGain',
  'recurrentSynapse',
  'differenceSynapse',
  'label',
  'seed',
  'addToContainer',
];

/** How strongly gate and reset inhibit. */
const GATE_WEIGHT = -10;
const RESET_WEIGHT = -3;

interface Parts {
  readonly memory: EnsembleArray;
  readonly difference: EnsembleArray;
  readonly gate: Node;
  readonly reset: Node;
}

/** A network that holds a vector while its gate is 1, and follows its input while the gate is 0. */
export class InputGatedMemory extends Network {
  readonly #parts: Parts;

  /** @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
  constructor(options: InputGatedMemoryOptions) {
    refuseSurplus('new InputGatedMemory', arguments, 1);
    checkOptions(options, NAMES, 'InputGatedMemory');
    const { nNeurons, dimensions, feedback = 1, differenceGain = 1 } = options;
    const { recurrentSynapse = 0.1, differenceSynapse = null } = options;
    const { label = 'Input gated memory', seed, addToContainer } = options;
    count(nNeurons, 'InputGatedMemory: nNeurons');
    count(dimensions, 'InputGatedMemory: dimensions');
    number(feedback, 'InputGatedMemory: feedback');
    number(differenceGain, 'InputGatedMemory: differenceGain');
    let parts!: Parts;
    super({ label, seed, addToContainer }, () => {
      const array = (name: string): EnsembleArray =>
        new EnsembleArray({ nNeurons, nEnsembles: dimensions, label: name });
      const [memory, difference] = [array('mem'), array('diff')];
      new Connection(memory.output, memory.input, { transform: feedback, synapse: recurrentSynapse });
      new Connection(memory.output, difference.input, { transform: -1 });
      const towards = { transform: differenceGain, synapse: differenceSynapse ?? recurrentSynapse };
      new Connection(difference.output, memory.input, towards);
      const [gate, reset] = [new Node({ sizeIn: 1 }), new Node({ sizeIn: 1 })];
      inhibit(gate, difference, GATE_WEIGHT);
      inhibit(reset, memory, RESET_WEIGHT);
      parts = { memory, difference, gate, reset };
    });
    this.#parts = parts;
  }

  /** What it takes in, [dimensions]. */
  get input(): Node {
    return this.#parts.difference.input;
  }

  /** What it holds, [dimensions]. */
  get output(): Node {
    return this.#parts.memory.output;
  }

  /** 1 closes it, 0 opens it, [1]. */
  get gate(): Node {
    return this.#parts.gate;
  }

  /** 1 clears it, [1]. */
  get reset(): Node {
    return this.#parts.reset;
  }

  /** The array that holds the vector. */
  get memory(): EnsembleArray {
    return this.#parts.memory;
  }

  /** The array that represents what is missing of the input. */
  get difference(): EnsembleArray {
    return this.#parts.difference;
  }
}

function inhibit(source: Node, array: EnsembleArray, weight: number): void {
  const neurons = array.addNeuronInput();
  const size = neurons.sizeIn;
  const transform = new NdArray(new Float64Array(size).fill(weight), [size, 1]);
  new Connection(source, neurons, { transform, synapse: null });
}
