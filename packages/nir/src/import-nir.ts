/** @file `importNir`: from the bytes of a file to a network, in one call. */
import { refuseSurplus } from '@ndl/numerics';
import { nirNetwork, type NirNetwork, type NirOptions } from './nir-network.ts';
import { readNir } from './read-nir.ts';

/**
 * The network of a file of NIR: `nirNetwork` of what `readNir` reads.
 * @param bytes the whole file
 * @throws NdlError as these
 */
export async function importNir(bytes: Uint8Array, options: NirOptions = {}): Promise<NirNetwork> {
  refuseSurplus('importNir', arguments, 2);
  return nirNetwork(await readNir(bytes), options);
}
