/** @file Rebuilds a golden network, processes without a recorded seed by the one that gives what they gave. */
import { rebuildNetwork as rebuild, type GoldenFile, type RebuiltNetwork } from '@ndl/networks/nengo';
import { findProcessSeed } from './find-process-seed.ts';

/** Rebuilds a network; `givenSeeds` (by id) are those that were given, see `findGivenSeeds`. @throws MissingKind */
export function rebuildNetwork(file: GoldenFile, givenSeeds: ReadonlyMap<string, number> = new Map()): RebuiltNetwork {
  return rebuild(file, givenSeeds, findProcessSeed);
}
