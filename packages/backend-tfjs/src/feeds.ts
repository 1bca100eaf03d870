/** @file Checks what is fed to inputs and targets, and writes it into frames. */
import { executableErrors, type Feed, type InputFeed, type TargetFeed } from '@ndl/core';
import { sizeOf, type FloatArray } from '@ndl/numerics';
import type { Frame } from './frame.ts';
import { pickFromOne } from './picking.ts';
import type { Segment, SegmentTable } from './segments.ts';
import type { Dims } from './tensors.ts';

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

/** Writes the inputs of one block of a call; `start` is the first step of the block within the call. */
export class Feeder {
  readonly #declared: readonly Declared[];
  readonly #feed: Feed;
  readonly #start: number;

  constructor(declared: readonly Declared[], feed: Feed, start: number) {
    this.#declared = declared;
    this.#feed = feed;
    this.#start = start;
  }

  /** Whether something is asked before each step, which may depend on what came out before. */
  get hasSources(): boolean {
    return [...this.#feed.values()].some(({ kind }) => kind === 'source');
  }

  /** Before the prologue. */
  writeHeld(frame: Frame): void {
    this.#each(true, (buffer, given) => writeHeld(frame, buffer, given as HeldFeed, 1));
  }

  /** Before a step, in the order of the feed's entries, which sources may rely on. */
  writeStep(frame: Frame): void {
    this.#each(false, (buffer, given) => {
      if (given.kind === 'held') return writeHeld(frame, buffer, given, 1);
      const size = frame.context.items * sizeOf(frame.context.segments.buffer(buffer).shape);
      if (given.kind === 'sequence') {
        const first = (this.#start + frame.slice) * size;
        return writeWhole(frame, buffer, given.data.subarray(first, first + size), 1);
      }
      const into = new Float32Array(size);
      given.call(frame.time(), frame.stepNumber(), into);
      writeWhole(frame, buffer, into, 1);
    });
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
  const repeated = new Float32Array(data.length * steps);
  for (let step = 0; step < steps; step++) repeated.set(data, step * data.length);
  writeWhole(frame, buffer, repeated, steps);
}

/** Data are copied: they belong to the caller. */
function writeWhole(frame: Frame, buffer: string, data: FloatArray, steps: number): void {
  const { segments, items } = frame.context;
  const size = sizeOf(segments.buffer(buffer).shape);
  const dims: Dims = [steps, items, size];
  const value = frame.operations.arithmetic.fromArray(Float32Array.from(data), dims);
  for (const segment of segments.of(buffer)) {
    frame.set(
      segment,
      segment.length === size ? value : frame.operations.pick([value], pickFromOne(positionsOf(segment))),
    );
  }
}

/** Where a segment stands within its buffer. */
export function positionsOf({ start, length }: Segment): Int32Array {
  return Int32Array.from({ length }, (_, index) => start + index);
}
