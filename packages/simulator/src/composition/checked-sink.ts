/** @file A sink that takes nobody's word: what a backend writes while it runs must be the samples that were asked for, in their order. */
import { completedPeriods, isPeriodEnd, type OutputBlock, type RunRequest, type Sink } from '@ndl/core';
import type { Program } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { backendInvalid } from './backend-errors.ts';

/** An output that is asked for, and how far it has come. */
interface Awaited {
  /** Numbers of an item. */
  readonly size: number;
  /** Steps between samples. */
  readonly every: number;
  /** The step that was written last. */
  last: number;
  samples: number;
}

/** The sink of one run, from a step on. */
export class CheckedSink implements Sink {
  readonly #backend: string;
  readonly #request: RunRequest;
  readonly #from: number;
  readonly #outputs: ReadonlyMap<string, Awaited>;

  /** @param from steps that were taken before */
  constructor(backend: string, program: Pick<Program, 'outputs'>, request: RunRequest, from: number) {
    this.#backend = backend;
    this.#request = request;
    this.#from = from;
    const wanted = program.outputs.filter(({ name }) => request.outputs?.has(name) ?? true);
    this.#outputs = new Map(
      wanted.map(({ name, view, every }) => [name, { size: sizeOf(view.shape), every, last: from, samples: 0 }]),
    );
  }

  /** @throws NdlError BACKEND_INVALID */
  write(block: OutputBlock): void {
    const problem = this.#problemOf(block);
    if (problem !== undefined) throw this.#invalid(problem);
    const output = this.#outputs.get(block.output)!;
    output.last = block.steps.at(-1) ?? output.last;
    output.samples += block.steps.length;
    this.#request.sink.write(block);
  }

  /** To be called when the run is over. @throws NdlError BACKEND_INVALID for samples that did not come */
  end(): void {
    const to = this.#from + this.#request.steps;
    for (const [name, { every, samples }] of this.#outputs) {
      const wanted = every <= 1 ? to - this.#from : completedPeriods(to, every) - completedPeriods(this.#from, every);
      if (samples !== wanted) throw this.#invalid(`${samples} samples of "${name}" in place of ${wanted}`);
    }
  }

  #problemOf({ output: name, steps, data }: OutputBlock): string | undefined {
    const output = this.#outputs.get(name);
    if (output === undefined) return `samples of "${name}", which was not asked for`;
    const wanted = steps.length * this.#request.items * output.size;
    if (data.length !== wanted) return `${data.length} numbers for ${steps.length} steps of "${name}", not ${wanted}`;
    let { last } = output;
    for (const step of steps) {
      const isNext = output.every <= 1 ? step === last + 1 : step > last && isPeriodEnd(step, output.every);
      if (!isNext || step > this.#from + this.#request.steps) return `step ${step} of "${name}" after step ${last}`;
      last = step;
    }
    return undefined;
  }

  #invalid(given: string): Error {
    return backendInvalid(this.#backend, 'run()', 'each sample that was asked for, once and in order of steps,', given);
  }
}
