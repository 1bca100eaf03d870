/**
 * @file Parameters as bytes: one self-describing .npz, keyed by signal, so that any planner and backend can load it. Each
 * entry is a .npy file: its name is the array's, its header states the version of .npy, dtype and shape. One entry more
 * holds the version of the format.
 */
import type { OperatorGraph, Signal } from '@ndl/core';
import { firstInfiniteIn } from '@ndl/ir';
import { describeObject } from '@ndl/model';
import { decodeNpz, encodeNpz, isNdArray, isNdlError, NdArray, suggest, showThrown } from '@ndl/numerics';
import type { Composition } from '../composition/composition.ts';
import { noBytes, notParameters, parameterMismatch } from './parameter-errors.ts';
import type { ParameterCache } from './parameter-cache.ts';

/** Version of the file's format: the entry `ndl_parameters` holds it. */
const FORMAT_VERSION = 1;
const VERSION_ENTRY = 'ndl_parameters';
/** The network's seed, given or drawn, from which neurons and decoders were built. */
const SEED_ENTRY = 'ndl_seed';

/**
 * All parameters by signal name, the format's version and the network's seed, as a NumPy archive. Decoders of probes are
 * left out: they are never trained but solved at each build from seed and model, and files so fit whatever probes are
 * added or removed.
 */
export function encodeParameters(graph: OperatorGraph, parameters: ParameterCache, seed: number): Uint8Array {
  return encodeNpz([
    [VERSION_ENTRY, new NdArray(Float64Array.of(FORMAT_VERSION), [])],
    [SEED_ENTRY, new NdArray(Float64Array.of(seed), [])],
    ...storedSignals(graph).map(({ name }) => [name, parameters.current(name)] as const),
  ]);
}

/** The parameters that files hold. */
function storedSignals(graph: OperatorGraph): readonly Signal[] {
  const ofProbes = new Set(graph.probes.map(({ probe }) => graph.objects.get(probe)?.['weights']?.signal.name));
  return graph.signals.filter(({ role, name }) => role === 'parameter' && !ofProbes.has(name));
}

/** Bytes as `fetch`, files and buffers give them; read before `decodeParameters` returns its promise. */
export type ParameterBytes = Uint8Array | ArrayBuffer | SharedArrayBuffer | ArrayBufferView;

/**
 * A copy, since what arrays are decoded from must not change under them. `call`: for errors.
 * @throws NdlError INVALID_OPTION for what holds no bytes
 */
export function checkedBytes(call: string, bytes: ParameterBytes): Uint8Array {
  if (ArrayBuffer.isView(bytes))
    return Uint8Array.from(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const kind = Object.prototype.toString.call(bytes);
  if (kind !== '[object ArrayBuffer]' && kind !== '[object SharedArrayBuffer]') throw noBytes(call, bytes);
  return Uint8Array.from(new Uint8Array(bytes));
}

/**
 * Writes the parameters of an archive into the executable: all or nothing.
 * @throws NdlError INVALID_OPTION for what holds no bytes, PARAMETERS_INVALID for bytes that are no such archive, PARAMETERS_MISMATCH naming each array that is missing, unknown, of another shape, or not finite.
 */
export async function decodeParameters(
  bytes: ParameterBytes,
  { graph, executable, settings }: Pick<Composition, 'graph' | 'executable' | 'settings'>,
  { seed, onWarning }: { readonly seed: number; readonly onWarning: (message: string) => void },
): Promise<void> {
  const { arrays, seed: seedOfFile } = readArchive(checkedBytes('decodeParameters', bytes));
  const expected = new Map(storedSignals(graph).map((signal) => [signal.name, signal] as const));
  const describe = parameterDescriber(graph);
  const problems: string[] = [];
  for (const [name, signal] of expected) {
    const array = arrays.get(name);
    if (array === undefined) problems.push(`${describe(name)} is missing`);
    else if (array.shape.join() !== signal.shape.join())
      problems.push(
        `${describe(name)} has shape [${array.shape.join(', ')}], the network wants [${signal.shape.join(', ')}]`,
      );
    else if (firstInfiniteIn(settings.dtype, array.data) !== undefined)
      problems.push(`${describe(name)} holds values that are not finite in ${settings.dtype}`);
  }
  for (const name of arrays.keys()) {
    if (!expected.has(name)) problems.push(`'${name}' is no parameter of it. ${suggest(name, [...expected.keys()])}`);
  }
  if (problems.length > 0) throw parameterMismatch(problems);
  for (const name of expected.keys()) await executable.write(name, arrays.get(name)!);
  const probed = seedOfFile === undefined || seedOfFile === seed ? [] : ensemblesDecodedByProbes(graph);
  if (probed.length > 0) onWarning(otherSeed(probed, seedOfFile!, seed));
}

/** Ensembles that probes decode with what was solved for neurons drawn from the network's seed. */
function ensemblesDecodedByProbes(graph: OperatorGraph): readonly string[] {
  const names = [...graph.connections].flatMap(([object, { decoders }]) => {
    if (object.kind !== 'probe' || decoders === null || object.solver.kind === 'noSolver') return [];
    const { targetObject } = object;
    return targetObject.kind === 'ensemble' && targetObject.seed === null ? [describeObject(targetObject)] : [];
  });
  return [...new Set(names)];
}

function otherSeed(probed: readonly string[], seedOfFile: number, seed: number): string {
  return (
    `These parameters come from a network with seed ${seedOfFile}, and this one was built with ${seed}: probes of ` +
    `${probed.join(', ')} decode with what was solved for other neurons than those loaded. Create the network with ` +
    `seed: ${seedOfFile}, or probe a node that the ensemble is connected to.`
  );
}

/** What to call a parameter: its name, and the label of the object that it belongs to. */
function parameterDescriber(graph: OperatorGraph): (name: string) => string {
  const labels = new Map<string, string>();
  for (const [object, views] of graph.objects) {
    const { label } = object as { readonly label?: string | null };
    if (label == null) continue;
    for (const { signal } of Object.values(views)) labels.set(signal.name, label);
  }
  return (name) => (labels.has(name) ? `'${name}' of '${labels.get(name)!}'` : `'${name}'`);
}

function readArchive(bytes: Uint8Array): {
  readonly arrays: ReadonlyMap<string, NdArray>;
  readonly seed: number | undefined;
} {
  const arrays = new Map<string, NdArray>();
  try {
    for (const [name, content] of decodeNpz(bytes)) {
      if (!isNdArray(content)) throw notParameters(`entry '${name}' is no array of numbers`);
      arrays.set(name, content);
    }
  } catch (error) {
    throw isNdlError(error, 'PARAMETERS_INVALID') ? error : notParameters(showThrown(error), error);
  }
  const version = arrays.get(VERSION_ENTRY)?.data[0];
  if (version === undefined) throw notParameters(`it has no entry '${VERSION_ENTRY}'`);
  if (version !== FORMAT_VERSION)
    throw notParameters(`its format has version ${version}, this build reads version ${FORMAT_VERSION}`);
  const seed = arrays.get(SEED_ENTRY)?.data[0];
  arrays.delete(VERSION_ENTRY);
  arrays.delete(SEED_ENTRY);
  return { arrays, seed };
}
