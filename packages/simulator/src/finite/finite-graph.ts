/** @file Refuses what a graph holds, and what its functions give, where the dtype of the simulation makes it infinite. */
import {
  rewriteGraphInPieces,
  type HostFunctionOperator,
  type HostFunctionStep,
  type Operator,
  type OperatorGraph,
  type Signal,
} from '@ndl/core';
import { firstInfiniteIn, isFiniteIn, type Dtype, type Kernel } from '@ndl/ir';
import { describeObject, isNetworkObject, isOfFamily, kept, type Node } from '@ndl/model';
import { isNdArray, OperationCount, type FloatArray, type Pieces } from '@ndl/numerics';
import { arrayNotFinite, outputNotFinite } from './finite-errors.ts';

/**
 * The graph, its functions checked at every call from now on.
 * @throws NdlError NOT_FINITE naming the object of the network whose constant, transform, encoders, decoders, state, synapse, … is
 * not finite in `dtype`. NODE_OUTPUT_INVALID, from its functions.
 */
export function* finiteGraph(graph: OperatorGraph, dtype: Dtype): Pieces<OperatorGraph> {
  const ownerOf = signalOwners(graph);
  const operations = new OperationCount();
  for (const signal of graph.signals) {
    const bad = yield* firstInfiniteInPieces(signal.initial.data, dtype);
    if (bad !== undefined) {
      const [owner, part] = ownerOf(signal) ?? ['The network', signal.name];
      throw arrayNotFinite(owner, HOLDING[part] ?? `${part} holds`, bad, dtype);
    }
    const done = operations.add(LOOK_COST);
    if (done !== undefined) yield done;
  }
  const functions = new Map<Operator, readonly Operator[]>();
  const seen = new Set<object>();
  for (const operator of graph.operators) {
    const bad = overflowIn(operator, dtype, seen);
    if (bad !== undefined) {
      const [owner] = ownerOf(operator.sets[0]?.signal ?? operator.updates[0]?.signal) ?? [operator.label];
      const part = operator.kind === 'simSynapse' ? 'synapse, made discrete,' : 'operator';
      throw arrayNotFinite(owner, `${part} holds`, bad, dtype);
    }
    if (operator.kind === 'hostFunction')
      functions.set(operator, [checkedFunction(operator, () => ownerOf(operator.output.signal)?.[0], dtype)]);
    const done = operations.add(LOOK_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  // What is finite in double precision the build checks itself.
  return dtype === 'float64' ? graph : yield* rewriteGraphInPieces(graph, { operators: functions });
}

/** What a look at a signal, or at an operator, is worth, in operations. */
const LOOK_COST = 1024;

/** Numbers that are looked at, at a time. */
const PART = 2 ** 17;

/** `firstInfiniteIn` in pieces. */
export function* firstInfiniteInPieces(data: FloatArray, dtype: Dtype): Pieces<number | undefined> {
  if (data.length <= PART) return firstInfiniteIn(dtype, data);
  for (let from = 0; from < data.length; from += PART) {
    const bad = firstInfiniteIn(dtype, data.subarray(from, from + PART));
    if (bad !== undefined) return bad;
    yield PART;
  }
  return undefined;
}

/** @param what gave the output. @throws NdlError NODE_OUTPUT_INVALID for the first number that `dtype` cannot hold. */
export function requireFiniteOutput(
  owner: () => string,
  what: () => string,
  time: number,
  output: unknown,
  dtype: Dtype,
): void {
  const bad = firstInfiniteIn(dtype, typeof output === 'number' ? [output] : (output as ArrayLike<number>));
  if (bad !== undefined) throw outputNotFinite(owner(), what(), time, bad, dtype);
}

/** What computes the output of a node: its function, or the process that it is. */
export function sourceName(node: Node): string {
  const output = kept(node, 'output');
  return isOfFamily(output, 'process') ? `the process '${output.kind}'` : 'the function';
}

function checkedFunction(
  operator: HostFunctionOperator,
  readerOf: () => string | undefined,
  dtype: Dtype,
): HostFunctionOperator {
  const { node, label } = operator;
  const owner = (): string => (node === null ? (readerOf() ?? label) : describeObject(node));
  // Without a node it is the function of a connection, or the noise of an ensemble.
  const what = (): string =>
    node !== null ? sourceName(node) : label.endsWith(': noise') ? 'its noise' : 'the function';
  return {
    ...operator,
    make: (item) => {
      const call = operator.make(item);
      const { save, restore } = call;
      const checked: HostFunctionStep = (time, input) => {
        const output = call(time, input);
        requireFiniteOutput(owner, what, time, output, dtype);
        return output;
      };
      return Object.assign(checked, save !== undefined && { save }, restore !== undefined && { restore });
    },
  };
}

/** What an object calls its signals, where that is not `… holds`. */
const HOLDING: Readonly<Record<string, `${string} ${'holds' | 'hold'}`>> = {
  weights: 'weights hold',
  encoders: 'gain times encoders over radius holds',
};

/** Names the object that a signal stands for, and what it is there; undefined for one that is no object's. */
function signalOwners(
  graph: OperatorGraph,
): (signal: Signal | undefined) => readonly [owner: string, part: string] | undefined {
  let owners: ReadonlyMap<Signal, () => readonly [owner: string, part: string]> | undefined;
  return (signal) => signal && (owners ??= ownersIn(graph)).get(signal)?.();
}

function ownersIn(graph: OperatorGraph): ReadonlyMap<Signal, () => readonly [owner: string, part: string]> {
  const owners = new Map<Signal, () => readonly [owner: string, part: string]>();
  const note = (signal: Signal, object: object, part: string): void => {
    if (!owners.has(signal) && isNetworkObject(object)) owners.set(signal, () => [describeObject(object), part]);
  };
  for (const [object, views] of graph.objects) {
    for (const [part, { signal }] of Object.entries(views)) note(signal, object, part);
  }
  const recordings = new Map(graph.probes.map(({ probe, view }) => [view.signal, probe]));
  for (const [signal, probe] of recordings) note(signal, probe, 'output');
  // A filter of a probe is copied into what the probe records.
  for (const operator of graph.operators) {
    if (operator.kind !== 'copy') continue;
    const probe = recordings.get(operator.target.signal);
    if (probe !== undefined) note(operator.source.signal, probe, 'output');
  }
  return owners;
}

/** What an operator lists of the graph's signals, in which there is nothing to look for. */
const LISTS_OF_VIEWS: ReadonlySet<string> = new Set<keyof Operator>(['sets', 'incs', 'reads', 'updates']);

/**
 * The first number of an operator's own data - not of the signals that it names - or of a kernel that only the dtype makes infinite.
 * @param seen what has been looked at before, such as kernels that operators share; it is added to
 */
export function overflowIn(data: Operator | Kernel, dtype: Dtype, seen: Set<object> = new Set()): number | undefined {
  const visit = (value: unknown): number | undefined => {
    if (typeof value === 'number') return Number.isFinite(value) && !isFiniteIn(dtype, value) ? value : undefined;
    if (typeof value !== 'object' || value === null || seen.has(value) || 'signal' in value) return undefined;
    if (Array.isArray(value) && value.length === 0) return undefined;
    seen.add(value);
    if (isNdArray(value)) return value.data.find((each) => Number.isFinite(each) && !isFiniteIn(dtype, each));
    if (isNetworkObject(value)) return undefined;
    return Array.isArray(value) ? visitList(value) : visitRecord(value);
  };
  const visitList = (parts: readonly unknown[]): number | undefined => {
    for (const part of parts) {
      const bad = visit(part);
      if (bad !== undefined) return bad;
    }
    return undefined;
  };
  const visitRecord = (record: object): number | undefined => {
    for (const key of Object.keys(record)) {
      const bad = LISTS_OF_VIEWS.has(key) ? undefined : visit((record as Readonly<Record<string, unknown>>)[key]);
      if (bad !== undefined) return bad;
    }
    return undefined;
  };
  return dtype === 'float64' ? undefined : visit(data);
}
