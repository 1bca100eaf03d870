/** @file Writes learnt values back to the model: what a fresh Simulator then builds is what was learnt, to the last bit of float32. */
import type { BuiltEnsemble } from '@ndl/core';
import { changeTogether, noSolver, type Connection, type Ensemble, type Probe } from '@ndl/model';
import { transpose, type NdArray } from '@ndl/numerics';
import type { BuiltNetwork } from './built-network.ts';
import { copyOf } from './copy-of.ts';
import type { LearntArrays } from './learnt-arrays.ts';
import type { SeenObjects } from './seen-objects.ts';

/**
 * Ensembles get their encoders, gains and biases as arrays. Decoders of connections and probes are frozen with them, since
 * solving again for other encoders would give others; connections without decoders get their weights as a transform.
 * Weights between neurons that a solver gave become the full weights of a `noSolver`. Objects whose arrays are as built
 * stay as they are. All or nothing.
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
    if (now.weights === null || !(isLearnt || isStale)) continue;
    concerned.add(object);
    if (isSolved) concerned.add(source as Ensemble);
    if (isFull) concerned.add(object.postObject as Ensemble);
    const original = originalOf<Connection | Probe>(object);
    changes.set(original, () => freezeWeights(original, copyOf(now.weights!), { isSolved, isFull }));
  }
  for (const object of concerned) since.requireUnchanged(originalOf(object), object);
  changeTogether(changes.keys(), () => {
    for (const change of changes.values()) change();
  });
  for (const object of changes.keys()) since.see(object);
}

/** For ensembles with neurons: others have nothing that could move. */
function freezeEnsemble(ensemble: Ensemble, learnt: BuiltEnsemble): void {
  const { encoders, gain, bias } = copyOf(learnt);
  ensemble.replaceParameters({ encoders, gain: gain!, bias: bias!, normalizeEncoders: false });
}

/** Whether its weights go from neurons to currents, encoders of the target included. */
function hasFullWeights({ solver, isDecoded, postObject }: Connection): boolean {
  return solver.weights && isDecoded && postObject.kind === 'ensemble';
}

function freezeWeights(
  object: Connection | Probe,
  weights: NdArray,
  { isSolved, isFull }: { readonly isSolved: boolean; readonly isFull: boolean },
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
  object.replaceParameters({ solver, transform: null, function: () => new Array<number>(size).fill(0) });
}
