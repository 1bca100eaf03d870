/** @file Writes what is fed to inputs and targets into frames, and asks sources, a block ahead. */
import type { Declared } from '@ndl/backend-kit';
import type { Feed, InputFeed, TargetFeed } from '@ndl/core';
import { sizeOf, type FloatArray } from '@ndl/numerics';
import type { Frame } from './frame.ts';
import { pickFromOne } from '../lowering/picking.ts';
import type { Segment } from '../lowering/segments.ts';
import { extentsOf, type Extents, type Tensor } from '../engines/tensors.ts';

/** Numbers that are uploaded to a device at a time, unless a single step has more. */
const UPLOAD = 1 << 22;

interface FedInput {
  readonly buffer: string;
  readonly given: InputFeed;
  /** What a source gave, block by block. */
  blocks: { readonly first: number; readonly data: Float32Array }[];
  /** Steps of a sequence on a device, which gets many at once. */
  uploaded?: { readonly first: number; readonly value: Tensor };
}

/** What a block of steps was fed with. */
export interface Asked {
  /** Fewer than asked for where a source has failed. */
  readonly steps: number;
  readonly failure?: { readonly reason: unknown };
}

/** Writes the inputs of one window of a call; `start` is the first step of the window within the call. */
export class Feeder {
  readonly #start: number;
  /** In the order of the feed's entries. */
  readonly #inputs: readonly FedInput[];

  constructor(declared: readonly Declared[], feed: Feed, start: number) {
    this.#start = start;
    const buffers = new Map(declared.map(({ name, buffer }) => [name, buffer]));
    this.#inputs = [...feed].map(([name, given]) => ({ buffer: buffers.get(name)!, given, blocks: [] }));
  }

  get hasSources(): boolean {
    return this.#inputs.some(({ given }) => given.kind === 'source');
  }

  /** Whether a source follows the world. */
  get isLive(): boolean {
    return this.#inputs.some(({ given }) => given.kind === 'source' && given.live === true);
  }

  /** At the beginning of a window: what is one value for all of its steps. */
  writeHeld(frame: Frame): void {
    for (const { buffer, given } of this.#inputs)
      if (given.kind === 'held' && !frame.context.segments.spans(buffer)) writeWhole(frame, buffer, given.data, 1);
  }

  /**
   * Asks sources for the steps of a block, step by step, and writes what has a value for each.
   * @param isKept whether other passes want these steps, too
   */
  ask(frame: Frame, first: number, count: number, isKept: boolean): Asked {
    const sources = this.#inputs.filter(({ given }) => given.kind === 'source');
    for (const source of sources) {
      const block = { first, data: new Float32Array(count * sizeIn(frame, source.buffer)) };
      source.blocks = isKept ? [...source.blocks, block] : [block];
    }
    let steps = 0;
    try {
      for (; sources.length > 0 && steps < count; steps++) {
        const step = first + steps;
        for (const { buffer, given, blocks } of sources) {
          const size = sizeIn(frame, buffer);
          const into = blocks.at(-1)!.data.subarray(steps * size, (steps + 1) * size);
          (given as SourceFeed).call(frame.time(step), frame.stepNumber(step), into);
        }
      }
    } catch (reason) {
      if (steps > 0) this.#writeSpans(frame, first, steps);
      return { steps, failure: { reason } };
    }
    this.#writeSpans(frame, first, count);
    return { steps: count };
  }

  /** At the beginning of a step: inputs that have one value and are at home in the section. */
  writeStep(frame: Frame, homes: ReadonlySet<string>): void {
    for (const input of this.#inputs)
      if (input.given.kind !== 'held' && homes.has(input.buffer))
        writeValue(frame, input.buffer, stepOf(input, frame, this.#start));
  }

  /** Gives back what it uploaded. */
  dispose(): void {
    for (const { uploaded } of this.#inputs) uploaded?.value.dispose();
  }

  /** Steps of a block, of inputs that have a value for each. */
  #writeSpans(frame: Frame, first: number, count: number): void {
    const inputs = this.#inputs.filter(({ buffer }) => frame.context.segments.spans(buffer));
    if (inputs.length === 0) return;
    frame.stand('block', first, count);
    frame.stretch(() => {
      for (const { buffer, given, blocks } of inputs) {
        const size = sizeIn(frame, buffer);
        if (given.kind === 'held') writeHeld(frame, buffer, given.data, count);
        else if (given.kind === 'source')
          writeWhole(frame, buffer, blocks.at(-1)!.data.subarray(0, count * size), count);
        else {
          const from = (this.#start + first) * size;
          writeWhole(frame, buffer, given.data.subarray(from, from + count * size), count);
        }
      }
    });
  }
}

type SourceFeed = Extract<InputFeed, { readonly kind: 'source' }>;

/** What is fed at the present step. */
function stepOf(input: FedInput, frame: Frame, start: number): Tensor {
  const { given, buffer, blocks } = input;
  const { items, segments, tf } = frame.context;
  const { arithmetic } = frame.operations;
  const width = sizeOf(segments.buffer(buffer).shape);
  const size = items * width;
  const step = frame.first;
  if (given.kind === 'source') {
    const { first, data } = blocks.findLast((block) => block.first <= step)!;
    return arithmetic.fromArray(data.subarray((step - first) * size, (step - first + 1) * size), [1, items, width]);
  }
  const { data } = given;
  const elementsOf = (first: number, count: number): FloatArray =>
    data.subarray((start + first) * size, (start + first + count) * size);
  if (arithmetic.isLocal) return arithmetic.fromArray(elementsOf(step, 1), [1, items, width]);
  const length = Math.max(1, Math.floor(UPLOAD / Math.max(1, size)));
  const first = step - (step % length);
  if (input.uploaded?.first !== first) {
    const count = Math.min(length, frame.steps - first);
    const value = tf.keep(arithmetic.fromArray(elementsOf(first, count), [count, items, width]));
    input.uploaded?.value.dispose();
    input.uploaded = { first, value };
  }
  return arithmetic.sliceSteps(input.uploaded.value, step - first, 1);
}

/** Writes the targets of one window where the frame stands: a value for each step, or the one of held targets. */
export function writeTargets(
  declared: readonly Declared[],
  targets: ReadonlyMap<string, TargetFeed>,
  frame: Frame,
  start: number,
): void {
  const { steps } = frame;
  for (const { name, buffer, held } of declared) {
    const given = targets.get(name)!;
    const size = sizeIn(frame, buffer);
    if (given.kind === 'held') writeHeld(frame, buffer, given.data, held ? 1 : steps);
    else writeWhole(frame, buffer, given.data.subarray(start * size, (start + steps) * size), steps);
  }
}

/** Numbers of one step. */
function sizeIn({ context }: Frame, buffer: string): number {
  return context.items * sizeOf(context.segments.buffer(buffer).shape);
}

/** The same at so many steps. */
function writeHeld(frame: Frame, buffer: string, data: FloatArray, steps: number): void {
  const { context, operations } = frame;
  const width = sizeOf(context.segments.buffer(buffer).shape);
  const value = operations.arithmetic.fromArray(data, [1, context.items, width]);
  writeValue(frame, buffer, steps === 1 ? value : operations.arithmetic.expand(value, [steps, context.items, width]));
}

function writeWhole(frame: Frame, buffer: string, data: FloatArray, steps: number): void {
  const { segments, items } = frame.context;
  const extents: Extents = [steps, items, sizeOf(segments.buffer(buffer).shape)];
  writeValue(frame, buffer, frame.operations.arithmetic.fromArray(data, extents));
}

function writeValue(frame: Frame, buffer: string, value: Tensor): void {
  for (const segment of frame.context.segments.of(buffer)) {
    const isWhole = segment.length === extentsOf(value)[2];
    frame.set(segment, isWhole ? value : frame.operations.pick([value], pickFromOne(positionsOf(segment))));
  }
}

/** Where a segment stands within its buffer. */
export function positionsOf({ start, length }: Segment): Int32Array {
  return Int32Array.from({ length }, (_, index) => start + index);
}
