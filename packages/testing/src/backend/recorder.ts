/** @file A sink that keeps what it is given, and holds it to the contract of sinks. */
import type { OutputBlock, Sink } from '@ndl/core';
import { expect } from 'vitest';

/** Collects what a sink is given, by output, in the order of the steps. */
export class Recorder implements Sink {
  readonly #samples = new Map<string, number[]>();
  readonly #steps = new Map<string, number[]>();
  readonly #onWrite: ((output: string, step: number) => void) | undefined;

  /** @param onWrite told of each sample, once it is here */
  constructor(onWrite?: (output: string, step: number) => void) {
    this.#onWrite = onWrite;
  }

  write(block: OutputBlock): void {
    const { output, steps, data } = block;
    checkBlock(block, this.stepsOf(output).at(-1) ?? 0);
    append(this.#samples, output, data);
    append(this.#steps, output, steps);
    for (const step of steps) this.#onWrite?.(output, step);
  }

  /** `[samples, items, size]`, flat. */
  of(output: string): readonly number[] {
    return this.#samples.get(output) ?? [];
  }

  /** Numbers (from 1) of the steps that were sampled. */
  stepsOf(output: string): readonly number[] {
    return this.#steps.get(output) ?? [];
  }
}

/** Whether a block has samples, whole ones, of steps that ascend from those before it. */
function checkBlock({ output, steps, data }: OutputBlock, before: number): void {
  const isAscending = steps.every((step, index) => step > (steps[index - 1] ?? before));
  if (steps.length > 0 && isAscending && data.length % steps.length === 0) return;
  expect.fail(`a block of output ${output} has ${data.length} numbers of steps ${steps.join(', ')} after ${before}`);
}

function append(lists: Map<string, number[]>, key: string, values: ArrayLike<number>): void {
  const list = lists.get(key) ?? [];
  for (let index = 0; index < values.length; index++) list.push(values[index]!);
  lists.set(key, list);
}
