/** @file What neurons do at constant currents. */
import type { BuildDefinitions } from '@ndl/builder';
import { isNetworkObject, type Ensemble } from '@ndl/model';
import { type ArrayLikeInput, isNdlError, NdArray, ndarray } from '@ndl/numerics';
import { badOption, noNeuronsToFire } from '../errors.ts';
import { nameOf } from './object-name.ts';
import type { SimulationParts } from '../composition/simulation-parts.ts';

/**
 * Rates at currents, elementwise, learnt time constants included.
 * @throws NdlError FOREIGN_OBJECT, INVALID_OPTION, NO_NEURONS
 */
export function steadyRates(
  ensemble: Ensemble,
  currents: ArrayLikeInput,
  { built, data }: Pick<SimulationParts, 'built' | 'data'>,
  { neurons }: Pick<BuildDefinitions, 'neurons'>,
): NdArray<Float64Array> {
  if (!isNetworkObject(ensemble) || ensemble.kind !== 'ensemble')
    throw badOption('rates', 'ensemble', 'must be an ensemble', ensemble);
  const { timeConstants = {} } = data.get(ensemble);
  const { neuronType } = built.copyOf(ensemble)!;
  const tuned = neuronType.baseType ?? neuronType;
  const definition = neurons.find(({ kind }) => kind === tuned.kind);
  if (definition === undefined || tuned.kind === 'direct') throw noNeuronsToFire(nameOf(ensemble));
  const given = finiteCurrents(currents);
  const own = Object.entries(timeConstants).filter(([name]) => definition.timeConstants?.includes(name) === true);
  const type = own.length === 0 ? tuned : Object.freeze({ ...tuned, ...Object.fromEntries(own) });
  return new NdArray(definition.rates(type, given.data), given.shape);
}

function finiteCurrents(currents: ArrayLikeInput): NdArray<Float64Array> {
  let array: NdArray<Float64Array>;
  try {
    array = ndarray(currents);
  } catch (error) {
    throw isNdlError(error) ? badOption('rates', 'currents', `must be numbers: ${error.message}`, currents) : error;
  }
  const wrong = array.data.find((current) => !Number.isFinite(current));
  if (wrong !== undefined) throw badOption('rates', 'currents', 'must be finite', wrong);
  return array;
}
