/** @file Hands outputs to a sink: block by block where they lie in the host's memory, else many blocks with one read. */
import { isPeriodEnd, type OutputBlock, type Sink } from '@ndl/core';
import type { Engine } from '../engines/engine.ts';
import type { Frame } from './frame.ts';
import type { LoweredOutput } from '../lowering/lowered-program.ts';
import { extentsOf, type Tensor } from '../engines/tensors.ts';

/** Numbers, and samples, that wait on a device at most before they are fetched. */
const MOST_NUMBERS = 1 << 20;
const MOST_SAMPLES = 512;

/** What was read of an output: [steps, items, size], where steps or items are 1 if they share it. */
interface Sample {
  readonly output: LoweredOutput;
  /** The first step that it was read for, and those of them that are wanted, counted within the window. */
  readonly first: number;
  readonly wanted: readonly number[];
  readonly value: Tensor;
}

export class OutputDelivery {
  readonly #engine: Engine;
  readonly #frame: Frame;
  readonly #outputs: readonly LoweredOutput[];
  readonly #sink: Sink;
  /** Of blocks that may still fail. */
  #open: Sample[] = [];
  /** On a device. */
  #waiting: Sample[] = [];
  #numbers = 0;

  /** @param outputs those that are wanted */
  constructor(engine: Engine, frame: Frame, outputs: readonly LoweredOutput[], sink: Sink) {
    this.#engine = engine;
    this.#frame = frame;
    this.#outputs = outputs;
    this.#sink = sink;
  }

  /** At the end of a step of a section. */
  sampleStep(section: number): void {
    for (const output of this.#outputs)
      if (output.at === 'steps' && output.number === section) this.#sample(output, this.#frame.first, 1);
  }

  /** When a pass is over a block. */
  sampleBlock(pass: number, first: number, count: number): void {
    const outputs = this.#outputs.filter(({ at, number }) => at === 'block' && number === pass);
    if (outputs.length === 0) return;
    this.#frame.stand('block', first, count);
    this.#frame.stretch(() => outputs.forEach((output) => this.#sample(output, first, count)));
  }

  /** When a window is over. */
  sampleWindow(): void {
    const outputs = this.#outputs.filter(({ at }) => at === 'window');
    const { steps } = this.#frame;
    if (outputs.length === 0 || steps === 0) return;
    this.#frame.stand('window', 0, steps);
    this.#frame.stretch(() => outputs.forEach((output) => this.#sample(output, 0, steps)));
  }

  /** What was sampled is done for good; it goes to the sink at once where it can be read. */
  commit(): void {
    const samples = this.#open.sort((a, b) => a.first - b.first);
    this.#open = [];
    if (this.#engine.arithmetic.isLocal) {
      this.#write(samples, (value) => this.#engine.arithmetic.localElements(value)!);
      this.#release(samples);
      return;
    }
    for (const sample of samples) {
      this.#waiting.push(sample);
      this.#numbers += sample.value.size;
    }
  }

  /** What was sampled of a block that failed is forgotten. */
  discard(): void {
    this.#release(this.#open);
    this.#open = [];
  }

  /** To be awaited where it returns a promise. `all`: deliver whatever waits. */
  flush(all = false): Promise<void> | undefined {
    if (this.#waiting.length === 0) return undefined;
    if (!all && this.#numbers < MOST_NUMBERS && this.#waiting.length < MOST_SAMPLES) return undefined;
    return this.#deliver();
  }

  async #deliver(): Promise<void> {
    const samples = this.#waiting;
    this.#waiting = [];
    this.#numbers = 0;
    try {
      const arrays = await this.#engine.fetch(samples.map(({ value }) => value));
      const elements = new Map(samples.map(({ value }, index) => [value, arrays[index]!]));
      this.#write(samples, (value) => elements.get(value)!);
    } finally {
      this.#release(samples);
    }
  }

  #sample(output: LoweredOutput, first: number, count: number): void {
    const frame = this.#frame;
    const wanted: number[] = [];
    for (let step = first; step < first + count; step++)
      if (isPeriodEnd(frame.stepNumber(step), output.every)) wanted.push(step);
    if (wanted.length === 0) return;
    const value = output.read(frame);
    frame.held.hold(value);
    this.#open.push({ output, first, wanted, value });
  }

  /** One block of each output. */
  #write(samples: readonly Sample[], elementsOf: (value: Tensor) => Float32Array): void {
    const byOutput = new Map<LoweredOutput, Sample[]>();
    for (const sample of samples) {
      const own = byOutput.get(sample.output);
      if (own === undefined) byOutput.set(sample.output, [sample]);
      else own.push(sample);
    }
    for (const output of this.#outputs) {
      const own = byOutput.get(output);
      if (own !== undefined) this.#sink.write(this.#blockOf(output.name, own, elementsOf));
    }
  }

  #blockOf(output: string, samples: readonly Sample[], elementsOf: (value: Tensor) => Float32Array): OutputBlock {
    const steps = samples.flatMap(({ wanted }) => wanted.map((step) => this.#frame.stepNumber(step)));
    const { items } = this.#frame.context;
    const data = new Float32Array(steps.length * items * extentsOf(samples[0]!.value)[2]);
    let at = 0;
    for (const { first, wanted, value } of samples) {
      const elements = elementsOf(value);
      const [slices, copies, width] = extentsOf(value);
      for (const step of wanted) {
        const start = slices === 1 ? 0 : (step - first) * copies * width;
        const slice = elements.subarray(start, start + copies * width);
        for (let item = 0; item < items; item += copies, at += slice.length) data.set(slice, at);
      }
    }
    return { output, steps, data };
  }

  #release(samples: readonly Sample[]): void {
    for (const { value } of samples) this.#frame.held.release(value);
  }
}
