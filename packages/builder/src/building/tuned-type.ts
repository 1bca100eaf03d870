/** @file Which neurons of an ensemble have its tuning. */
import type { NeuronType } from '@ndl/model';

/** The type whose currents are those of the ensemble: the base type, where the neurons turn its rates into spikes. */
export function tunedType(neuronType: NeuronType): NeuronType {
  return neuronType.baseType ?? neuronType;
}
