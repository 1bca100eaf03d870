/** @file From the bytes of an HDF5 file to a graph. Sizes are judged before anything of them is read. */
import { NdArray, ndarray, refuseSurplus, sizeOf } from '@ndl/numerics';
import type { Dataset, Entity, Group, OutputData } from 'h5wasm';
import { checkGraph } from './check-graph.ts';
import { fileInvalid, fileUnreadable, graphInvalid, invalidOption, tooLarge, typeUnknown } from './errors.ts';
import { freshPath, loadHdf5 } from './load-hdf5.ts';
import type { NirEdge, NirGraph, NirMetadata, NirNode, NirValue } from './nir-graph.ts';
import { NIR_TYPES, parametersOf, type NirType, type ParameterForm } from './node-types.ts';

/** Bytes of a file. */
const MOST_BYTES = 2 ** 30;
/** Numbers of all arrays of a file together. */
const MOST_NUMBERS = 2 ** 27;
/** What gzip can make of a byte, at most. */
const MOST_EXPANSION = 1100;
/** Numbers that a file may have however small it is. */
const FREE_NUMBERS = 2 ** 20;
const MOST_NODES = 100_000;
const MOST_EDGES = 1_000_000;
/** Graphs within graphs. */
const MOST_DEPTH = 32;

const SCALAR: readonly number[] = [];

/**
 * The graph of a file of NIR.
 * @param bytes the whole file
 * @throws NdlError NIR_FILE for what is no HDF5, truncated, or no graph; TOO_LARGE; NIR_TYPE for a kind of node that there is not;
 * NIR_GRAPH for edges and parameters that are wrong or missing, SHAPE_MISMATCH, NOT_FINITE; INVALID_OPTION
 */
export async function readNir(bytes: Uint8Array): Promise<NirGraph> {
  refuseSurplus('readNir', arguments, 1);
  if (!(bytes instanceof Uint8Array)) throw invalidOption('readNir: bytes', 'a Uint8Array, the whole file', bytes);
  if (bytes.length > MOST_BYTES) throw tooLarge('The file', `${bytes.length} bytes`, `${MOST_BYTES}`);
  const { hdf5, files } = await loadHdf5();
  const path = freshPath();
  files.writeFile(path, bytes);
  try {
    return checkGraph(readOpened(() => new hdf5.File(path, 'r'), bytes.length));
  } finally {
    files.unlink(path);
  }
}

function readOpened(open: () => Group & { close(): unknown }, size: number): NirGraph {
  const file = attempt('HDF5 does not open it', open);
  try {
    return new Reading(size).file(file);
  } finally {
    attempt('HDF5 does not close it', () => file.close());
  }
}

/** What HDF5 throws, as an error of ours; ours pass. */
function attempt<Result>(what: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw fileUnreadable(what, error);
  }
}

/** One file, and what has been read of it so far. */
class Reading {
  readonly #most: number;
  #numbers = 0;
  #nodes = 0;

  constructor(bytes: number) {
    this.#most = Math.min(MOST_NUMBERS, Math.max(FREE_NUMBERS, bytes * MOST_EXPANSION));
  }

  file(root: Group): NirGraph {
    const version = this.#optional(root, 'version');
    const node = this.#optional(root, 'node');
    if (!isGroup(node)) throw fileInvalid("it has no group '/node', as graphs of NIR have");
    const graph = this.#node(node, 'the graph', 0);
    if (graph.type !== 'NIRGraph') throw fileInvalid(`its '/node' is of type '${graph.type}', and no NIRGraph`);
    return isDataset(version) ? { ...graph, version: this.#text(version, "'/version'") } : graph;
  }

  #node(group: Group, where: string, depth: number): NirNode | NirGraph {
    this.#nodes += 1;
    if (this.#nodes > MOST_NODES) throw tooLarge('The graph', 'too many nodes', `${MOST_NODES}`);
    const written = this.#optional(group, 'type');
    if (!isDataset(written)) throw graphInvalid(where, "it has no 'type'");
    const type = this.#text(written, `${where}: type`);
    if (!NIR_TYPES.includes(type)) throw typeUnknown(where, type, NIR_TYPES);
    const named = `${where} (${type})`;
    const metadata = this.#metadata(group, named);
    if (type === 'NIRGraph') return { type, ...this.#graph(group, named, depth), ...metadata };
    const parameters = new Map<string, NirValue>();
    const known = parametersOf(type as NirType);
    for (const name of this.#keys(group, named)) {
      if (name === 'type' || name === 'metadata') continue;
      const entity = this.#entity(group, name, named);
      const { form } = known.get(name) ?? {};
      if (form === undefined) throw graphInvalid(named, `it has a '${name}', which nodes of this type do not have`);
      if (!isDataset(entity)) throw graphInvalid(named, `its '${name}' is no array`);
      parameters.set(name, this.#value(entity, `${named}: ${name}`, form));
    }
    return { type: type as NirType, parameters, ...metadata };
  }

  #graph(group: Group, where: string, depth: number): Pick<NirGraph, 'nodes' | 'edges'> {
    if (depth >= MOST_DEPTH) throw tooLarge(where, `graphs within graphs, ${depth + 1} deep`, `${MOST_DEPTH}`);
    const inner = this.#optional(group, 'nodes');
    if (!isGroup(inner)) throw graphInvalid(where, "it has no group 'nodes'");
    const nodes = new Map<string, NirNode | NirGraph>();
    for (const name of this.#keys(inner, where)) {
      const entity = this.#entity(inner, name, where);
      if (!isGroup(entity)) throw graphInvalid(where, `its node '${name}' is no group`);
      nodes.set(name, this.#node(entity, `node '${name}'`, depth + 1));
    }
    return { nodes, edges: this.#edges(group, where) };
  }

  #edges(group: Group, where: string): readonly NirEdge[] {
    const written = this.#optional(group, 'edges');
    if (!isDataset(written)) throw graphInvalid(where, "it has no array 'edges'");
    const shape = this.#shape(written, `${where}: edges`);
    if (shape.includes(0)) return [];
    if (shape.length !== 2 || shape[1] !== 2)
      throw graphInvalid(where, `its edges have the shape [${shape.join(', ')}], not [edges, 2]`);
    if (shape[0]! > MOST_EDGES) throw tooLarge(where, `${shape[0]} edges`, `${MOST_EDGES}`);
    const names = this.#read(written, `${where}: edges`);
    if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
      throw graphInvalid(where, 'its edges are no names');
    return Array.from({ length: shape[0]! }, (_, edge) => [names[2 * edge]!, names[2 * edge + 1]!] as NirEdge);
  }

  #metadata(group: Group, where: string): { readonly metadata?: NirMetadata } {
    const written = this.#optional(group, 'metadata');
    if (!isGroup(written)) return {};
    const metadata = new Map<string, NirValue>();
    for (const name of this.#keys(written, where)) {
      const entity = this.#entity(written, name, where);
      const value = isDataset(entity) ? this.#any(entity, `${where}: metadata ${name}`) : undefined;
      if (value !== undefined) metadata.set(name, value);
    }
    return { metadata };
  }

  /** Words and numbers; what else there may be is left out. */
  #any(dataset: Dataset, where: string): NirValue | undefined {
    const shape = this.#shape(dataset, where);
    const value = this.#read(dataset, where);
    if (typeof value === 'string') return value;
    if (isWhole(value)) return shape.length === 0 ? wholeFrom(value, where)[0]! : wholeFrom(value, where);
    return typeof value === 'number' || ArrayBuffer.isView(value) ? arrayFrom(value, shape, dataset, where) : undefined;
  }

  #value(dataset: Dataset, where: string, form: ParameterForm): NirValue {
    const shape = this.#shape(dataset, where);
    const value = this.#read(dataset, where);
    if (form === 'array') return arrayFrom(value, shape, dataset, where);
    if (form === 'padding' && typeof value === 'string') return value;
    const whole = wholeFrom(value, where);
    if (shape.length > 1) throw graphInvalid(where, 'it must be whole numbers in a list');
    if (form === 'integer' && whole.length !== 1) throw graphInvalid(where, 'it must be one whole number');
    return shape.length === 0 ? whole[0]! : whole;
  }

  #text(dataset: Dataset, where: string): string {
    if (sizeOf(this.#shape(dataset, where)) !== 1) throw graphInvalid(where, 'it must be one text');
    const value = this.#read(dataset, where);
    const text: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof text !== 'string') throw graphInvalid(where, 'it must be a text');
    return text;
  }

  /** The shape that is declared, once there is room for it. */
  #shape(dataset: Dataset, where: string): readonly number[] {
    const shape = attempt(`${where} cannot be read`, () => dataset.shape);
    if (shape === null) throw graphInvalid(where, 'it is empty');
    const size = sizeOf(shape);
    if (!(this.#numbers + size <= this.#most))
      throw tooLarge(where, `the shape [${shape.join(', ')}]`, `${this.#most} numbers of a file of this size`);
    return shape.length === 0 ? SCALAR : shape;
  }

  #read(dataset: Dataset, where: string): OutputData {
    this.#numbers += sizeOf(dataset.shape ?? SCALAR);
    const value = attempt(`${where} cannot be read`, () => dataset.value);
    if (value === null) throw graphInvalid(where, 'it is empty');
    return value;
  }

  #keys(group: Group, where: string): readonly string[] {
    return attempt(`${where} cannot be listed`, () => group.keys());
  }

  #optional(group: Group, name: string): Entity | null {
    return this.#keys(group, name).includes(name) ? this.#entity(group, name, `'${name}'`) : null;
  }

  #entity(group: Group, name: string, where: string): Entity {
    const entity = attempt(`${where}: '${name}' cannot be read`, () => group.get(name));
    if (entity === null || !(isGroup(entity) || isDataset(entity)))
      throw fileInvalid(`${where}: '${name}' is a link that leads nowhere, or out of the file`);
    return entity;
  }
}

function typeOf(entity: Entity | null): string | undefined {
  return (entity as { readonly type?: string } | null)?.type;
}

function isGroup(entity: Entity | null): entity is Group {
  return typeOf(entity) === 'Group';
}

function isDataset(entity: Entity | null): entity is Dataset {
  return typeOf(entity) === 'Dataset';
}

function isWhole(value: OutputData): boolean {
  if (typeof value === 'bigint') return true;
  return ArrayBuffer.isView(value) && !(value instanceof Float32Array || value instanceof Float64Array);
}

function wholeFrom(value: OutputData, where: string): readonly number[] {
  const list: readonly unknown[] = ArrayBuffer.isView(value) ? Array.from(value as unknown as number[]) : [value];
  return list.map((element) => {
    const number = typeof element === 'bigint' ? Number(element) : element;
    if (!Number.isSafeInteger(number)) throw graphInvalid(where, 'it must be whole numbers');
    return number as number;
  });
}

function arrayFrom(value: OutputData, shape: readonly number[], dataset: Dataset, where: string): NdArray {
  if (value instanceof Float32Array || value instanceof Float64Array) return new NdArray(value, shape);
  if (typeof value === 'number')
    return dataset.dtype === '<f' ? new NdArray(Float32Array.of(value), []) : ndarray(value);
  if (typeof value === 'bigint' || ArrayBuffer.isView(value))
    return ndarray([...wholeFrom(value, where)]).reshape(shape);
  throw graphInvalid(where, 'it must be numbers');
}
