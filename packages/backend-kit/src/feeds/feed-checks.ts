/** @file Checks what is fed to inputs and targets before anything is run. */
import { executableErrors, type InputFeed, type TargetFeed } from '@ndl/core';
import { sizeOf } from '@ndl/numerics';
import type { Buffer, InputDeclaration } from '@ndl/ir';

/** A place where data come in. */
export interface Declared {
  readonly name: string;
  readonly buffer: string;
  readonly held: boolean;
  readonly source?: InputDeclaration['source'];
}

/** What a feed is checked against. */
export interface FeedExpectation {
  readonly kind: 'input' | 'target';
  readonly declared: readonly Declared[];
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly items: number;
  readonly steps: number;
}

/**
 * Checks that a feed names each input (or target) that is not generated, and nothing else, and brings as many numbers as items, steps and buffers ask for.
 * @throws NdlError UNKNOWN_FEED, FEED_MISSING, FEED_NOT_HELD, FEED_SIZE
 */
export function checkFeed(
  feed: ReadonlyMap<string, InputFeed | TargetFeed>,
  { kind, declared, buffers, items, steps }: FeedExpectation,
): void {
  const names = new Set(declared.map(({ name }) => name));
  for (const name of feed.keys()) if (!names.has(name)) throw executableErrors.feedUnknown(kind, name, [...names]);
  for (const { name, buffer, held, source = 'fed' } of declared) {
    const given = feed.get(name);
    if (given === undefined && source !== 'fed') continue;
    if (given === undefined) throw executableErrors.feedMissing(kind, name, [...feed.keys()]);
    if (held && given.kind !== 'held') throw executableErrors.feedNotHeld(kind, name);
    // What copies itself has as many steps as are asked for.
    if (given.kind === 'source' || (given.kind === 'sequence' && given.copy !== undefined)) continue;
    const size = sizeOf(buffers.get(buffer)!.shape);
    const shape = given.kind === 'held' ? [items, size] : [steps, items, size];
    if (given.data.length !== sizeOf(shape)) throw executableErrors.feedSize(kind, name, shape, given.data.length);
  }
}
