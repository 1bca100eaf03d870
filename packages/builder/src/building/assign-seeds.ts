/** @file Gives every object its seed, draw for draw as Nengo does. */
import { networksWithin, type Network } from '@ndl/model';
import { complete, OperationCount, RandomState, type Pieces, refuseSurplus } from '@ndl/numerics';

/** Seeds lie in [0, 2147483647). */
const SEED_LIMIT = 2147483647;

/**
 * The seed of every object of the network, of itself and of its subnetworks. A network draws, from a generator of its
 * own seed, one seed per connection, ensemble, subnetwork, node and probe, in this order. The draw is made for
 * objects with a seed of their own too, which wins. So adding a probe changes no other seed.
 * @param drawSeed gives the seed of a network that has none: any source of randomness.
 */
export function assignSeeds(network: Network, drawSeed: () => number): ReadonlyMap<object, number> {
  refuseSurplus('assignSeeds', arguments, 2);
  return complete(assignSeedsInPieces(network, drawSeed));
}

/** What a seed is worth, in operations. */
const SEED_COST = 512;

/** `assignSeeds` in pieces. */
export function* assignSeedsInPieces(network: Network, drawSeed: () => number): Pieces<ReadonlyMap<object, number>> {
  const seeds = new Map<object, number>();
  seeds.set(network, network.seed ?? drawSeed());
  const operations = new OperationCount();
  for (const owner of networksWithin(network)) {
    const random = new RandomState(seeds.get(owner)!);
    const { connections, ensembles, networks, nodes, probes } = owner;
    for (const list of [connections, ensembles, networks, nodes, probes]) {
      for (const object of list) {
        const drawn = random.randint(SEED_LIMIT);
        seeds.set(object, object.seed ?? drawn);
        const done = operations.add(SEED_COST);
        if (done !== undefined) yield done;
      }
    }
  }
  yield operations.rest();
  return seeds;
}

/** A seed from the host's own randomness, for networks without one. */
export function hostSeed(): number {
  return Math.floor(Math.random() * SEED_LIMIT);
}
