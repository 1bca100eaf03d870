/** @file Connections: a path from one object, and what it does to another. */
import type { BuildContext, BuildFunction, SignalView } from '@ndl/core';
import { selectionIndices, selectionSize, type Connection, type Ensemble } from '@ndl/model';
import { NdArray, zeros } from '@ndl/numerics';
import { copy, elementwiseInc, reset } from './operators.ts';
import { buildPath } from './signal-path.ts';
import { select, wholeOf } from './views.ts';

/**
 * What arrives is added to the input of the target; to neurons, times their gain, to their currents. A solver for weights between
 * ensembles has the target's encoders in its weights, so that what arrives is added to the currents as it is.
 */
export const CONNECTION_BUILD: BuildFunction<'connection'> = {
  kind: 'connection',
  build(connection, context) {
    const { preObject, postObject, postSelection, solver } = connection;
    const isForWeights =
      solver.weights &&
      preObject.kind === 'ensemble' &&
      preObject.neuronType.kind !== 'direct' &&
      postObject.kind === 'ensemble';
    const arriving = buildPath(
      {
        ...pathOptions(connection),
        owner: connection,
        source: preObject,
        sourceSelection: connection.preSelection,
        targetEncoders: isForWeights ? selectedEncoders(connection, postObject, context) : null,
      },
      context,
    );
    const label = context.labelOf(connection);
    if (isForWeights) {
      context.add(copy(label, arriving, context.signalsOf(postObject).current!, 'inc'));
    } else if (postObject.kind === 'neurons') {
      addToCurrents(connection, postObject.ensemble, arriving, context);
    } else {
      context.add(copy(label, arriving, select(context.signalsOf(postObject).input!, postSelection), 'inc'));
    }
  },
};

type PathOptions = Pick<
  Connection,
  'function' | 'sizeMid' | 'transform' | 'solver' | 'evalPoints' | 'scaleEvalPoints' | 'synapse'
>;

function pathOptions(connection: Connection): PathOptions {
  const { function: computed, sizeMid, transform, solver, evalPoints, scaleEvalPoints, synapse } = connection;
  return { function: computed, sizeMid, transform, solver, evalPoints, scaleEvalPoints, synapse };
}

/** The scaled encoders of the selected dimensions of a target, [neurons, size]. */
function selectedEncoders({ postSelection }: Connection, ensemble: Ensemble, context: BuildContext): NdArray {
  const { scaledEncoders } = context.builtEnsemble(ensemble);
  if (postSelection === null) return scaledEncoders;
  const [neurons, dimensions] = scaledEncoders.shape as [number, number];
  const picked = selectionIndices(postSelection);
  const selected = zeros([neurons, picked.length]);
  for (let neuron = 0; neuron < neurons; neuron++) {
    picked.forEach(
      (axis, at) => (selected.data[neuron * picked.length + at] = scaledEncoders.data[neuron * dimensions + axis]!),
    );
  }
  return selected;
}

/** current[selection] += gain[selection] ∘ arriving. A list of neurons may repeat some, so it goes through a vector of its own. */
function addToCurrents(connection: Connection, ensemble: Ensemble, arriving: SignalView, context: BuildContext): void {
  const { postSelection } = connection;
  const name = context.nameOf(connection);
  const label = `${context.labelOf(connection)}: gain`;
  const allGains = context.builtEnsemble(ensemble).gain!;
  const picked =
    postSelection === null ? allGains.data : selectionIndices(postSelection).map((neuron) => allGains.data[neuron]!);
  const size = postSelection === null ? allGains.size : selectionSize(postSelection);
  const gain = wholeOf(
    context.signal({ name: `${name}.gain`, initial: new NdArray(Float64Array.from(picked), [size]) }),
  );
  const target = select(context.signalsOf(ensemble).current!, postSelection);
  if (postSelection?.kind !== 'indices') {
    context.add(elementwiseInc(label, gain, arriving, target));
    return;
  }
  const current = wholeOf(context.signal({ name: `${name}.current`, initial: zeros([size]) }));
  context.add(reset(label, current));
  context.add(elementwiseInc(label, gain, arriving, current));
  context.add(copy(context.labelOf(connection), current, target, 'inc'));
}
