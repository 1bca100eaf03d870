/** @file `Thalamus`: turns the inhibition of the basal ganglia into one action. */
import { choice, Connection, Network, Node, uniform, type NetworkOptions } from '@ndl/model';
import { identity, NdArray, refuseSurplus } from '@ndl/numerics';
import { checkOptions, count, number, sized, squareOf } from './checks.ts';
import { invalidOption } from './errors.ts';
import { EnsembleArray } from './ensemble-array.ts';

/** Options of `new Thalamus`. */
export interface ThalamusOptions extends NetworkOptions {
  /** Number of actions, at least 1. */
  readonly dimensions: number;
  /** At least 1. Default 50. */
  readonly nNeuronsPerEnsemble?: number;
  /** How strongly actions inhibit each other. Default 1. */
  readonly mutualInhibition?: number;
  /** The value from which actions are represented, below 1. Default 0. */
  readonly threshold?: number;
}

const NAMES = ['dimensions', 'nNeuronsPerEnsemble', 'mutualInhibition', 'threshold', 'label', 'seed', 'addToContainer'];

/** A network whose actions are all on unless they are inhibited, and which then inhibit each other. */
export class Thalamus extends Network {
  readonly #actions: EnsembleArray;

  /** @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, TOO_LARGE */
  constructor(options: ThalamusOptions) {
    refuseSurplus('new Thalamus', arguments, 1);
    checkOptions(options, NAMES, 'Thalamus');
    const { dimensions, nNeuronsPerEnsemble = 50, mutualInhibition = 1, threshold = 0 } = options;
    const { label = 'Thalamus', seed, addToContainer } = options;
    sized(dimensions, 'Thalamus: dimensions', squareOf);
    count(nNeuronsPerEnsemble, 'Thalamus: nNeuronsPerEnsemble');
    number(mutualInhibition, 'Thalamus: mutualInhibition');
    if (!(number(threshold, 'Thalamus: threshold') < 1))
      throw invalidOption('Thalamus: threshold', 'below 1', threshold);
    let actions!: EnsembleArray;
    super({ label, seed, addToContainer }, () => {
      actions = new EnsembleArray({
        nNeurons: nNeuronsPerEnsemble,
        nEnsembles: dimensions,
        label: 'actions',
        intercepts: uniform(threshold, 1),
        encoders: choice([[1]]),
      });
      const others = identity(dimensions).data.map((own) => (own - 1) * mutualInhibition);
      const transform = new NdArray(others, [dimensions, dimensions]);
      new Connection(actions.output, actions.input, { transform });
      const bias = new Node([1], { label: 'thalamus bias' });
      const ones = new NdArray(new Float64Array(dimensions).fill(1), [dimensions, 1]);
      new Connection(bias, actions.input, { transform: ones });
    });
    this.#actions = actions;
  }

  /** Inhibition, below 0, of each action, [dimensions]. */
  get input(): Node {
    return this.#actions.input;
  }

  /** 1 for the action that is on, [dimensions]. */
  get output(): Node {
    return this.#actions.output;
  }

  /** One ensemble per action. */
  get actions(): EnsembleArray {
    return this.#actions;
  }
}
