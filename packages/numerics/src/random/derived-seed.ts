/** @file Seeds that follow from others. */
import { RandomState } from './random-state.ts';
import { refuseSurplus } from '../basics/refuse-surplus.ts';

/** Seeds lie in [0, 2147483647). */
const SEED_LIMIT = 2147483647;

/** A seed that follows from two numbers, and is another for each pair. */
export function derivedSeed(first: number, second: number): number {
  refuseSurplus('derivedSeed', arguments, 2);
  return new RandomState([first, second]).randint(SEED_LIMIT);
}

/** The seed of one item of a minibatch: item 0 has the seed itself, each other item one of its own. */
export function itemSeed(seed: number, item: number): number {
  refuseSurplus('itemSeed', arguments, 2);
  return item === 0 ? seed : derivedSeed(seed, item);
}
