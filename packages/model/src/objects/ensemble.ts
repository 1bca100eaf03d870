/** @file `Ensemble`: a population of neurons that represents a vector. */
import { type ArrayLikeInput, type NdArray, refuseSurplus } from '@ndl/numerics';
import { asksForTraining } from '../config/attributes.ts';
import { guardAssignments } from './assignment-guard.ts';
import {
  distributionOrArray,
  distributionOrPoints,
  flag,
  notTiny,
  orNull,
  seedNumber,
  text,
  wholeNumber,
} from '../data/checks.ts';
import { requireNetwork } from '../networks/context.ts';
import { replaceWithDependents } from './dependents.ts';
import type { Distribution } from '../distributions/any-distribution.ts';
import { scatteredHypersphere, uniform } from '../distributions/distributions.ts';
import { checkEnsemble } from './ensemble-checks.ts';
import { optionConflict } from '../errors.ts';
import { describeNewcomer, describeObject } from '../networks/naming.ts';
import { register, type Network } from '../networks/network.ts';
import { neuronsOf, type Neurons } from './neurons.ts';
import { neuronType, type NeuronType } from '../neuron-types/neuron-type.ts';
import { lif } from '../neuron-types/neuron-types.ts';
import { viewAt, viewOfSlice, type ObjectView } from './object-view.ts';
import {
  namedChanges,
  namesOf,
  parameter,
  required,
  resolveParameters,
  type Optional,
  type ParameterTable,
} from '../config/parameters.ts';
import { changedValues, defineParameterProperties, type RecordedWith } from './parameter-properties.ts';
import { process, type Process } from '../processes/processes.ts';
import { Recorded, recordOf } from './recorded.ts';
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

interface EnsembleRecord {
  readonly network: Network;
  readonly values: EnsembleValues;
}

/** What can be read of an ensemble, and assigned to: arrays that are handed out are copies. */
interface EnsembleProperties {
  /** The length of vectors that it represents well. */
  get radius(): number;
  set radius(radius: number);
  /** Preferred directions, [n, d]. */
  get encoders(): Distribution | NdArray;
  set encoders(encoders: Distribution | ArrayLikeInput);
  /** Where on the way from -1 to 1 along its encoder each neuron begins to fire, [n]. */
  get intercepts(): Distribution | NdArray;
  set intercepts(intercepts: Distribution | ArrayLikeInput);
  /** Firing rate of each neuron at 1, in Hz, [n]. */
  get maxRates(): Distribution | NdArray;
  set maxRates(maxRates: Distribution | ArrayLikeInput);
  /** Points that decoders are solved for, [points, d], in units of the radius. */
  get evalPoints(): Distribution | NdArray;
  set evalPoints(evalPoints: Distribution | ArrayLikeInput);
  nEvalPoints: number | null;
  neuronType: NeuronType;
  /** [n]. Gain and bias go together: to set both, use `replaceParameters`. */
  get gain(): Distribution | NdArray | null;
  set gain(gain: Distribution | ArrayLikeInput | null);
  /** [n]. */
  get bias(): Distribution | NdArray | null;
  set bias(bias: Distribution | ArrayLikeInput | null);
  noise: Process | null;
  normalizeEncoders: boolean;
  label: string | null;
  seed: number | null;
}

const EnsembleBase: RecordedWith<EnsembleRecord, EnsembleProperties> = Recorded as never;

/** A population of neurons that represents a vector of `dimensions` numbers. */
export class Ensemble extends EnsembleBase implements EnsembleValues {
  static readonly kind = 'ensemble';
  static readonly parameters: ParameterTable<EnsembleValues> = {
    nNeurons: required(wholeNumber(1)),
    dimensions: required(wholeNumber(1)),
    radius: parameter(1, notTiny),
    encoders: parameter(scatteredHypersphere({ surface: true }), distributionOrArray),
    intercepts: parameter(uniform(-1, 0.9), distributionOrArray),
    maxRates: parameter(uniform(200, 400), distributionOrArray),
    evalPoints: parameter(scatteredHypersphere(), distributionOrPoints),
    nEvalPoints: parameter(null, orNull(wholeNumber(1))),
    neuronType: parameter(lif(), neuronType),
    gain: parameter(null, orNull(distributionOrArray)),
    bias: parameter(null, orNull(distributionOrArray)),
    noise: parameter(null, orNull(process)),
    normalizeEncoders: parameter(true, flag),
    label: parameter(null, orNull(text)),
    seed: parameter(null, orNull(seedNumber)),
  };

  static {
    const another = 'sizes are fixed; make another ensemble';
    defineParameterProperties<Ensemble, EnsembleValues>(this, namesOf(this.parameters), replace);
    guardAssignments(Ensemble, {
      describe: (object) => describeObject(object as Ensemble),
      ways: {
        nNeurons: another,
        dimensions: another,
        sizeIn: another,
        sizeOut: another,
        network: 'an object stays where it was made; make another in that network',
        neurons: 'neurons are those of their ensemble; set neuronType, gain, bias … instead',
      },
    });
  }

  /**
   * @throws NdlError NETWORK_CONTEXT outside a network; MISSING_OPTION, UNKNOWN_OPTION, INVALID_OPTION, NOT_FINITE,
   * SHAPE_MISMATCH, OPTION_CONFLICT, MAX_RATE_UNREACHABLE for what is wrong with the options.
   */
  constructor(options: EnsembleOptions) {
    refuseSurplus('new Ensemble', arguments, 1);
    const network = requireNetwork('An Ensemble');
    const subject = describeNewcomer('ensemble', (options as EnsembleOptions | undefined)?.label, network);
    const values = resolveParameters('ensemble', Ensemble.parameters, options, subject);
    checkEnsemble(values, subject);
    super({ network, values });
    register(this);
  }

  get kind(): 'ensemble' {
    return 'ensemble';
  }

  get network(): Network {
    return recordOf<EnsembleRecord>(this).network;
  }

  /** Its neurons: always the same object. */
  get neurons(): Neurons {
    return neuronsOf(this);
  }

  get nNeurons(): number {
    return valuesOf(this).nNeurons;
  }

  get dimensions(): number {
    return valuesOf(this).dimensions;
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
    refuseSurplus('at', arguments, 1);
    return viewAt<Ensemble>(this, index);
  }

  /** Dimensions from `start` up to but excluding `end`, every `step`-th. @throws NdlError INVALID_SELECTION */
  slice(start?: number | null, end?: number | null, step?: number | null): ObjectView<Ensemble> {
    refuseSurplus('slice', arguments, 3);
    return viewOfSlice<Ensemble>(this, start, end, step);
  }

  /**
   * Replaces parameters, as if the ensemble had been made with them; what is learnt returns to a model this way.
   * All or nothing; assigning to one of its properties does the same for one. @throws NdlError as the constructor, and as
   * that of a connection or probe that could not live with the change; OPTION_CONFLICT for a change of size.
   */
  replaceParameters(changes: Optional<EnsembleParameters>): void {
    refuseSurplus('replaceParameters', arguments, 1);
    replace(this, namedChanges(changes, describeObject(this)));
  }
}

function valuesOf(ensemble: Ensemble): EnsembleValues {
  return recordOf<EnsembleRecord>(ensemble).values;
}

function replace(ensemble: Ensemble, changes: Optional<EnsembleParameters>): void {
  const { subject, record, values } = changedValues<EnsembleRecord>(ensemble, Ensemble.parameters, changes);
  if (values.nNeurons !== ensemble.nNeurons || values.dimensions !== ensemble.dimensions) {
    throw optionConflict(subject, 'its numbers of neurons and dimensions are fixed; make another ensemble instead.');
  }
  checkEnsemble(values, subject);
  const isTrained = [ensemble, ensemble.neurons].some((target) =>
    asksForTraining(ensemble.network.config.attribute(target, 'trainable')?.value),
  );
  if (values.neuronType.kind === 'direct' && isTrained) {
    throw optionConflict(
      subject,
      'its trainable is true, and direct() has nothing to train; set trainable to null first.',
    );
  }
  replaceWithDependents<EnsembleRecord>(ensemble, { ...record, values }, 'neuronType' in changes);
}
