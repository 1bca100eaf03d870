/** @file Parameters as bytes: one self-describing .npz, keyed by signal, so that any planner and backend can load it. */
import type { OperatorGraph } from '@ndl/core';
import { decodeNpz, encodeNpz, isNdArray, isNdlError, NdArray, suggest } from '@ndl/numerics';
import type { Composition } from './composition.ts';
import { notParameters, parameterMismatch } from './errors.ts';
import type { ParameterCache } from './parameter-cache.ts';

/** Version of the file's format: the entry `ndl_parameters` holds it. */
const FORMAT_VERSION = 1;
const VERSION_ENTRY = 'ndl_parameters';

/** All parameters by signal name, and the format's version, as a NumPy archive. */
export function encodeParameters(graph: OperatorGraph, parameters: ParameterCache): Uint8Array {
  const names = graph.signals.filter(({ role }) => role === 'parameter').map(({ name }) => name);
  return encodeNpz([
    [VERSION_ENTRY, new NdArray(Float64Array.of(FORMAT_VERSION), [])],
    ...names.map((name) => [name, parameters.current(name)] as const),
  ]);
}

/**
 * Writes the parameters of an archive into the executable: all or nothing.
 * @throws NdlError PARAMETERS_INVALID for bytes that are no such archive, PARAMETERS_MISMATCH naming each array that is missing, unknown, of another shape, or not finite.
 */
export async function decodeParameters(
  bytes: Uint8Array,
  { graph, executable, settings }: Pick<Composition, 'graph' | 'executable' | 'settings'>,
): Promise<void> {
  const arrays = readArchive(bytes);
  const expected = new Map(
    graph.signals.filter(({ role }) => role === 'parameter').map((signal) => [signal.name, signal] as const),
  );
  const rounded = settings.dtype === 'float32' ? Math.fround : (value: number): number => value;
  const describe = parameterDescriber(graph);
  const problems: string[] = [];
  for (const [name, signal] of expected) {
    const array = arrays.get(name);
    if (array === undefined) problems.push(`${describe(name)} is missing`);
    else if (array.shape.join() !== signal.shape.join())
      problems.push(
        `${describe(name)} has shape [${array.shape.join(', ')}], the network wants [${signal.shape.join(', ')}]`,
      );
    else if (!array.data.every((value) => Number.isFinite(rounded(value))))
      problems.push(`${describe(name)} holds values that are not finite in ${settings.dtype}`);
  }
  for (const name of arrays.keys()) {
    if (!expected.has(name)) problems.push(`'${name}' is no parameter of it. ${suggest(name, [...expected.keys()])}`);
  }
  if (problems.length > 0) throw parameterMismatch(problems);
  for (const name of expected.keys()) await executable.write(name, arrays.get(name)!);
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

function readArchive(bytes: Uint8Array): ReadonlyMap<string, NdArray> {
  const arrays = new Map<string, NdArray>();
  try {
    for (const [name, content] of decodeNpz(bytes)) {
      if (!isNdArray(content)) throw notParameters(`entry '${name}' is no array of numbers`);
      arrays.set(name, content);
    }
  } catch (error) {
    throw isNdlError(error, 'PARAMETERS_INVALID')
      ? error
      : notParameters(error instanceof Error ? error.message : String(error), error);
  }
  const version = arrays.get(VERSION_ENTRY)?.data[0];
  if (version === undefined) throw notParameters(`it has no entry '${VERSION_ENTRY}'`);
  if (version !== FORMAT_VERSION)
    throw notParameters(`its format has version ${version}, this build reads version ${FORMAT_VERSION}`);
  arrays.delete(VERSION_ENTRY);
  return arrays;
}
