/** @file What minibatches report, put together over a call. */
import { callReports, type CallReports, type LearningTask } from '@ndl/compiler';
import type { Reports } from '@ndl/training';

/** Gathers the reports of minibatches of one task, all of as many steps. */
export class CallMeasures {
  readonly #task: LearningTask;
  readonly #steps: number;
  readonly #sums = new Map<string, number>();
  #items = 0;

  constructor(task: LearningTask, steps: number) {
    this.#task = task;
    this.#steps = steps;
  }

  /** @returns the loss of this minibatch alone. */
  add(reports: Reports, items: number): number {
    this.#items += items;
    for (const [name, value] of Object.entries(reports))
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + value * items);
    return callReports(this.#task, reports, items * this.#steps).reports['loss']!;
  }

  /** What all minibatches together measured. */
  whole(): CallReports {
    const averages = Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / this.#items]));
    return callReports(this.#task, averages, this.#items * this.#steps);
  }
}
