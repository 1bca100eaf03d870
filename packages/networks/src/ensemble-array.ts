/** @file `EnsembleArray`: many ensembles of the same kind, side by side, that represent a long vector together. */
import {
  Connection,
  Ensemble,
  Network,
  Node,
  readFunctionResult,
  samples,
  vectorOf,
  type ConnectionFunction,
  type ConnectionOptions,
  type EnsembleOptions,
  type NetworkOptions,
} from '@ndl/model';
import { isCallable, isNdArray, refuseSurplus, type ArrayLikeInput } from '@ndl/numerics';
import { checkOptions, count, name as nameOption } from './checks.ts';
import { invalidOption, nameTaken, noNeurons, unknownName } from './errors.ts';

/** Parameters of all ensembles of an array. */
export type SharedEnsembleOptions = Omit<EnsembleOptions, 'nNeurons' | 'dimensions' | 'label' | 'seed'>;

/** Options of `new EnsembleArray`; those of ensembles hold for all of them, arrays being their very samples. */
export interface EnsembleArrayOptions extends SharedEnsembleOptions, NetworkOptions {
  /** Of each ensemble, at least 1. */
  readonly nNeurons: number;
  /** At least 1. */
  readonly nEnsembles: number;
  /** Of each ensemble. Default 1. */
  readonly ensembleDimensions?: number;
}

const SHARED = [
  'radius',
  'encoders',
  'intercepts',
  'maxRates',
  'evalPoints',
  'nEvalPoints',
  'neuronType',
  'gain',
  'bias',
  'noise',
  'normalizeEncoders',
] as const;
const OWN = ['nNeurons', 'nEnsembles', 'ensembleDimensions', 'label', 'seed', 'addToContainer'];

/** What an output computes: of every ensemble, or a function for each; null for what they represent. */
export type ArrayFunction = ConnectionFunction | readonly ConnectionFunction[] | null;

/** Options of the connections of an output. */
export type OutputOptions = Omit<ConnectionOptions, 'function'>;

interface Parts {
  readonly ensembles: readonly Ensemble[];
  readonly input: Node;
  readonly output: Node;
}

/** A network of `nEnsembles` ensembles: `input` feeds them, `output` is what they represent, one after the other. */
export class EnsembleArray extends Network {
  readonly #parts: Parts;
  readonly #outputs = new Map<string, Node>();
  #neuronInput: Node | undefined;
  #neuronOutput: Node | undefined;

  /** @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, and what ensembles refuse */
  constructor(options: EnsembleArrayOptions) {
    refuseSurplus('new EnsembleArray', arguments, 1);
    checkOptions(options, [...OWN, ...SHARED], 'EnsembleArray');
    const { nNeurons, nEnsembles, ensembleDimensions = 1, label = null, seed, addToContainer } = options;
    count(nNeurons, 'EnsembleArray: nNeurons');
    count(nEnsembles, 'EnsembleArray: nEnsembles');
    count(ensembleDimensions, 'EnsembleArray: ensembleDimensions');
    let parts!: Parts;
    super({ label, seed, addToContainer }, (network) => {
      setShared(network, options);
      const prefix = label === null ? '' : `${label}_`;
      const input = new Node({ sizeIn: nEnsembles * ensembleDimensions, label: 'input' });
      const ensembles = Array.from({ length: nEnsembles }, (_, index) => {
        const ensemble = new Ensemble({ nNeurons, dimensions: ensembleDimensions, label: `${prefix}${index}` });
        new Connection(input.slice(...partOf(index, ensembleDimensions)), ensemble, { synapse: null });
        return ensemble;
      });
      parts = { input, ensembles, output: outputOf(ensembles, 'output', null, {}) };
    });
    this.#parts = parts;
    this.#outputs.set('output', parts.output);
  }

  /** [nEnsembles · ensembleDimensions] */
  get input(): Node {
    return this.#parts.input;
  }

  /** What the ensembles represent, one after the other. */
  get output(): Node {
    return this.#parts.output;
  }

  get nEnsembles(): number {
    return this.#parts.ensembles.length;
  }

  /** Of each ensemble. */
  get ensembleDimensions(): number {
    return this.#parts.ensembles[0]!.dimensions;
  }

  /** The ensembles of the array, in order. */
  get members(): readonly Ensemble[] {
    return this.#parts.ensembles;
  }

  /** Node that gets neurons' currents, [all neurons]; undefined before `addNeuronInput`. */
  get neuronInput(): Node | undefined {
    return this.#neuronInput;
  }

  /** Node that gives neurons' activities, [all neurons]; undefined before `addNeuronOutput`. */
  get neuronOutput(): Node | undefined {
    return this.#neuronOutput;
  }

  /**
   * Adds an output that computes a function of each ensemble, or of each its own.
   * @param options of its connections, whose `synapse` is null unless told.
   * @returns its node; see `outputNamed`.
   * @throws NdlError DUPLICATE_NAME, INVALID_OPTION, and what connections refuse
   */
  addOutput(name: string, computed: ArrayFunction, options: OutputOptions = {}): Node {
    refuseSurplus('addOutput', arguments, 3);
    const subject = 'EnsembleArray: addOutput';
    nameOption(name, `${subject}: name`);
    if (this.#outputs.has(name)) throw nameTaken('EnsembleArray', name);
    const { nEnsembles } = this;
    if (Array.isArray(computed) && computed.length !== nEnsembles)
      throw invalidOption(`${subject}: functions`, `${nEnsembles}, one per ensemble`, computed.length);
    for (const given of Array.isArray(computed) ? (computed as readonly unknown[]) : [computed]) {
      if (given !== null && !isCallable(given))
        throw invalidOption(`${subject}: function`, 'a function, a list of functions, or null', given);
    }
    const output = this.within(() => outputOf(this.members, name, computed, options));
    this.#outputs.set(name, output);
    return output;
  }

  /** An output by its name: `output`, or one that was added. @throws NdlError UNKNOWN_NAME */
  outputNamed(name: string): Node {
    refuseSurplus('outputNamed', arguments, 1);
    const output = this.#outputs.get(name);
    if (output === undefined) throw unknownName('EnsembleArray', name, [...this.#outputs.keys()]);
    return output;
  }

  /** The node that leads to the currents of all neurons, made at the first call. @throws NdlError NO_NEURONS */
  addNeuronInput(): Node {
    refuseSurplus('addNeuronInput', arguments, 0);
    return (this.#neuronInput ??= this.#neuronNode('neuron_input', (part, neurons) => [part, neurons]));
  }

  /** The node that gives the activities of all neurons, made at the first call. @throws NdlError NO_NEURONS */
  addNeuronOutput(): Node {
    refuseSurplus('addNeuronOutput', arguments, 0);
    return (this.#neuronOutput ??= this.#neuronNode('neuron_output', (part, neurons) => [neurons, part]));
  }

  #neuronNode(
    label: string,
    ends: (part: ReturnType<Node['slice']>, neurons: Ensemble['neurons']) => [pre: End, post: End],
  ): Node {
    if (this.members.some(({ neuronType }) => neuronType.kind === 'direct')) throw noNeurons('EnsembleArray');
    return this.within(() => {
      const perEnsemble = this.members[0]!.nNeurons;
      const node = new Node({ sizeIn: perEnsemble * this.nEnsembles, label });
      this.members.forEach((ensemble, index) => {
        const [pre, post] = ends(node.slice(...partOf(index, perEnsemble)), ensemble.neurons);
        new Connection(pre, post, { synapse: null });
      });
      return node;
    });
  }
}

type End = ReturnType<Node['slice']> | Ensemble['neurons'];

/** Makes the parameters that all ensembles share defaults of the network; arrays become samples, which fit each of them. */
function setShared(network: Network, options: EnsembleArrayOptions): void {
  const defaults = network.config.of(Ensemble) as Record<string, unknown>;
  for (const name of SHARED) {
    const value: unknown = options[name];
    if (value === undefined) continue;
    const isArray = Array.isArray(value) || ArrayBuffer.isView(value) || isNdArray(value);
    defaults[name] = isArray ? samples(value as ArrayLikeInput) : value;
  }
}

function partOf(index: number, length: number): [from: number, to: number] {
  return [index * length, (index + 1) * length];
}

/** A node of what a function makes of each ensemble, one after the other. */
function outputOf(
  ensembles: readonly Ensemble[],
  label: string,
  computed: ArrayFunction,
  options: OutputOptions,
): Node {
  const functions = ensembles.map((_, index) =>
    Array.isArray(computed) ? computed[index]! : computed,
  ) as readonly (ConnectionFunction | null)[];
  const sizes = ensembles.map(({ dimensions }, index) => {
    const zeros = vectorOf(new Float64Array(dimensions));
    const given = functions[index] ?? null;
    return given === null ? dimensions : readFunctionResult(given(zeros), `EnsembleArray: '${label}': function`).length;
  });
  const node = new Node({ sizeIn: sizes.reduce((sum, size) => sum + size, 0), label });
  let from = 0;
  ensembles.forEach((ensemble, index) => {
    const to = from + sizes[index]!;
    const synapse = options.synapse === undefined ? null : options.synapse;
    const connection = { ...options, synapse, function: functions[index]! };
    new Connection(ensemble, node.slice(from, to), connection);
    from = to;
  });
  return node;
}
