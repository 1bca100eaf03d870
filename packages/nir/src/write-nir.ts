/** @file From a graph to the bytes of an HDF5 file, laid out as NIR lays it out. */
import { isNdArray, isNdlError, refuseSurplus } from '@ndl/numerics';
import type { Group } from 'h5wasm';
import { checkGraph } from './check-graph.ts';
import { notWritten } from './errors.ts';
import { freshPath, loadHdf5 } from './load-hdf5.ts';
import type { NirGraph, NirMetadata, NirNode, NirValue } from './nir-graph.ts';

/** What files are said to be of that say nothing. */
const VERSION = '1.0';

/** As the writers of NIR compress. */
const COMPRESSION = 4;

/**
 * The file of a graph: arrays are compressed, whole numbers have 64 bits.
 * @throws NdlError as `readNir`, for what is wrong with the graph; NIR_FILE where HDF5 does not write it
 */
export async function writeNir(graph: NirGraph): Promise<Uint8Array> {
  refuseSurplus('writeNir', arguments, 1);
  const checked = checkGraph(graph);
  const { hdf5, files } = await loadHdf5();
  const path = freshPath();
  try {
    const file = new hdf5.File(path, 'w');
    try {
      file.create_dataset({ name: 'version', data: checked.version ?? VERSION });
      writeNode(file.create_group('node'), checked);
    } finally {
      file.close();
    }
    return files.readFile(path);
  } catch (error) {
    throw isNdlError(error) ? error : notWritten(error);
  } finally {
    files.unlink(path);
  }
}

function writeNode(group: Group, node: NirNode | NirGraph): void {
  group.create_dataset({ name: 'type', data: node.type });
  if (node.metadata !== undefined) writeMetadata(group.create_group('metadata'), node.metadata);
  if (node.type !== 'NIRGraph') {
    for (const [name, value] of (node as NirNode).parameters) writeValue(group, name, value);
    return;
  }
  const { nodes, edges } = node as NirGraph;
  const inner = group.create_group('nodes');
  for (const [name, each] of nodes) writeNode(inner.create_group(name), each);
  if (edges.length > 0) group.create_dataset({ name: 'edges', data: edges.flat(), shape: [edges.length, 2] });
  else group.create_dataset({ name: 'edges', data: new Float64Array(0), shape: [0, 2] });
}

function writeMetadata(group: Group, metadata: NirMetadata): void {
  for (const [name, value] of metadata) writeValue(group, name, value);
}

function writeValue(group: Group, name: string, value: NirValue): void {
  if (typeof value === 'string') {
    group.create_dataset({ name, data: value });
    return;
  }
  if (!isNdArray(value)) {
    const list = typeof value === 'number' ? [value] : value;
    const shape = typeof value === 'number' ? [] : [list.length];
    group.create_dataset({ name, data: BigInt64Array.from(list, BigInt), shape, dtype: '<q' });
    return;
  }
  const { data, shape } = value;
  const dtype = data instanceof Float32Array ? '<f' : '<d';
  const compressed = shape.length === 0 ? {} : { chunks: [...shape], compression: COMPRESSION };
  group.create_dataset({ name, data, shape: [...shape], dtype, ...compressed });
}
