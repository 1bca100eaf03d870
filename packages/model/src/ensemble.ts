/** @file `Ensemble`: a population of neurons that represents a vector. */
import type { ArrayLikeInput, NdArray } from '@ndl/numerics';
import { distributionOrArray, flag, notTiny, ofFamily, orNull, seedNumber, text, wholeNumber } from './checks.ts';
import { requireNetwork } from './context.ts';
import { scatteredHypersphere, uniform, type Distribution } from './distributions.ts';
import { checkEnsemble } from './ensemble-checks.ts';
import { optionConflict } from './errors.ts';
import { describeNewcomer, describeObject } from './naming.ts';
import { register, type Network } from './network.ts';
import { Neurons } from './neurons.ts';
import { lif, type NeuronType } from './neuron-types.ts';
import { viewAt, viewOfSlice, type ObjectView } from './object-view.ts';
import { parameter, required, resolveParameters, type Optional, type ParameterTable } from './parameters.ts';
import type { Process } from './processes.ts';
import type { IndexInput } from './selection.ts';

/** Parameters of ensembles that have defaults, as users write them. `n` is the number of neurons, `d` of dimensions. */
export interface EnsembleParameters {
  /** The length of vectors that it represents well; above 1e-10. Default 1. */
  radius: number;
  /** Preferred directions, [n, d]. Default `scatteredHypersphere({ surface: true })`. */
  encoders: Distribution | ArrayLikeInput;
  /** Where on the way from -1 to 1 along its encoder each neuron begins to fire, [n]. Default `uniform(-1, 0.9)`. */
  intercepts: Distribution | ArrayLikeInput;
  /** Firing rate of each neuron at 1, in Hz, [n]. Default `uniform(200, 400)`. Unused where gain and bias are given. */
  maxRates: Distribution | ArrayLikeInput;
  /** Points that decoders are solved for, [points, d], in units of the radius. Default `scatteredHypersphere()`. */
  evalPoints: Distribution | ArrayLikeInput;
  /** Number of points drawn where `evalPoints` is a distribution; null, the default, for as many as the size asks for. */
  nEvalPoints: number | null;
  /** Default `lif()`. */
  neuronType: NeuronType;
  /** [n]; together with `bias`, or null, the default, to follow from rates and intercepts. */
  gain: Distribution | ArrayLikeInput | null;
  /** [n]; together with `gain`. */
  bias: Distribution | ArrayLikeInput | null;
  /** Added to the input current of every neuron. Default null. */
  noise: Process | null;
  /** Whether encoders are scaled to length one. Default true. */
  normalizeEncoders: boolean;
  label: string | null;
  /** Null, the default, for one drawn from the network's. */
  seed: number | null;
}

/** Options of `new Ensemble`. */
export interface EnsembleOptions extends Optional<EnsembleParameters> {
  /** At least 1. */
  readonly nNeurons: number;
  /** At least 1. */
  readonly dimensions: number;
}

/** The parameters of an ensemble after checks and defaults. */
export interface EnsembleValues {
  readonly nNeurons: number;
  readonly dimensions: number;
  readonly radius: number;
  readonly encoders: Distribution | NdArray;
  readonly intercepts: Distribution | NdArray;
  readonly maxRates: Distribution | NdArray;
  readonly evalPoints: Distribution | NdArray;
  readonly nEvalPoints: number | null;
  readonly neuronType: NeuronType;
  readonly gain: Distribution | NdArray | null;
  readonly bias: Distribution | NdArray | null;
  readonly noise: Process | null;
  readonly normalizeEncoders: boolean;
  readonly label: string | null;
  readonly seed: number | null;
}

/** A population of neurons that represents a vector of `dimensions` numbers. */
export class Ensemble implements EnsembleValues {
  static readonly kind = 'ensemble';
  static readonly parameters: ParameterTable<EnsembleValues> = {
    nNeurons: required(wholeNumber(1)),
    dimensions: required(wholeNumber(1)),
    radius: parameter(1, notTiny),
    encoders: parameter(scatteredHypersphere({ surface: true }), distributionOrArray),
    intercepts: parameter(uniform(-1, 0.9), distributionOrArray),
    maxRates: parameter(uniform(200, 400), distributionOrArray),
    evalPoints: parameter(scatteredHypersphere(), distributionOrArray),
    nEvalPoints: parameter(null, orNull(wholeNumber(1))),
    neuronType: parameter(lif(), ofFamily<NeuronType>('neuronType', 'a neuron type, as made by lif, tanh …')),
    gain: parameter(null, orNull(distributionOrArray)),
    bias: parameter(null, orNull(distributionOrArray)),
    noise: parameter(null, orNull(ofFamily<Process>('process', 'a process, or null'))),
    normalizeEncoders: parameter(true, flag),
    label: parameter(null, orNull(text)),
    seed: parameter(null, orNull(seedNumber)),
  };

  readonly kind = 'ensemble';
  readonly network: Network;
  /** Its neurons: always the same object. */
  readonly neurons: Neurons;
  declare readonly nNeurons: number;
  declare readonly dimensions: number;
  declare readonly radius: number;
  declare readonly encoders: Distribution | NdArray;
  declare readonly intercepts: Distribution | NdArray;
  declare readonly maxRates: Distribution | NdArray;
  declare readonly evalPoints: Distribution | NdArray;
  declare readonly nEvalPoints: number | null;
  declare readonly neuronType: NeuronType;
  declare readonly gain: Distribution | NdArray | null;
  declare readonly bias: Distribution | NdArray | null;
  declare readonly noise: Process | null;
  declare readonly normalizeEncoders: boolean;
  declare readonly label: string | null;
  declare readonly seed: number | null;

  /**
   * @throws NdlError NETWORK_CONTEXT outside a network; MISSING_PARAMETER, UNKNOWN_OPTION, INVALID_PARAMETER, NON_FINITE,
   * SHAPE_MISMATCH, OPTION_CONFLICT, MAX_RATE_UNREACHABLE for what is wrong with the options.
   */
  constructor(options: EnsembleOptions) {
    this.network = requireNetwork('An Ensemble');
    const subject = describeNewcomer('ensemble', (options as EnsembleOptions | undefined)?.label, this.network);
    const values = resolveParameters('ensemble', Ensemble.parameters, options, subject);
    checkEnsemble(values, subject);
    Object.assign(this, values);
    this.neurons = new Neurons(this);
    register(this);
  }

  /** Number of dimensions, like `sizeOut`. */
  get sizeIn(): number {
    return this.dimensions;
  }

  get sizeOut(): number {
    return this.dimensions;
  }

  /** Attributes that probes may name. */
  get probeable(): readonly string[] {
    return ['decodedOutput', 'input', 'scaledEncoders'];
  }

  /** Some dimensions: at an index, at a list of indices, or where a list of flags is true. @throws NdlError INVALID_SELECTION */
  at(index: IndexInput): ObjectView<Ensemble> {
    return viewAt<Ensemble>(this, index);
  }

  /** Dimensions from `start` up to but excluding `end`, every `step`-th. @throws NdlError INVALID_SELECTION */
  slice(start?: number | null, end?: number | null, step?: number | null): ObjectView<Ensemble> {
    return viewOfSlice<Ensemble>(this, start, end, step);
  }

  /**
   * Replaces parameters, as if the ensemble had been made with them; what is learnt returns to a model this way.
   * All or nothing. @throws NdlError as the constructor; OPTION_CONFLICT for a change of size.
   */
  replaceParameters(changes: Optional<EnsembleParameters>): void {
    const subject = describeObject(this);
    const kept = Object.fromEntries(
      Object.keys(Ensemble.parameters).map((name) => [name, this[name as keyof EnsembleValues]]),
    );
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const values = resolveParameters(
      'ensemble',
      Ensemble.parameters,
      { ...kept, ...Object.fromEntries(given) },
      subject,
    );
    if (values.nNeurons !== this.nNeurons || values.dimensions !== this.dimensions) {
      throw optionConflict(subject, 'its numbers of neurons and dimensions are fixed; make another ensemble instead.');
    }
    checkEnsemble(values, subject);
    Object.assign(this, values);
  }
}
