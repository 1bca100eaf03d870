/** @file Writes learnt values back to the model: what a fresh Simulator then builds is what was learnt, to the last bit of float32. */
import type { BuiltEnsemble, OperatorGraph } from '@ndl/core';
import {
  changeTogether,
  noSolver,
  selectionIndices,
  type Connection,
  type Ensemble,
  type NeuronType,
  type Probe,
} from '@ndl/model';
import { NdArray, transpose } from '@ndl/numerics';
import type { BuiltNetwork } from '../composition/built-network.ts';
import { copyOf } from '../copy-of.ts';
import type { LearntArrays } from './learnt-arrays.ts';
import type { SeenObjects } from './seen-objects.ts';

/**
 * Ensembles get their encoders, gains and biases as arrays. Decoders of connections and probes are frozen with them, since
 * solving again for other encoders would give others; connections without decoders get their weights as a transform, and arrays of
 * transforms that are kept apart are written into these.
 * Weights between neurons that a solver gave become the full weights of a `noSolver`. A connection into neurons that had a gain of
 * zero, and have another now, loses its rows for these. Objects whose arrays are as built stay as they are. All or nothing.
 * @throws NdlError NETWORK_CHANGED where an object is no longer what the learnt arrays go with
 */
export function freezeParameters({ graph, originalOf }: BuiltNetwork, arrays: LearntArrays, since: SeenObjects): void {
  const moved = new Set<object>();
  for (const [ensemble, built] of graph.ensembles) {
    if (arrays.ensemble(ensemble) !== built) moved.add(ensemble);
  }
  const changes = new Map<Ensemble | Connection | Probe, () => void>();
  /** What is written, and what it means something together with. */
  const concerned = new Set<Ensemble | Connection | Probe>();
  for (const ensemble of graph.ensembles.keys()) {
    if (!moved.has(ensemble)) continue;
    concerned.add(ensemble);
    changes.set(originalOf(ensemble), () => freezeEnsemble(originalOf(ensemble), arrays.ensemble(ensemble)!));
  }
  for (const [object, built] of graph.connections) {
    const now = arrays.connection(object)!;
    const source = object.kind === 'probe' ? object.targetObject : object.preObject;
    const isLearnt = now !== built;
    const isFull = object.kind === 'connection' && hasFullWeights(object);
    const isSolved = isFull || built.decoders !== null;
    const isStale = (isSolved && moved.has(source)) || (isFull && moved.has(object.postObject));
    const gains = object.kind === 'connection' ? gainsOfTarget(object, graph, arrays) : undefined;
    const weights = gains === undefined ? now.weights : withoutDeadRows(now.weights, gains);
    const isApart = Object.keys(now.parameters).length > 0;
    const isTimed = isLearnt && now.timeConstants !== undefined;
    if ((weights === null && !isApart && !isTimed) || !(isLearnt || isStale || weights !== now.weights)) continue;
    concerned.add(object);
    if (isSolved) concerned.add(source as Ensemble);
    if (isFull) concerned.add(object.postObject as Ensemble);
    const original = originalOf<Connection | Probe>(object);
    changes.set(original, () => {
      if (isApart) freezeTransform(original as Connection, copyOf(now.parameters));
      if (isTimed) freezeSynapse(original as Connection, now.timeConstants!);
      if (weights !== null) freezeWeights(original, copyOf(weights), { isSolved, isFull, isApart });
    });
  }
  for (const object of concerned) since.requireUnchanged(originalOf(object), object);
  changeTogether(changes.keys(), () => {
    for (const change of changes.values()) change();
  });
  for (const object of changes.keys()) since.see(object);
}

/** For ensembles with neurons: others have nothing that could move. */
function freezeEnsemble(ensemble: Ensemble, learnt: BuiltEnsemble): void {
  const { encoders, gain, bias, timeConstants = {} } = copyOf(learnt);
  const neuronType = withTimeConstants(ensemble.neuronType, timeConstants);
  ensemble.replaceParameters({ encoders, gain: gain!, bias: bias!, normalizeEncoders: false, neuronType });
}

/** The neuron type with these times, those of its base type where that has them. */
function withTimeConstants(type: NeuronType, times: Readonly<Record<string, number>>): NeuronType {
  const own = Object.entries(times).filter(([name]) => Object.hasOwn(type, name));
  const { baseType } = type;
  if (own.length === 0 && baseType === undefined) return type;
  return { ...type, ...Object.fromEntries(own), ...(baseType && { baseType: withTimeConstants(baseType, times) }) };
}

/** Time constants are fields of the synapse. */
function freezeSynapse(connection: Connection, times: Readonly<Record<string, number>>): void {
  connection.replaceParameters({ synapse: { ...connection.synapse!, ...times } });
}

/** Whether its weights go from neurons to currents, encoders of the target included. */
function hasFullWeights({ solver, isDecoded, postObject }: Connection): boolean {
  return solver.weights && isDecoded && postObject.kind === 'ensemble';
}

function freezeWeights(
  object: Connection | Probe,
  weights: NdArray,
  { isSolved, isFull, isApart }: { readonly isSolved: boolean; readonly isFull: boolean; readonly isApart: boolean },
): void {
  if (!isSolved) {
    (object as Connection).replaceParameters({ transform: weights });
    return;
  }
  const solver = noSolver({ values: transpose(weights), weights: isFull, compositional: !isFull });
  if (object.kind === 'probe') {
    object.replaceSolver(solver);
    return;
  }
  if (isFull) {
    object.replaceParameters({ solver });
    return;
  }
  const size = weights.shape[0]!;
  const transform = isApart ? {} : { transform: null };
  object.replaceParameters({ solver, ...transform, function: () => new Array<number>(size).fill(0) });
}

/** The arrays of a transform that is kept apart are fields of it. */
function freezeTransform(connection: Connection, arrays: Readonly<Record<string, NdArray>>): void {
  connection.replaceParameters({ transform: { ...connection.transform, ...arrays } });
}

/** Gains of the neurons that a connection leads to, as built and now, one per row of what arrives; undefined where none changed. */
function gainsOfTarget(
  { postObject, postSelection }: Connection,
  { ensembles }: OperatorGraph,
  arrays: LearntArrays,
): { readonly built: readonly number[]; readonly now: readonly number[] } | undefined {
  if (postObject.kind !== 'neurons') return undefined;
  const { ensemble } = postObject;
  const [built, now] = [ensembles.get(ensemble)!.gain!, arrays.ensemble(ensemble)!.gain!];
  if (built.data.every((gain, neuron) => gain === now.data[neuron])) return undefined;
  const neurons = postSelection === null ? [...built.data.keys()] : selectionIndices(postSelection);
  const of = ({ data }: NdArray): readonly number[] => neurons.map((neuron) => data[neuron]!);
  return { built: of(built), now: of(now) };
}

/**
 * Weights into neurons of which some had a gain of zero, and have another now: rows of these become zeros.
 * @param weights a number, a diagonal or a matrix; null for none, which stands for the number 1.
 */
function withoutDeadRows(
  weights: NdArray | null,
  { built, now }: { readonly built: readonly number[]; readonly now: readonly number[] },
): NdArray | null {
  const isDead = (row: number): boolean => built[row] === 0 && now[row] !== 0;
  const rows = built.length;
  if (!built.some((_, row) => isDead(row))) return weights;
  const isMatrix = weights?.rank === 2;
  const columns = isMatrix ? weights.shape[1]! : 1;
  const value = (row: number, column: number): number => {
    if (weights === null) return 1;
    return weights.rank === 0 ? weights.data[0]! : weights.data[row * columns + column]!;
  };
  const kept = Float64Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    return isDead(row) ? 0 : value(row, index % columns);
  });
  return new NdArray(kept, isMatrix ? [rows, columns] : [rows]);
}
