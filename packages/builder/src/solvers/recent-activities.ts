/** @file The activities that a build keeps for a while: paths from one ensemble share its evaluation points. */
import type { NdArray } from '@ndl/numerics';
import { ActivityStorage, BLOCK_ELEMENTS, type ComputedActivities } from './activities.ts';

/** Numbers that recent activities, with what solvers remember of them, may hold together: 128 MiB. */
const MOST_KEPT = 2 ** 24;

/** Activities by their evaluation points; those that were asked for longest ago are forgotten. */
export class RecentActivities {
  readonly storage: ActivityStorage = new ActivityStorage();
  /** The latest at the end. */
  readonly #recent = new Map<NdArray, ComputedActivities>();
  #kept = 0;

  /** The activities at `points`; `compute` makes them where they are not kept. */
  at(points: NdArray, compute: () => ComputedActivities): ComputedActivities {
    const activities = this.#recent.get(points) ?? compute();
    this.#forget(points);
    this.#recent.set(points, activities);
    this.#kept += keptBy(activities);
    for (const other of this.#recent.keys()) {
      if (this.#kept <= MOST_KEPT || other === points) break;
      this.#forget(other);
    }
    return activities;
  }

  /** Forgets the activities at `points`, which nobody will ask for again: their memory is used for others. */
  release(points: NdArray): void {
    this.#recent.get(points)?.release();
    this.#forget(points);
  }

  #forget(points: NdArray): void {
    const activities = this.#recent.get(points);
    if (activities === undefined) return;
    this.#recent.delete(points);
    this.#kept -= keptBy(activities);
  }
}

/** Numbers kept for them: themselves in both orders, if they are few, their Gram matrix and a factor of it. */
function keptBy({ points, neurons }: ComputedActivities): number {
  const own = points * neurons <= BLOCK_ELEMENTS ? 2 * points * neurons : 0;
  const order = Math.min(points, neurons);
  return own + 2 * order * order;
}
