/** @file Hands outputs to a sink: after each step where they lie in the host's memory, else many steps with one read. */
import type { Sink } from '@ndl/core';
import type { Engine } from './engine.ts';
import type { Frame } from './frame.ts';
import type { LoweredOutput } from './lowered-program.ts';
import { dimsOf, type Tensor } from './tensors.ts';

/** Numbers, and steps, that wait on a device at most before they are fetched. */
const MOST_NUMBERS = 1 << 20;
const MOST_STEPS = 512;

interface Waiting {
  readonly output: string;
  readonly step: number;
  readonly value: Tensor;
}

export class OutputDelivery {
  readonly #engine: Engine;
  readonly #outputs: readonly LoweredOutput[];
  readonly #sink: Sink;
  #waiting: Waiting[] = [];
  #numbers = 0;
  #steps = 0;

  constructor(engine: Engine, outputs: readonly LoweredOutput[], sink: Sink) {
    this.#engine = engine;
    this.#outputs = outputs;
    this.#sink = sink;
  }

  /** After a step that is complete. What is shared repeats for each item. */
  afterStep(frame: Frame): void {
    const step = frame.stepNumber();
    const { items, tf } = frame.context;
    const wanted = this.#outputs.filter(({ name }) => this.#sink.wants(name, step));
    if (wanted.length === 0) return;
    this.#steps += 1;
    frame.stretch('step', () => {
      for (const { name, read } of wanted) {
        const value = read(frame);
        const whole = frame.operations.expand(value, [1, items, dimsOf(value)[2]]);
        const data = frame.operations.arithmetic.localElements(whole);
        if (data !== undefined) {
          this.#sink.write({ output: name, firstStep: step, steps: 1, data });
        } else {
          this.#waiting.push({ output: name, step, value: tf.keep(tf.clone(whole)) });
          this.#numbers += whole.size;
        }
      }
    });
  }

  /** To be awaited where it returns a promise. `all`: deliver whatever waits. */
  flush(all = false): Promise<void> | undefined {
    if (this.#waiting.length === 0) return undefined;
    if (!all && this.#numbers < MOST_NUMBERS && this.#steps < MOST_STEPS) return undefined;
    return this.#deliver();
  }

  async #deliver(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#numbers = 0;
    this.#steps = 0;
    try {
      const data = await this.#engine.fetch(waiting.map(({ value }) => value));
      waiting.forEach(({ output, step }, index) =>
        this.#sink.write({ output, firstStep: step, steps: 1, data: data[index]! }),
      );
    } finally {
      for (const { value } of waiting) value.dispose();
    }
  }
}
