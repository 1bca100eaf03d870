/**
 * @file Hands outputs to a sink. Engines in the host's memory deliver after each step; from others, several steps are fetched
 * at a time, as each fetch waits for the device.
 */
import type { Sink } from '@ndl/core';
import type { Engine } from './engine.ts';
import type { Frame } from './frame.ts';
import type { LoweredOutput } from './lowered-program.ts';
import { dimsOf, type Tensor } from './tensors.ts';

/** Steps that wait on a device before they are fetched. */
const STEPS_PER_FETCH = 16;

interface Waiting {
  readonly output: string;
  readonly step: number;
  readonly value: Tensor;
}

export class OutputDelivery {
  readonly #engine: Engine;
  readonly #outputs: readonly LoweredOutput[];
  readonly #sink: Sink;
  readonly #capacity: number;
  #waiting: Waiting[] = [];
  #waitingSteps = 0;

  /** @param mayWait whether nothing but the sink depends on what comes out */
  constructor(engine: Engine, outputs: readonly LoweredOutput[], sink: Sink, mayWait: boolean) {
    this.#engine = engine;
    this.#outputs = outputs;
    this.#sink = sink;
    this.#capacity = mayWait ? STEPS_PER_FETCH : 1;
  }

  /** After a step that is complete. What is shared repeats for each item. */
  afterStep(frame: Frame): void {
    const step = frame.stepNumber();
    const { items } = frame.context;
    const wanted = this.#outputs.filter(({ name }) => this.#sink.wants(name, step));
    if (wanted.length === 0) return;
    this.#waitingSteps += 1;
    frame.stretch('step', () => {
      for (const { name, read } of wanted) {
        const value = read(frame);
        const whole = frame.operations.expand(value, [1, items, dimsOf(value)[2]]);
        if (this.#engine.isLocal) {
          this.#sink.write({
            output: name,
            firstStep: step,
            steps: 1,
            data: frame.operations.arithmetic.toArray(whole).slice(),
          });
        } else {
          const kept = this.#engine.tf.keep(this.#engine.tf.clone(whole));
          this.#waiting.push({ output: name, step, value: kept });
        }
      }
    });
  }

  /** To be awaited where it returns a promise. `all`: deliver whatever waits. */
  flush(all = false): Promise<void> | undefined {
    if (this.#waiting.length === 0 || (!all && this.#waitingSteps < this.#capacity)) return undefined;
    return this.#deliver();
  }

  async #deliver(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingSteps = 0;
    const data = await Promise.all(waiting.map(({ value }) => value.data<'float32'>()));
    for (const { value } of waiting) value.dispose();
    waiting.forEach(({ output, step }, index) =>
      this.#sink.write({ output, firstStep: step, steps: 1, data: data[index]! }),
    );
  }
}
