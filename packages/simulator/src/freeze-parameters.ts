/** @file Writes learnt values back to the model: what a fresh Simulator then builds is what was learnt, to the last bit of float32. */
import type { OperatorGraph } from '@ndl/core';
import { noSolver, type Connection, type Ensemble, type Probe } from '@ndl/model';
import { transpose, type NdArray } from '@ndl/numerics';
import { cannotFreeze } from './errors.ts';
import type { SimulationData } from './simulation-data.ts';

/**
 * Ensembles get their encoders, gains and biases as arrays. Decoders of connections and probes are frozen with them, since
 * solving again for other encoders would give others; connections without decoders get their weights as a transform.
 * Objects whose arrays are as built stay as they are. Checks everything before it changes anything.
 * @throws NdlError CANNOT_FREEZE for learnt weights of a weight solver (they have no counterpart in the model).
 */
export function freezeParameters(graph: OperatorGraph, data: SimulationData): void {
  const moved = new Set<object>();
  for (const [ensemble, built] of graph.ensembles) {
    if (data.get(ensemble) !== built) moved.add(ensemble);
  }
  const changes: (() => void)[] = [];
  for (const ensemble of graph.ensembles.keys()) {
    if (moved.has(ensemble)) changes.push(() => freezeEnsemble(ensemble, data));
  }
  for (const [object, built] of graph.connections) {
    const now = object.kind === 'probe' ? built : data.get(object);
    const source = object.kind === 'probe' ? object.targetObject : object.preObject;
    const isLearnt = now !== built;
    const isSolved = built.decoders !== null;
    if (now.weights === null || !(isLearnt || (isSolved && moved.has(source)))) continue;
    if (object.kind === 'connection' && object.solver.weights && isSolved)
      throw cannotFreeze(object.label ?? graph.objects.get(object)?.['weights']?.signal.name ?? 'a connection');
    changes.push(() => freezeWeights(object, now.weights!, isSolved));
  }
  for (const change of changes) change();
}

function freezeEnsemble(ensemble: Ensemble, data: SimulationData): void {
  const { encoders, gain, bias } = data.get(ensemble);
  if (gain === null || bias === null) ensemble.replaceParameters({ encoders, normalizeEncoders: false });
  else ensemble.replaceParameters({ encoders, gain, bias, normalizeEncoders: false });
}

function freezeWeights(object: Connection | Probe, weights: NdArray, isSolved: boolean): void {
  if (!isSolved) {
    (object as Connection).replaceParameters({ transform: weights });
    return;
  }
  const solver = noSolver({ values: transpose(weights) });
  if (object.kind === 'probe') {
    object.replaceSolver(solver);
    return;
  }
  const size = weights.shape[0]!;
  object.replaceParameters({ solver, transform: null, function: () => new Array<number>(size).fill(0) });
}
