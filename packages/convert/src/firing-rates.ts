/** @file How often neurons fire: scales for layers, given or found from data, and neurons whose spikes are worth that much less. */
import type { NeuronType } from 'ndl';
import type { NdArray } from '@ndl/numerics';
import { areFromData, type CheckedOptions } from './convert-options.ts';
import { invalidOption, unknownLayer } from './errors.ts';
import type { LayerGraph } from './layer-graph.ts';

/** The same neurons, with spikes (or rates) that are worth less by this factor. */
export function scaledNeurons(type: NeuronType, scale: number): NeuronType {
  return scale === 1 ? type : ({ ...type, amplitude: amplitudeOf(type)! / scale } as NeuronType);
}

/** What a spike, or a rate, is worth; undefined where a neuron type has no such number. */
function amplitudeOf(type: NeuronType): number | undefined {
  const { amplitude } = type as { readonly amplitude?: number };
  return amplitude;
}

/**
 * The scale of each layer with neurons, where it is not 1. One number leaves layers as they are whose neurons cannot be scaled; what is asked
 * for by the name of such a layer is refused. `activities` has outputs of layers on the data, where scales are found from these.
 * @throws NdlError UNKNOWN_LAYER, INVALID_OPTION
 */
export function scalesOf(
  graph: LayerGraph,
  neurons: ReadonlyMap<string, NeuronType>,
  wanted: CheckedOptions['scaleFiringRates'],
  activities: ReadonlyMap<string, NdArray> | undefined,
): ReadonlyMap<string, number> {
  const scalable = graph.layers.filter(({ name }) => {
    const type = neurons.get(name);
    return type !== undefined && amplitudeOf(type) !== undefined;
  });
  const scales = new Map<string, number>();
  if (typeof wanted === 'number') for (const { name } of scalable) scales.set(name, wanted);
  else if (areFromData(wanted))
    for (const { name } of scalable) {
      const most = percentileOf(activities!.get(name)!.data, wanted.percentile);
      if (most > 0) scales.set(name, wanted.rate / most);
    }
  else
    for (const [name, scale] of wanted) {
      if (!neurons.has(name)) throw unknownLayer('convert: scaleFiringRates', name, [...neurons.keys()]);
      if (!scalable.some((layer) => layer.name === name))
        throw invalidOption(
          `convert: scaleFiringRates.${name}`,
          'of a layer whose neurons have an amplitude',
          scale,
          `Those of '${name}' are of type ${neurons.get(name)!.kind}, which have none.`,
        );
      scales.set(name, scale);
    }
  return scales;
}

/** Of the activities of a layer, without regard to their sign. */
function percentileOf(values: ArrayLike<number>, percentile: number): number {
  const sorted = Float64Array.from(values, (value) => Math.abs(value)).toSorted();
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? 0;
}
