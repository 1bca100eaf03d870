/** @file Simple recurrent layers: as neurons that feed themselves where steps are the network's, else unrolled, a layer for each step. */
import type { NdArray } from '@ndl/numerics';
import { sourceInvalid } from '../errors.ts';
import type { Activation, Layer } from '../layer-graph.ts';
import {
  activationLayer,
  combinationLayer,
  concatenationLayer,
  denseLayer,
  moveLayer,
  recurrentLayer,
  reshapeLayer,
  type Named,
} from '../layer-shapes.ts';

/** state = activation(x · kernel + state · recurrent + bias). */
export interface RecurrentWeights {
  readonly kernel: NdArray;
  readonly recurrent: NdArray;
  readonly bias: NdArray | null;
  readonly activation: Activation;
}

/** Steps that are unrolled: beyond, a network would have thousands of layers. */
const MOST_STEPS = 512;

export function recurrentSteps(named: Named, from: Layer, { activation, ...weights }: RecurrentWeights): Layer {
  return recurrentLayer(named, from, weights, activation);
}

/** A layer for each step of [steps, size]; the last state goes out, or all of them. */
export function unrolled(
  named: Named,
  from: Layer,
  { kernel, recurrent, bias, activation }: RecurrentWeights,
  isSequence: boolean,
): readonly Layer[] {
  const [steps = 0, size = 0] = from.shape;
  if (from.shape.length !== 2) throw sourceInvalid(named.title, 'it wants [steps, size]');
  if (steps > MOST_STEPS)
    throw sourceInvalid(named.title, `${steps} steps are more than ${MOST_STEPS}; convert it with temporal: true`);
  const layers: Layer[] = [];
  const add = <Made extends Layer>(layer: Made): Made => {
    layers.push(layer);
    return layer;
  };
  const states: Layer[] = [];
  for (let step = 0; step < steps; step++) {
    const part = (what: string): Named => ({ name: `${named.name}/${what} ${step}`, title: named.title });
    const margins = [
      [-step, step + 1 - steps],
      [0, 0],
    ] as const;
    const slice = add(moveLayer(part('slice'), from, { how: 'pad', margins }));
    const row = add(reshapeLayer(part('row'), slice, [size]));
    const arriving = add(denseLayer(part('input'), row, { kernel, bias }));
    const before = states.at(-1);
    const current =
      before === undefined
        ? arriving
        : add(
            combinationLayer(
              part('sum'),
              [arriving, add(denseLayer(part('memory'), before, { kernel: recurrent, bias: null }))],
              'add',
            ),
          );
    const isLast = step === steps - 1;
    states.push(add(activationLayer(isLast && !isSequence ? named : part('state'), current, activation)));
  }
  if (!isSequence) return layers;
  const rows = states.map((state, step) =>
    add(reshapeLayer({ name: `${named.name}/out ${step}`, title: named.title }, state, [1, recurrent.shape[0]!])),
  );
  return [...layers, concatenationLayer(named, rows, 0)];
}
