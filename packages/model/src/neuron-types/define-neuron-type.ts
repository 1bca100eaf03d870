/** @file Neuron types of a third party's kind. */
import { refuseSurplus } from '@ndl/numerics';
import { checkDefinition, flag, positive } from '../data/checks.ts';
import { invalidParameter } from '../errors.ts';
import { common, freeze, rateTypeFor, stateValues, type InitialStateInput, type NeuronType } from './neuron-type.ts';

/** What every neuron type has: no parameter of a kind can have these names. */
const FIELDS_OF_ALL: readonly string[] = ['family', 'states', 'probeable'];

/** What a third party says of its kind of neuron, beside parameters of its own. */
export interface NeuronTypeDefinition {
  readonly kind: string;
  readonly spiking: boolean;
  /** Initial values of every state; their names are the states, in this order. Default none. */
  readonly initialState?: InitialStateInput;
  /** Hz; leave out where there is no limit, or where there is a base type, whose limit holds. */
  readonly maximumRate?: number;
  /** A rate type, whose rates are what neurons of this kind take for their current. Default none. */
  readonly baseType?: NeuronType;
}

/** A neuron type that carries parameters of its own. */
export type DefinedNeuronType<Definition extends NeuronTypeDefinition> = NeuronType &
  Readonly<Pick<Definition, 'kind'> & Omit<Definition, keyof NeuronTypeDefinition>>;

/**
 * A neuron type of a third party's kind, with its own parameters as data. States may not be called as ensembles call their own
 * signals (`input`, `encoders`, `current`, `bias`, `noise`, `output`, `rateOut`). @throws NdlError INVALID_OPTION
 */
export function defineNeuronType<const Definition extends NeuronTypeDefinition>(
  definition: Definition,
): DefinedNeuronType<Definition> {
  refuseSurplus('defineNeuronType', arguments, 1);
  checkDefinition(definition, 'defineNeuronType');
  const { kind, spiking, initialState = {}, maximumRate, baseType, ...parameters } = definition;
  flag(spiking, `${kind}: spiking`);
  const taken = Object.keys(parameters).find((name) => FIELDS_OF_ALL.includes(name));
  if (taken !== undefined)
    throw invalidParameter(`${kind}: the name of a parameter`, `none of ${FIELDS_OF_ALL.join(', ')}`, taken);
  const states = stateValues(initialState, null, kind);
  const limit = maximumRate === undefined ? {} : { maximumRate: positive(maximumRate, `${kind}: maximumRate`) };
  const base = baseType === undefined ? undefined : rateTypeFor(Object.keys(states))(baseType, `${kind}: baseType`);
  const own: object = parameters;
  return freeze({
    ...own,
    kind,
    ...common(spiking, kind, states, {}, base),
    ...limit,
  }) as DefinedNeuronType<Definition>;
}
