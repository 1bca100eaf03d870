/** @file `AssociativeMemory`: recognizes vectors, and gives others for them. Stewart, Tang & Eliasmith (2011). */
import {
  choice,
  Connection,
  Ensemble,
  exponential,
  Network,
  Node,
  removeConnection,
  uniform,
  type ConnectionOptions,
  type EnsembleParameters,
  type NetworkOptions,
  type SynapseInput,
} from '@ndl/model';
import { exp, identity, NdArray, refuseSurplus, transpose, type ArrayLikeInput } from '@ndl/numerics';
import { checkOptions, count, flag, name as nameOption, number, numbers, positive, vectors } from './checks.ts';
import { EnsembleArray } from './ensemble-array.ts';
import { doneAlready, nameTaken, unknownName } from './errors.ts';
import { withDefaults } from './with-defaults.ts';

/** Options of `new AssociativeMemory`. */
export interface AssociativeMemoryOptions extends NetworkOptions {
  /** What is recognized, [items, dimensions]. */
  readonly inputVectors: ArrayLikeInput;
  /** What is given for it, [items, dimensions]; null, the default, for the same vectors. */
  readonly outputVectors?: ArrayLikeInput | null;
  /** Of each item, at least 1. Default 50. */
  readonly nNeurons?: number;
  /** How similar the input must be, of all items or of each. Default 0.3. */
  readonly threshold?: number | readonly number[];
  /** By what the similarity is multiplied, of all items or of each. Default 1. */
  readonly inputScales?: number | readonly number[];
  /** Whether it has an `inhibit` input that silences it. Default false. */
  readonly inhibitable?: boolean;
}

/** Options of `addDefaultOutputVector`. */
export interface DefaultOutputOptions {
  /** Of the output that gets the vector. Default `output`. */
  readonly outputName?: string;
  /** At least 1. Default 50. */
  readonly nNeurons?: number;
  /** The activation of any item that keeps the default away, above 0. Default 0.5. */
  readonly minActivationValue?: number;
}

const NAMES = [
  'inputVectors',
  'outputVectors',
  'nNeurons',
  'threshold',
  'inputScales',
  'inhibitable',
  'label',
  'seed',
  'addToContainer',
];

/** Of ensembles that represent numbers from 0 to 1. */
const ELEMENTS: Partial<EnsembleParameters> = {
  radius: 1,
  intercepts: exponential(0.15, { shift: 0, high: 1 }),
  encoders: choice([[1]]),
  evalPoints: uniform(0, 1),
  nEvalPoints: 5000,
};

/** Of ensembles that are fully on, or off. */
const THRESHOLDED: Partial<EnsembleParameters> = {
  radius: 1,
  intercepts: uniform(0.5, 1),
  encoders: choice([[1]]),
  evalPoints: uniform(0.75, 1.1),
  nEvalPoints: 5000,
};

const INHIBITION = -1.5;

/** Steep above 0: an item that is recognized at all is nearly fully active. */
const step = (x: ArrayLike<number>): number[] => [Math.max(0, 1 - exp(-15 * x[0]!))];

interface Parts {
  readonly bias: Node;
  readonly elementInput: Node;
  readonly elementOutput: Node;
  readonly inhibit: Node | null;
}

/** A connection that starts from the activations of the items. */
interface FromElements {
  readonly connection: Connection;
  readonly target: Node | Ensemble;
  readonly options: ConnectionOptions;
}

/** A network that gives the output vectors of those items whose input vectors are similar to its input. */
export class AssociativeMemory extends Network {
  readonly #parts: Parts;
  readonly #items: number;
  readonly #inputs = new Map<string, Node>();
  readonly #outputs = new Map<string, Node>();
  readonly #defaults: Ensemble[] = [];
  readonly #inhibitions: FromElements[] = [];
  readonly #mappings: FromElements[] = [];
  #thresholded: EnsembleArray | undefined;
  #hasWinner = false;

  /** @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
  constructor(options: AssociativeMemoryOptions) {
    refuseSurplus('new AssociativeMemory', arguments, 1);
    checkOptions(options, NAMES, 'AssociativeMemory');
    const { inputVectors, outputVectors = null, nNeurons = 50, threshold = 0.3, inputScales = 1 } = options;
    const { inhibitable = false, label = null, seed, addToContainer } = options;
    const inputs = vectors(inputVectors, 'AssociativeMemory: inputVectors');
    const items = inputs.shape[0]!;
    const outputs = outputVectors === null ? inputs : vectors(outputVectors, 'AssociativeMemory: outputVectors', items);
    count(nNeurons, 'AssociativeMemory: nNeurons');
    const thresholds = numbers(threshold, items, 'AssociativeMemory: threshold');
    const scales = numbers(inputScales, items, 'AssociativeMemory: inputScales');
    flag(inhibitable, 'AssociativeMemory: inhibitable');
    let parts!: Parts;
    super({ label, seed, addToContainer }, () => {
      parts = makeElements({ thresholds, nNeurons, prefix: label === null ? '' : `${label}_`, inhibitable });
    });
    this.#parts = parts;
    this.#items = items;
    this.addInputMapping('input', inputs, scales);
    this.addOutputMapping('output', outputs);
  }

  /** [dimensions] */
  get input(): Node {
    return this.inputNamed('input');
  }

  /** [dimensions] */
  get output(): Node {
    return this.outputNamed('output');
  }

  /** Silences all items, [1]; null unless the memory is inhibitable. */
  get inhibit(): Node | null {
    return this.#parts.inhibit;
  }

  /** How similar the input is to each item, [items]. */
  get elementInput(): Node {
    return this.#parts.elementInput;
  }

  /** The activation of each item, [items]. */
  get elementOutput(): Node {
    return this.#parts.elementOutput;
  }

  /** The activation of each item, on or off; undefined before `addThresholdToOutputs`. */
  get thresholded(): EnsembleArray | undefined {
    return this.#thresholded;
  }

  /** An input by its name: `input`, or one that was added. @throws NdlError UNKNOWN_NAME */
  inputNamed(name: string): Node {
    refuseSurplus('inputNamed', arguments, 1);
    const input = this.#inputs.get(name);
    if (input === undefined) throw unknownName('AssociativeMemory', name, [...this.#inputs.keys()]);
    return input;
  }

  /** An output by its name: `output`, or one that was added. @throws NdlError UNKNOWN_NAME */
  outputNamed(name: string): Node {
    refuseSurplus('outputNamed', arguments, 1);
    const output = this.#outputs.get(name);
    if (output === undefined) throw unknownName('AssociativeMemory', name, [...this.#outputs.keys()]);
    return output;
  }

  /**
   * Adds an input by which items are recognized.
   * @param inputVectors [items, dimensions]
   * @throws NdlError DUPLICATE_NAME, INVALID_OPTION
   */
  addInputMapping(name: string, inputVectors: ArrayLikeInput, inputScales: number | readonly number[] = 1): Node {
    refuseSurplus('addInputMapping', arguments, 3);
    const subject = 'AssociativeMemory: addInputMapping';
    nameOption(name, `${subject}: name`);
    if (this.#inputs.has(name)) throw nameTaken('AssociativeMemory', name);
    const rows = vectors(inputVectors, `${subject}: inputVectors`, this.#items);
    const scales = numbers(inputScales, this.#items, `${subject}: inputScales`);
    const columns = rows.shape[1]!;
    const scaled = Float64Array.from(rows.data, (value, index) => value * scales[Math.floor(index / columns)]!);
    const input = this.within(() => {
      const node = new Node({ sizeIn: columns, label: name });
      new Connection(node, this.elementInput, { transform: new NdArray(scaled, rows.shape), synapse: null });
      return node;
    });
    this.#inputs.set(name, input);
    return input;
  }

  /**
   * Adds an output that gives a vector for each item.
   * @param outputVectors [items, dimensions]
   * @throws NdlError DUPLICATE_NAME, INVALID_OPTION
   */
  addOutputMapping(name: string, outputVectors: ArrayLikeInput): Node {
    refuseSurplus('addOutputMapping', arguments, 2);
    const subject = 'AssociativeMemory: addOutputMapping';
    nameOption(name, `${subject}: name`);
    if (this.#outputs.has(name)) throw nameTaken('AssociativeMemory', name);
    const rows = vectors(outputVectors, `${subject}: outputVectors`, this.#items);
    const output = this.within(() => {
      const node = new Node({ sizeIn: rows.shape[1]!, label: name });
      this.#mappings.push(this.#fromElements(node, { transform: transpose(rows), synapse: null }));
      return node;
    });
    this.#outputs.set(name, output);
    return output;
  }

  /**
   * Adds a vector that an output gives while no item is active.
   * @param outputVector of the length of that output.
   * @throws NdlError UNKNOWN_NAME, INVALID_OPTION
   */
  addDefaultOutputVector(outputVector: ArrayLikeInput, options: DefaultOutputOptions = {}): void {
    refuseSurplus('addDefaultOutputVector', arguments, 2);
    const subject = 'AssociativeMemory: addDefaultOutputVector';
    checkOptions(options, ['outputName', 'nNeurons', 'minActivationValue'], subject);
    const { outputName = 'output', nNeurons = 50, minActivationValue = 0.5 } = options;
    const output = this.outputNamed(outputName);
    count(nNeurons, `${subject}: nNeurons`);
    positive(minActivationValue, `${subject}: minActivationValue`);
    const vector = vectors([outputVector] as ArrayLikeInput, `${subject}: outputVector`, 1);
    this.within(() => {
      const ensemble = withDefaults(
        { ensemble: ELEMENTS },
        () => new Ensemble({ nNeurons, dimensions: 1, label: 'Default output vector' }),
      );
      new Connection(this.#parts.bias, ensemble, { synapse: null });
      const transform = filled(-1 / minActivationValue, [1, this.#items]);
      this.#inhibitions.push(this.#fromElements(ensemble, { transform }));
      new Connection(ensemble, output, { transform: transpose(vector), synapse: null });
      this.#silence(ensemble);
      this.#defaults.push(ensemble);
    });
  }

  /**
   * Lets the items inhibit each other, so that the most similar one wins.
   * @param inhibitScale how strongly, by default 1.5.
   * @throws NdlError INVALID_OPTION, DONE_ALREADY
   */
  addWinnerTakeAll(inhibitScale = 1.5, inhibitSynapse: SynapseInput = 0.005): void {
    refuseSurplus('addWinnerTakeAll', arguments, 2);
    number(inhibitScale, 'AssociativeMemory: addWinnerTakeAll: inhibitScale');
    if (this.#hasWinner) throw doneAlready('AssociativeMemory', 'a winner-take-all network');
    const others = identity(this.#items).data.map((own) => (own - 1) * inhibitScale);
    const transform = new NdArray(others, [this.#items, this.#items]);
    this.within(() => new Connection(this.elementOutput, this.elementInput, { transform, synapse: inhibitSynapse }));
    this.#hasWinner = true;
  }

  /**
   * Makes all outputs, and those that are added later, depend on whether items are active, not on how much.
   * @param options `nNeurons` of each item, by default 50; `inhibitScale`, by default 10.
   * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, DONE_ALREADY; what `removeConnection` refuses
   */
  addThresholdToOutputs(options: { readonly nNeurons?: number; readonly inhibitScale?: number } = {}): void {
    refuseSurplus('addThresholdToOutputs', arguments, 1);
    const subject = 'AssociativeMemory: addThresholdToOutputs';
    checkOptions(options, ['nNeurons', 'inhibitScale'], subject);
    const { nNeurons = 50, inhibitScale = 10 } = options;
    count(nNeurons, `${subject}: nNeurons`);
    number(inhibitScale, `${subject}: inhibitScale`);
    if (this.#thresholded !== undefined) throw doneAlready('AssociativeMemory', 'a threshold at its outputs');
    this.within(() => {
      const [off, on] = withDefaults({ ensemble: THRESHOLDED }, () => [
        new EnsembleArray({ nNeurons, nEnsembles: this.#items, label: 'thresh_bias' }),
        new EnsembleArray({ nNeurons, nEnsembles: this.#items, label: 'thresh_ens' }),
      ]);
      const ones = filled(1, [this.#items, 1]);
      new Connection(this.#parts.bias, off.input, { transform: ones, synapse: null });
      new Connection(this.#parts.bias, on.input, { transform: ones, synapse: null });
      new Connection(this.elementOutput, off.input, { transform: -inhibitScale });
      new Connection(off.output, on.input, { transform: -inhibitScale });
      this.#thresholded = on;
      for (const list of [this.#inhibitions, this.#mappings]) {
        for (const { connection } of list) removeConnection(connection);
        list.splice(0, list.length, ...list.map(({ target, options: kept }) => this.#fromElements(target, kept)));
      }
      for (const ensemble of on.members) this.#silence(ensemble);
    });
  }

  /** Connects the activations of the items, thresholded where they are. */
  #fromElements(target: Node | Ensemble, options: ConnectionOptions): FromElements {
    const source = this.#thresholded?.output ?? this.elementOutput;
    return { connection: new Connection(source, target, options), target, options };
  }

  /** Lets `inhibit`, if there is one, silence an ensemble. */
  #silence(ensemble: Ensemble): void {
    if (this.inhibit !== null) new Connection(this.inhibit, ensemble, { transform: INHIBITION, synapse: null });
  }
}

interface ElementOptions {
  readonly thresholds: readonly number[];
  readonly nNeurons: number;
  readonly prefix: string;
  readonly inhibitable: boolean;
}

/** An ensemble for each item, which is active where the similarity is above the threshold. */
function makeElements({ thresholds, nNeurons, prefix, inhibitable }: ElementOptions): Parts {
  const bias = new Node([1]);
  const items = thresholds.length;
  const elementInput = new Node({ sizeIn: items, label: 'element input' });
  const elementOutput = new Node({ sizeIn: items, label: 'element output' });
  withDefaults({ ensemble: ELEMENTS }, () => {
    thresholds.forEach((threshold, index) => {
      const ensemble = new Ensemble({ nNeurons, dimensions: 1, label: `${prefix}${index}` });
      new Connection(bias, ensemble, { transform: -threshold, synapse: null });
      new Connection(elementInput.at(index), ensemble, { synapse: null });
      new Connection(ensemble, elementOutput.at(index), { function: step, synapse: null });
    });
  });
  const inhibit = inhibitable ? new Node({ sizeIn: 1, label: 'inhibit' }) : null;
  if (inhibit !== null)
    new Connection(inhibit, elementInput, { transform: filled(INHIBITION, [items, 1]), synapse: null });
  return { bias, elementInput, elementOutput, inhibit };
}

function filled(value: number, shape: readonly [number, number]): NdArray {
  return new NdArray(new Float64Array(shape[0] * shape[1]).fill(value), shape);
}
