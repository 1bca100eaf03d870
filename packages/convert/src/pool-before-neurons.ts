/**
 * @file Takes the greatest of a window before neurons that spike, in place of after them: of currents, not of spikes, whose greatest number
 * jumps with each of them. As activations rise with what comes in, both are the same in rates; and fewer neurons are left.
 */
import { layerOf, readersOf, type Activation, type Layer, type LayerGraph } from './layer-graph.ts';

/** What never falls as its input rises. */
const RISING: ReadonlySet<string> = new Set(
  'relu boundedRelu leakyRelu sigmoid tanh softplus softsign elu selu hardSigmoid clip logSigmoid exponential'.split(
    ' ',
  ),
);

/** A graph, and by the name of each pooling layer that is gone, the neurons that now have its output. */
export interface PooledGraph {
  readonly graph: LayerGraph;
  readonly dropped: ReadonlyMap<string, string>;
}

/**
 * Neurons keep their layer's name, and have the output of the pooling that followed them. Only where nobody else reads them.
 * @param spikes whether the neurons of a layer spike
 */
export function poolBeforeNeurons(given: LayerGraph, spikes: (layer: string) => boolean): PooledGraph {
  const dropped = new Map<string, string>();
  let graph = given;
  for (const pool of given.layers) {
    if (pool.kind !== 'pooling' || pool.operation !== 'max') continue;
    const active = layerOf(graph, pool.inputs[0]!);
    if (active.kind !== 'activation' || !spikes(active.name) || !isRising(active.activation)) continue;
    if (readersOf(graph).get(active.name) !== 1) continue;
    const currents = `${pool.name}/currents`;
    const pooled: Layer = { ...pool, name: currents, inputs: active.inputs };
    const neurons: Layer = { ...active, shape: pool.shape, inputs: [currents] };
    const renamed = (name: string): string => (name === pool.name ? active.name : name);
    graph = {
      layers: graph.layers.flatMap((layer): readonly Layer[] => {
        if (layer === active) return [];
        if (layer.name === pool.name) return [pooled, neurons];
        return [{ ...layer, inputs: layer.inputs.map(renamed) }];
      }),
      inputs: graph.inputs,
      outputs: graph.outputs.map(renamed),
    };
    dropped.set(pool.name, active.name);
  }
  return { graph, dropped };
}

function isRising({ name, parameters }: Activation): boolean {
  return RISING.has(name) && (parameters['slope'] ?? 0) >= 0 && (parameters['alpha'] ?? 0) >= 0;
}
