/** @file Seeds of processes: their own, or one that follows from the simulator's. */
import type { Process } from '@ndl/model';
import { derivedSeed, refuseSurplus } from '@ndl/numerics';

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
