/** @file Refuses numbers that a network was given and that the dtype of the simulation makes infinite, or zero. */
import { firstInfiniteIn, isFiniteIn, isTooSmallIn, type Dtype } from '@ndl/ir';
import {
  describeObject,
  kept,
  networksWithin,
  type Network,
  type NetworkObject,
  type NeuronType,
  type Process,
} from '@ndl/model';
import { isNdArray, OperationCount, type NdArray, type Pieces } from '@ndl/numerics';
import { numberNotFinite } from './finite-errors.ts';
import { firstInfiniteInPieces } from './finite-graph.ts';

/**
 * Looks at parameters of neurons, and at what the processes of ndl put out as it is: initial states, weights and the like are
 * looked at where they are built, other processes where they run.
 * @throws NdlError NOT_FINITE naming the object and the parameter
 */
export function* requireFiniteNetwork(network: Network, dtype: Dtype): Pieces<void> {
  const operations = new OperationCount();
  for (const { ensembles, nodes } of networksWithin(network)) {
    for (const ensemble of ensembles) {
      requireNeurons(ensemble, ensemble.neuronType, dtype);
      if (ensemble.noise !== null) yield* requireProcess(ensemble, 'noise', ensemble.noise, dtype);
      const done = operations.add(LOOK_COST);
      if (done !== undefined) yield done;
    }
    for (const node of nodes) {
      const output = kept(node, 'output');
      if (output !== null && typeof output !== 'function' && !isNdArray(output))
        yield* requireProcess(node, 'output', output, dtype);
      const done = operations.add(LOOK_COST);
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
}

/** What a look at an object is worth, in operations. */
const LOOK_COST = 2048;

/** @throws NdlError NOT_FINITE for values of the function of a connection, [points, size], that the dtype makes infinite. */
export function requireFiniteTargets(owner: NetworkObject, targets: NdArray, dtype: Dtype): void {
  const bad = firstInfiniteIn(dtype, targets.data);
  if (bad !== undefined) throw numberNotFinite(`${describeObject(owner)}: what its function returns`, bad, dtype);
}

function requireNeurons(owner: NetworkObject, neuronType: NeuronType, dtype: Dtype): void {
  for (const [name, value] of Object.entries(neuronType)) {
    // What follows from the others is no number of the user's.
    if (typeof value !== 'number' || !Number.isFinite(value) || name === 'maximumRate') continue;
    if (isFiniteIn(dtype, value) && !isTooSmallIn(dtype, value)) continue;
    const what = `${describeObject(owner)}: neuronType.${name} (${neuronType.kind})`;
    throw numberNotFinite(what, value, dtype);
  }
}

/** Arrays of processes that come out as they are, by kind. */
const PUT_OUT: Readonly<Record<string, string>> = { presentInput: 'inputs', piecewise: 'values' };

function* requireProcess(owner: NetworkObject, role: 'noise' | 'output', process: Process, dtype: Dtype): Pieces<void> {
  const name = PUT_OUT[process.kind];
  const array = name === undefined ? undefined : kept(process as unknown as Readonly<Record<string, unknown>>, name);
  if (!isNdArray(array)) return;
  const bad = yield* firstInfiniteInPieces(array.data, dtype);
  const what = `${describeObject(owner)}: ${role}: a number among the ${name} of ${process.kind}`;
  if (bad !== undefined) throw numberNotFinite(what, bad, dtype);
}
