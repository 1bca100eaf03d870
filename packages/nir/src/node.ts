/** @file The public names of `@ndl/nir/node`: files of NIR by their paths, on Node. */
import { NdlError, refuseSurplus, showThrown } from '@ndl/numerics';
import { readFile, writeFile } from 'node:fs/promises';
import { nirNetwork, type NirNetwork, type NirOptions } from './nir-network.ts';
import type { NirGraph } from './nir-graph.ts';
import { readNir } from './read-nir.ts';
import { writeNir } from './write-nir.ts';

/** The graph of the file at a path. @throws NdlError FILE_UNREADABLE, and as `readNir` */
export async function readNirFile(path: string | URL): Promise<NirGraph> {
  refuseSurplus('readNirFile', arguments, 1);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new NdlError('FILE_UNREADABLE', `The file ${String(path)} cannot be read: ${showThrown(error)}.`, {
      cause: error,
    });
  }
  return await readNir(bytes);
}

/** The network of the file at a path. @throws NdlError FILE_UNREADABLE, and as `importNir` */
export async function importNirFile(path: string | URL, options: NirOptions = {}): Promise<NirNetwork> {
  refuseSurplus('importNirFile', arguments, 2);
  return nirNetwork(await readNirFile(path), options);
}

/** Writes a graph to the file at a path, in place of what is there. @throws NdlError FILE_NOT_WRITTEN, and as `writeNir` */
export async function writeNirFile(path: string | URL, graph: NirGraph): Promise<void> {
  refuseSurplus('writeNirFile', arguments, 2);
  const bytes = await writeNir(graph);
  try {
    await writeFile(path, bytes);
  } catch (error) {
    throw new NdlError('FILE_NOT_WRITTEN', `${String(path)} cannot be written: ${showThrown(error)}.`, {
      cause: error,
    });
  }
}
