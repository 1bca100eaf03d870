/**
 * @file Behaviour as data: neuron types, synapses and the like are frozen `{ family, kind, …parameters }`. What a kind does
 * is defined elsewhere, by a plugin that knows it; the front end only checks and carries the data.
 */
import { refuseSurplus } from '@ndl/numerics';

/** The families of behaviour. */
export type Family =
  | 'neuronType'
  | 'synapse'
  | 'distribution'
  | 'solver'
  | 'leastSquaresMethod'
  | 'transform'
  | 'process'
  | 'learningRule';

/** What all behaviour data have in common. `kind` names a definition that a plugin contributes. */
export interface FrozenData<Name extends Family = Family> {
  readonly family: Name;
  readonly kind: string;
}

/** Whether `value` is behaviour of this family. */
export function isOfFamily<Name extends Family>(value: unknown, family: Name): value is FrozenData<Name> {
  refuseSurplus('isOfFamily', arguments, 2);
  if (typeof value !== 'object' || value === null) return false;
  const { family: actual, kind } = value as Partial<FrozenData>;
  return actual === family && typeof kind === 'string';
}
