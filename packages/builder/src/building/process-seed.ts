/** @file Seeds of processes: their own, or one that follows from the simulator's. */
import type { Process } from '@ndl/model';
import { RandomState, refuseSurplus } from '@ndl/numerics';

/** Seeds lie in [0, 2147483647). */
const SEED_LIMIT = 2147483647;

/** Where the seeds of processes without one of their own come from. */
export interface SeedSource {
  readonly simulatorSeed: number;
  /** The seed that an object of the network has; see `OperatorGraph.seeds`. */
  seedOf(object: object): number;
}

/** The seed of the process of `owner`; without one of its own, it follows from the simulator's seed and the owner's. */
export function processSeed(process: Process, owner: object, source: SeedSource): number {
  refuseSurplus('processSeed', arguments, 3);
  return process.seed ?? derivedSeed(source.simulatorSeed, source.seedOf(owner));
}

/** The seed of one item of a minibatch: item 0 has the seed itself, each other item one of its own. */
export function itemSeed(seed: number, item: number): number {
  return item === 0 ? seed : derivedSeed(seed, item);
}

function derivedSeed(first: number, second: number): number {
  return new RandomState([first, second]).randint(SEED_LIMIT);
}
