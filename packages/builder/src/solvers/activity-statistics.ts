/** @file How large activities are, and how many there are of each neuron. */
import type { Activities } from '@ndl/core';
import type { Matrix, Pieces } from '@ndl/numerics';
import { blocksOf } from './activities.ts';

/** What regularizations depend on. */
export interface ActivityStatistics {
  readonly largest: number;
  /** The share of points at which each neuron is active. */
  readonly activeShares: Float64Array;
}

/** One σ for all neurons, or one for each. */
export type Damping = number | Float64Array;

/** The σ of a regularization, from what is known of the activities. */
export type DampingRule = (statistics: ActivityStatistics) => Damping;

/** Takes blocks of activities in, each once. */
export class CountedActivities {
  #largest = -Infinity;
  readonly #active: Int32Array;

  constructor(neurons: number) {
    this.#active = new Int32Array(neurons);
  }

  /** Activities of neurons from `first` on, [points, neurons]. */
  addColumns({ data, shape }: Matrix, first = 0): void {
    const neurons = shape[1]!;
    const active = this.#active;
    let largest = this.#largest;
    for (let start = 0; start < data.length; start += neurons) {
      for (let neuron = 0; neuron < neurons; neuron++) {
        const activity = data[start + neuron]!;
        largest = Math.max(largest, activity);
        // A truth that is added: processors cannot guess which neurons are active.
        active[first + neuron]! += Number(activity > 0);
      }
    }
    this.#largest = largest;
  }

  /** Of activities at so many points. */
  statistics(points: number): ActivityStatistics {
    return { largest: this.#largest, activeShares: Float64Array.from(this.#active, (active) => active / points) };
  }
}

const known = new WeakMap<Activities, ActivityStatistics>();

/** The statistics of all activities, computed once. */
export function* activityStatistics(activities: Activities): Pieces<ActivityStatistics> {
  let statistics = known.get(activities);
  if (statistics === undefined) {
    const counted = new CountedActivities(activities.neurons);
    for (const points of blocksOf(activities.points, activities.neurons)) {
      const block = yield* activities.block({ points });
      counted.addColumns(block);
      yield block.size;
    }
    known.set(activities, (statistics = counted.statistics(activities.points)));
  }
  return statistics;
}

/** The same σ for all neurons: a share of the largest activity. */
export function sharedDamping(regularization: number): DampingRule {
  return ({ largest }) => regularization * largest;
}

/**
 * A σ for each neuron, smaller the fewer points it is active at. What those get that never are is up to `ofSilent`, which is given
 * the others.
 */
export function dampingPerNeuron(regularization: number, ofSilent: (sigmas: Float64Array) => number): DampingRule {
  return ({ largest, activeShares }) => {
    const sigmas = activeShares.map((share) => regularization * largest * Math.sqrt(share));
    const silent = ofSilent(sigmas);
    return sigmas.map((sigma) => (sigma === 0 ? silent : sigma));
  };
}
