/** @file What the process of an input node feeds, each item its own, and where in time it stands: that can be saved, and gone back to. */
import type { SourceStep } from '@ndl/builder';
import type { InputFeed } from '@ndl/core';
import type { FloatArray } from '@ndl/numerics';

/** Where a process stands, as plain data. */
export interface ProcessPosition {
  /** First and last number of each run of steps that it was called at. */
  readonly called: readonly (readonly [first: number, last: number])[];
  /** What the processes of the items save; null where they do not, and are to be stepped again. */
  readonly states: readonly unknown[] | null;
}

export interface ProcessFeedOptions {
  readonly items: number;
  /** Numbers per item. */
  readonly size: number;
  /** Seconds per step. */
  readonly dt: number;
  /** Whether it has no seed of its own, and draws by that of the simulator. */
  readonly followsSimulator: boolean;
  /** Whether it follows the world. */
  readonly live: boolean;
}

export class ProcessFeed implements Extract<InputFeed, { readonly kind: 'source' }> {
  readonly kind = 'source';
  readonly #make: (item: number) => SourceStep;
  readonly #options: ProcessFeedOptions;
  #steps: readonly SourceStep[];
  #called: (readonly [first: number, last: number])[] = [];

  constructor(make: (item: number) => SourceStep, options: ProcessFeedOptions) {
    this.#make = make;
    this.#options = options;
    this.#steps = this.#fresh();
  }

  get live(): boolean {
    return this.#options.live;
  }

  /** `into`: of the first items, or of all. */
  call(time: number, step: number, into: FloatArray): void {
    const { size } = this.#options;
    const items = size === 0 ? 0 : into.length / size;
    for (let item = 0; item < items; item++) into.set(this.#steps[item]!(time), item * size);
    const last = this.#called.at(-1);
    if (last !== undefined && last[1] === step - 1) this.#called[this.#called.length - 1] = [last[0], step];
    else this.#called.push([step, step]);
  }

  position(): ProcessPosition {
    const areSaved = this.#steps.every(({ save, restore }) => save !== undefined && restore !== undefined);
    return { called: [...this.#called], states: areSaved ? this.#steps.map((step) => step.save!()) : null };
  }

  /** Whether where it stands depends on the seed of the simulator. */
  get followsSimulator(): boolean {
    return this.#options.followsSimulator;
  }

  /**
   * The way to a position: by what was saved, or, where it cannot be taken, by stepping again from the start. All that may fail is
   * done at once; the function that is returned goes there.
   */
  wayTo({ called, states }: ProcessPosition): () => void {
    const steps = this.#fresh();
    if (states !== null && steps.every(({ restore }) => restore !== undefined)) {
      steps.forEach((step, item) => {
        if (states[item] !== undefined) step.restore!(states[item]);
      });
    } else {
      const { dt } = this.#options;
      for (const [first, last] of called)
        for (let step = first; step <= last; step++) for (const next of steps) next(step * dt);
    }
    return () => {
      this.#steps = steps;
      this.#called = [...called];
    };
  }

  /** Back to where it stood after a step, if it was called beyond: a source is asked a block ahead, and the block may fail. */
  goBackTo(step: number): void {
    if ((this.#called.at(-1)?.[1] ?? 0) <= step) return;
    const called = this.#called
      .filter(([first]) => first <= step)
      .map(([first, last]) => [first, Math.min(last, step)] as const);
    this.wayTo({ called, states: null })();
  }

  #fresh(): readonly SourceStep[] {
    return Array.from({ length: this.#options.items }, (_, item) => this.#make(item));
  }
}
