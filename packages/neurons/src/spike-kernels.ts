/**
 * @file How spikes are differentiated: a body writes the step of a neuron once more, with stand-ins for its spikes, and lends its
 * derivatives to the neuron's own kernel, whose values stay as they are.
 */
import type { SpikeSurrogate } from '@ndl/core';
import { kernel, type Expression, type Kernel, type KernelBuilder, type Scalar } from '@ndl/ir';
import { withDerivativesOf } from './merged-kernels.ts';

/** A number of spikes, as the output sees it and as the reset does: their derivatives differ where the reset's path is cut. */
interface StandIn {
  readonly output: Expression;
  readonly reset: Expression;
}

/** What a body has in the place of spikes. */
export interface Spikes {
  /** One spike where `distance`, how far the neuron is above its threshold, is above 0, else none. */
  above(distance: Expression): StandIn;
  /** `count` rounded down: there is a threshold at each whole number, or at those from `least` on. */
  whole(count: Expression, least?: number): StandIn;
}

type Builder = KernelBuilder<string, string>;

function spikesOf(k: Builder, { rise, reset }: SpikeSurrogate): Spikes {
  const standIn = (spikes: Expression, smooth: Expression): StandIn => {
    const output = k.withDerivativeOf(spikes, smooth);
    return { output, reset: reset === 'follow' ? output : spikes };
  };
  return {
    above: (distance) => standIn(k.select(k.greater(distance, 0), 1, 0), rise(k, distance)),
    whole(count, least) {
      const nearest = k.floor(k.add(count, 0.5));
      const threshold = least === undefined ? nearest : k.max(nearest, least);
      return standIn(k.floor(count), k.add(k.subtract(threshold, 1), rise(k, k.subtract(count, threshold))));
    },
  };
}

/**
 * The kernels that train spikes of `own`, one for each surrogate. `body` gives the outputs that pass a gradient on; what it leaves
 * out passes none.
 */
export function trainedSpikes<Inputs extends string, Parameters extends string>(
  own: Kernel,
  body: (k: KernelBuilder<Inputs, Parameters>, spikes: Spikes) => Readonly<Record<string, Scalar>>,
): (surrogate: SpikeSurrogate) => Kernel {
  const made = new WeakMap<SpikeSurrogate, Kernel>();
  return (surrogate) => {
    const known = made.get(surrogate);
    if (known !== undefined) return known;
    const { name, inputs, parameters } = own;
    const smooth = kernel({ name: `${name} for ${surrogate.name}`, inputs, parameters }, (k) =>
      body(k as unknown as KernelBuilder<Inputs, Parameters>, spikesOf(k, surrogate)),
    );
    const trained = withDerivativesOf(own, smooth, surrogate.name);
    made.set(surrogate, trained);
    return trained;
  };
}
