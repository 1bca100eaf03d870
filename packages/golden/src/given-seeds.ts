/** @file Which objects of a golden network were given a seed of their own. */
import { assignSeeds } from '@ndl/builder';
import { topSeed, type GoldenFile, type GoldenNetwork } from '@ndl/networks/nengo';
import { rebuildNetwork } from './rebuild-network.ts';

/**
 * Seeds that do not follow from the network's, by id: those that differ from what is drawn for them while the network around
 * them has the recorded seed. Found from the top down, since a given seed of a network changes all that is drawn inside.
 */
export function findGivenSeeds(file: GoldenFile): ReadonlyMap<string, number> {
  const given = new Map<string, number>();
  for (let before = -1; before !== given.size;) {
    before = given.size;
    const rebuilt = rebuildNetwork(file, given);
    const seeds = assignSeeds(rebuilt.network, () => topSeed(file));
    const networkAsRecorded = ({ id, seed }: GoldenNetwork): boolean => seeds.get(rebuilt.networks.get(id)!) === seed;
    for (const network of file.networks.filter(networkAsRecorded)) {
      const members = [
        [network.networks, file.networks, rebuilt.networks],
        [network.ensembles, file.ensembles, rebuilt.ensembles],
        [network.connections, file.connections, rebuilt.connections],
        [network.probes, file.probes, rebuilt.probes],
      ] as const;
      for (const [ids, golden, objects] of members) {
        for (const { id, seed } of golden) {
          if (ids.includes(id) && seeds.get(objects.get(id)!) !== seed) given.set(id, seed);
        }
      }
    }
  }
  return given;
}
