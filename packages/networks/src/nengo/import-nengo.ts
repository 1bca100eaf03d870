/** @file `importNengo`: a network that Nengo made, from a file of the format "nengo-golden/2". */
import type { Network } from '@ndl/model';
import { isNdlError, refuseSurplus, showThrown } from '@ndl/numerics';
import { fileInvalid, kindMissing } from '../errors.ts';
import { checkedNengoFile } from './check-nengo-file.ts';
import type { GoldenFile } from './golden-file.ts';
import { MissingKind } from './missing-kind.ts';
import { rebuildNetwork } from './rebuild-network.ts';

/**
 * The network of a file: its objects in their order, with the seeds that they had, so that it is built with the same neurons and
 * decoders. What Nengo's functions compute stands in the file as values or as a formula: nodes give again what they gave, step by
 * step, and what they gave first after that; nothing in the file is run as code.
 * @param json the text of a file, or what was parsed of it.
 * @throws NdlError NENGO_FILE for what is not of the format, NENGO_KIND for what ndl does not have, and what objects refuse
 */
export function importNengo(json: unknown): Network {
  refuseSurplus('importNengo', arguments, 1);
  const { constructed: _, ...file } = checkedNengoFile(json);
  try {
    const { network, substituted } = rebuildNetwork(file, recordedSeeds(file));
    const [first] = substituted;
    if (first !== undefined) throw first.missing;
    return network;
  } catch (error) {
    if (error instanceof MissingKind) throw kindMissing(error);
    if (isNdlError(error)) throw error;
    throw fileInvalid(`something is missing, or of another form (${showThrown(error).slice(0, 200)})`, error);
  }
}

/** By id, of all objects that have one: whether it was given or drawn, it is the same. */
function recordedSeeds({ networks, ensembles, connections, probes }: GoldenFile): ReadonlyMap<string, number> {
  const all = [networks, ensembles, connections, probes].flat();
  return new Map(all.map(({ id, seed }) => [id, seed]));
}
