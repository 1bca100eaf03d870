/** @file Checks what is fed to inputs and targets. */
import { executableErrors, type InputFeed, type TargetFeed } from '@ndl/core';
import { sizeOf } from '@ndl/numerics';
import type { SegmentTable } from './segments.ts';

/** A place where data come in. */
export interface Declared {
  readonly name: string;
  readonly buffer: string;
  readonly held: boolean;
}

/**
 * Checks that a feed names each input (or target) and nothing else, with as many numbers as steps, items and size ask for.
 * @throws NdlError FEED_UNKNOWN, FEED_MISSING, FEED_NOT_HELD, FEED_SIZE
 */
export function checkFeed(
  kind: 'input' | 'target',
  declared: readonly Declared[],
  feed: ReadonlyMap<string, InputFeed | TargetFeed>,
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
