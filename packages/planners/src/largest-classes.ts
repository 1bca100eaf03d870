/** @file The merge class with the most ready operators, at hand all along. */
import { Heap } from '@ndl/core';
import type { Frontier, Group } from './frontier.ts';

/** The classes of a frontier by the number of their ready operators. From now on, what is scheduled is scheduled through it. */
export class LargestClasses {
  readonly #frontier: Frontier;
  /** Every ready class with its count, and counts that were true once. */
  readonly #counts = new Heap<{ readonly mergeClass: number; readonly count: number }>(
    (a, b) => a.count > b.count || (a.count === b.count && a.mergeClass < b.mergeClass),
  );

  constructor(frontier: Frontier) {
    this.#frontier = frontier;
    for (const mergeClass of frontier.readyClasses) this.#note(mergeClass);
  }

  /** The class with the most ready operators; of equals, the one that the graph names first. */
  get first(): number {
    for (;;) {
      const { mergeClass, count } = this.#counts.first!;
      if (this.#frontier.readyCount(mergeClass) === count) return mergeClass;
      this.#counts.removeFirst();
    }
  }

  /** Schedules all ready operators of a class as one group. */
  take(mergeClass: number): Group {
    const group = this.#frontier.take(mergeClass);
    for (const readied of new Set(this.#frontier.readiedLast())) this.#note(readied);
    return group;
  }

  #note(mergeClass: number): void {
    this.#counts.add({ mergeClass, count: this.#frontier.readyCount(mergeClass) });
  }
}
