/** @file Means of what minibatches report. */
import type { Reports } from '@ndl/training';

/** Means of reports, weighted by items. */
export class Mean {
  readonly #sums = new Map<string, number>();
  #weight = 0;

  add(reports: Reports, weight: number): void {
    this.#weight += weight;
    for (const [name, value] of Object.entries(reports))
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + value * weight);
  }

  values(): Reports {
    return Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / this.#weight]));
  }
}
