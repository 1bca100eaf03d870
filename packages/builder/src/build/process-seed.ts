/** @file Seeds of processes: their own, or one that follows from the simulator's. */
import type { Process } from '@ndl/model';
import { RandomState } from '@ndl/numerics';

const SEED_LIMIT = 2147483647;

/** The seed of a process; without one of its own, a number that follows from the simulator's seed and the seed of `owner`. */
export function processSeed(
  process: Process,
  owner: object,
  { simulatorSeed, seedOf }: { readonly simulatorSeed: number; seedOf(object: object): number },
): number {
  return process.seed ?? derivedSeed(simulatorSeed, seedOf(owner));
}

/** The seed of one item of a minibatch: item 0 has the seed itself, each other item one of its own. */
export function itemSeed(seed: number, item: number): number {
  return item === 0 ? seed : derivedSeed(seed, item);
}

function derivedSeed(first: number, second: number): number {
  return new RandomState([first, second]).randint(SEED_LIMIT);
}
