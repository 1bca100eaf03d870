/** @file A synapse: the mean of the last so many seconds. */
import { NdArray, type SynapseDefinition } from '@ndl/core';
import { defineSynapse, type Synapse } from '@ndl/model';

export interface MovingAverage extends Synapse {
  readonly kind: 'acmeMovingAverage';
  /** Seconds. */
  readonly time: number;
}

/** The mean of what came in during the last `time` seconds, of one step at least. */
export function movingAverage(time: number): MovingAverage {
  if (!(time > 0)) throw new RangeError(`movingAverage: time must be above 0 seconds, and is ${time}.`);
  return defineSynapse({ kind: 'acmeMovingAverage', time });
}

export const movingAverageDefinition: SynapseDefinition<MovingAverage> = {
  kind: 'acmeMovingAverage',
  discretize({ time }, dt) {
    const count = Math.max(1, Math.round(time / dt));
    return { form: 'finiteResponse', taps: new NdArray(new Float64Array(count).fill(1 / count), [count]) };
  },
};
