/** @file Checks what is fed to inputs and targets, and writes it into their buffers. */
import { executableErrors, type Feed, type InputFeed, type TargetFeed } from '@ndl/core';
import { sizeOf, type FloatArray } from '@ndl/numerics';
import type { Clock } from './binding.ts';
import type { Workspace } from './workspace.ts';

/** A place where data come in. */
interface Declared {
  readonly name: string;
  readonly buffer: string;
  readonly held: boolean;
}

/** Names of the entries whose value is one for all steps. */
export function heldNames(feed: ReadonlyMap<string, { readonly kind: string }>): ReadonlySet<string> {
  return new Set([...feed].filter(([, { kind }]) => kind === 'held').map(([name]) => name));
}

/**
 * Checks that a feed names each input (or target) and nothing else.
 * @throws NdlError FEED_UNKNOWN, FEED_MISSING, FEED_NOT_HELD
 */
export function checkNames(
  kind: 'input' | 'target',
  declared: readonly Declared[],
  feed: ReadonlyMap<string, { readonly kind: string }>,
): void {
  const names = declared.map(({ name }) => name);
  for (const name of feed.keys()) if (!names.includes(name)) throw executableErrors.feedUnknown(kind, name, names);
  for (const { name, held } of declared) {
    const given = feed.get(name);
    if (given === undefined) throw executableErrors.feedMissing(kind, name, [...feed.keys()]);
    if (held && given.kind !== 'held') throw executableErrors.feedNotHeld(kind, name);
  }
}

/**
 * Checks that data have as many numbers as `steps`, items and the size of their buffer ask for.
 * @throws NdlError FEED_SIZE
 */
export function checkSizes(
  kind: 'input' | 'target',
  declared: readonly Declared[],
  feed: ReadonlyMap<string, InputFeed | TargetFeed>,
  sizeOfBuffer: (id: string) => number,
  items: number,
  steps: number,
): void {
  for (const { name, buffer } of declared) {
    const given = feed.get(name)!;
    if (given.kind === 'source') continue;
    const shape = given.kind === 'held' ? [items, sizeOfBuffer(buffer)] : [steps, items, sizeOfBuffer(buffer)];
    if (given.data.length !== sizeOf(shape)) throw executableErrors.feedSize(kind, name, shape, given.data.length);
  }
}

/** Writes the inputs of one block of a call; `start` is the first step of the block within the call. */
export class FeedWriter {
  readonly #held: (() => void)[] = [];
  readonly #perStep: ((slice: number) => void)[] = [];

  constructor(declared: readonly Declared[], feed: Feed, workspace: Workspace, start: number, clock: Clock) {
    // In the order of the feed's entries, which sources may rely on.
    for (const [name, given] of feed) {
      const { buffer, held } = declared.find((candidate) => candidate.name === name)!;
      const { array, stepStride } = workspace.storageOf(buffer);
      const itemsTimesSize = stepStride === 0 ? array.length : stepStride;
      const present = (slice: number): FloatArray =>
        array.subarray(slice * stepStride, slice * stepStride + itemsTimesSize);
      if (held) this.#held.push(() => array.set((given as { data: FloatArray }).data));
      else this.#perStep.push(writerOf(given, present, start, clock));
    }
  }

  /** Before the prologue. */
  writeHeld(): void {
    for (const write of this.#held) write();
  }

  /** Before the step. */
  writeStep(slice: number): void {
    for (const write of this.#perStep) write(slice);
  }
}

function writerOf(
  given: InputFeed,
  present: (slice: number) => FloatArray,
  start: number,
  clock: Clock,
): (slice: number) => void {
  switch (given.kind) {
    case 'held':
      return (slice) => present(slice).set(given.data);
    case 'sequence':
      return (slice) => {
        const into = present(slice);
        const from = (start + slice) * into.length;
        into.set(given.data.subarray(from, from + into.length));
      };
    case 'source':
      return (slice) => given.call(clock.timeOf(slice), clock.stepOf(slice), present(slice));
  }
}

/** Writes the targets of one block: whole histories, or the one slice of held targets. */
export function writeTargets(
  declared: readonly Declared[],
  targets: ReadonlyMap<string, TargetFeed>,
  workspace: Workspace,
  start: number,
): void {
  for (const { name, buffer } of declared) {
    const given = targets.get(name)!;
    const { array, stepStride } = workspace.storageOf(buffer);
    if (given.kind === 'sequence')
      array.set(given.data.subarray(start * stepStride, start * stepStride + array.length));
    else for (let at = 0; at < array.length; at += given.data.length) array.set(given.data, at);
  }
}
