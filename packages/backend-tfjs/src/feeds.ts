/** @file Checks what is fed to inputs and targets, and writes it into frames. */
import { executableErrors, type Feed, type InputFeed, type TargetFeed } from '@ndl/core';
import { sizeOf, type FloatArray } from '@ndl/numerics';
import type { Frame } from './frame.ts';
import { pickFromOne } from './picking.ts';
import type { Segment, SegmentTable } from './segments.ts';
import { dimsOf, type Dims, type Tensor } from './tensors.ts';

/** A place where data come in. */
interface Declared {
  readonly name: string;
  readonly buffer: string;
  readonly held: boolean;
}

type Given = InputFeed | TargetFeed;

/** Names of the entries whose value is one for all steps. */
export function heldNames(feed: ReadonlyMap<string, { readonly kind: string }>): ReadonlySet<string> {
  return new Set([...feed].filter(([, { kind }]) => kind === 'held').map(([name]) => name));
}

/**
 * Checks that a feed names each input (or target) and nothing else, with as many numbers as steps, items and size ask for.
 * @throws NdlError FEED_UNKNOWN, FEED_MISSING, FEED_NOT_HELD, FEED_SIZE
 */
export function checkFeed(
  kind: 'input' | 'target',
  declared: readonly Declared[],
  feed: ReadonlyMap<string, Given>,
  segments: SegmentTable,
  items: number,
  steps: number,
): void {
  const names = declared.map(({ name }) => name);
  for (const name of feed.keys()) if (!names.includes(name)) throw executableErrors.feedUnknown(kind, name, names);
  for (const { name, buffer, held } of declared) {
    const given = feed.get(name);
    if (given === undefined) throw executableErrors.feedMissing(kind, name, [...feed.keys()]);
    if (held && given.kind !== 'held') throw executableErrors.feedNotHeld(kind, name);
    if (given.kind === 'source') continue;
    const size = sizeOf(segments.buffer(buffer).shape);
    const shape = given.kind === 'held' ? [items, size] : [steps, items, size];
    if (given.data.length !== sizeOf(shape)) throw executableErrors.feedSize(kind, name, shape, given.data.length);
  }
}

/** Numbers that are uploaded to a device at a time, unless a single step has more. */
const UPLOAD = 1 << 22;

/** Steps of a sequence on a device. */
interface UploadedSteps {
  readonly first: number;
  readonly value: Tensor;
}

/** Writes the inputs of one block of a call; `start` is the first step of the block within the call. */
export class Feeder {
  readonly #declared: readonly Declared[];
  readonly #feed: Feed;
  readonly #start: number;
  /** Held inputs that the block has already. */
  readonly #written = new Set<string>();
  /** Sequences by buffer: a device gets many steps at once. */
  readonly #uploaded = new Map<string, UploadedSteps>();

  constructor(declared: readonly Declared[], feed: Feed, start: number) {
    this.#declared = declared;
    this.#feed = feed;
    this.#start = start;
  }

  /** Before the prologue. */
  writeHeld(frame: Frame): void {
    this.#each(true, (buffer, given) => writeHeld(frame, buffer, given as HeldFeed, 1));
  }

  /** Before a step, in the order of the feed's entries, which sources may rely on. */
  writeStep(frame: Frame): void {
    this.#each(false, (buffer, given) => {
      if (given.kind === 'held') {
        if (!this.#written.has(buffer)) writeHeld(frame, buffer, given, 1);
        this.#written.add(buffer);
      } else if (given.kind === 'sequence') {
        writeValue(frame, buffer, this.#stepOf(frame, buffer, given.data));
      } else {
        const into = new Float32Array(frame.context.items * sizeOf(frame.context.segments.buffer(buffer).shape));
        given.call(frame.time(), frame.stepNumber(), into);
        writeWhole(frame, buffer, into, 1);
      }
    });
  }

  /** Gives back what it uploaded. */
  dispose(): void {
    for (const { value } of this.#uploaded.values()) value.dispose();
    this.#uploaded.clear();
  }

  /** A sequence at the present step. */
  #stepOf(frame: Frame, buffer: string, data: FloatArray): Tensor {
    const { arithmetic } = frame.operations;
    const { items, segments, steps, tf } = frame.context;
    const width = sizeOf(segments.buffer(buffer).shape);
    const elementsOf = (first: number, count: number): FloatArray =>
      data.subarray((this.#start + first) * items * width, (this.#start + first + count) * items * width);
    if (arithmetic.isLocal) return arithmetic.fromArray(elementsOf(frame.slice, 1), [1, items, width]);
    const length = Math.max(1, Math.floor(UPLOAD / Math.max(1, items * width)));
    const first = frame.slice - (frame.slice % length);
    let uploaded = this.#uploaded.get(buffer);
    if (uploaded?.first !== first) {
      const count = Math.min(length, steps - first);
      const value = tf.keep(arithmetic.fromArray(elementsOf(first, count), [count, items, width]));
      uploaded?.value.dispose();
      uploaded = { first, value };
      this.#uploaded.set(buffer, uploaded);
    }
    return arithmetic.sliceSteps(uploaded.value, frame.slice - first, 1);
  }

  #each(held: boolean, write: (buffer: string, given: InputFeed) => void): void {
    for (const [name, given] of this.#feed) {
      const input = this.#declared.find((candidate) => candidate.name === name)!;
      if (input.held === held) write(input.buffer, given);
    }
  }
}

/** Writes the targets of one block: whole histories, or the one slice of held targets. */
export function writeTargets(
  declared: readonly Declared[],
  targets: ReadonlyMap<string, TargetFeed>,
  frame: Frame,
  start: number,
): void {
  const { items, steps, segments } = frame.context;
  for (const { name, buffer, held } of declared) {
    const given = targets.get(name)!;
    const size = items * sizeOf(segments.buffer(buffer).shape);
    if (given.kind === 'held') writeHeld(frame, buffer, given, held ? 1 : steps);
    else writeWhole(frame, buffer, given.data.subarray(start * size, (start + steps) * size), steps);
  }
}

interface HeldFeed {
  readonly kind: 'held';
  readonly data: FloatArray;
}

function writeHeld(frame: Frame, buffer: string, { data }: HeldFeed, steps: number): void {
  if (steps === 1) return writeWhole(frame, buffer, data, 1);
  const repeated = new Float32Array(data.length * steps);
  for (let step = 0; step < steps; step++) repeated.set(data, step * data.length);
  writeWhole(frame, buffer, repeated, steps);
}

function writeWhole(frame: Frame, buffer: string, data: FloatArray, steps: number): void {
  const { segments, items } = frame.context;
  const dims: Dims = [steps, items, sizeOf(segments.buffer(buffer).shape)];
  writeValue(frame, buffer, frame.operations.arithmetic.fromArray(data, dims));
}

function writeValue(frame: Frame, buffer: string, value: Tensor): void {
  for (const segment of frame.context.segments.of(buffer)) {
    const isWhole = segment.length === dimsOf(value)[2];
    frame.set(segment, isWhole ? value : frame.operations.pick([value], pickFromOne(positionsOf(segment))));
  }
}

/** Where a segment stands within its buffer. */
export function positionsOf({ start, length }: Segment): Int32Array {
  return Int32Array.from({ length }, (_, index) => start + index);
}
