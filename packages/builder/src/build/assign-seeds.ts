/** @file Gives every object its seed, draw for draw as Nengo does. */
import type { Network } from '@ndl/model';
import { RandomState } from '@ndl/numerics';

/** Seeds lie in [0, 2147483647). */
const SEED_LIMIT = 2147483647;

/**
 * The seed of every object of the network, of itself and of its subnetworks. A network draws, from a generator of its
 * own seed, one seed per connection, ensemble, subnetwork, node and probe, in this order. The draw is made for
 * objects with a seed of their own too, which wins. So adding a probe changes no other seed.
 * @param drawSeed gives the seed of a network that has none: any source of randomness.
 */
export function assignSeeds(network: Network, drawSeed: () => number): ReadonlyMap<object, number> {
  const seeds = new Map<object, number>();
  seeds.set(network, network.seed ?? drawSeed());
  assignWithin(network, seeds);
  return seeds;
}

function assignWithin(network: Network, seeds: Map<object, number>): void {
  const random = new RandomState(seeds.get(network)!);
  const { connections, ensembles, networks, nodes, probes } = network;
  for (const object of [...connections, ...ensembles, ...networks, ...nodes, ...probes]) {
    const drawn = random.randint(SEED_LIMIT);
    seeds.set(object, object.seed ?? drawn);
  }
  for (const subnetwork of networks) assignWithin(subnetwork, seeds);
}

/** A seed from the host's own randomness, for networks without one. */
export function hostSeed(): number {
  return Math.floor(Math.random() * SEED_LIMIT);
}
