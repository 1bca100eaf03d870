/** @file Connections: a path from one object, and what it does to another. */
import type { BuildContext, BuildFunction, SignalView } from '@ndl/core';
import { kept, selectionIndices, selectionSize, type Connection, type Ensemble } from '@ndl/model';
import { NdArray, zeros } from '@ndl/numerics';
import { buildLearningRules } from './build-learning-rules.ts';
import { copy, elementwiseInc, reset } from './operators.ts';
import { buildPath } from './signal-path.ts';
import { select, wholeOf } from './views.ts';
import { columnsOf } from './weights.ts';

/** Builds a connection step by step; definitions of transforms and of learning rules take part in the first and the last. */
export const CONNECTION_BUILD: BuildFunction<'connection'> = {
  kind: 'connection',
  async build(connection, context) {
    const arriving = await buildWay(connection, context);
    arrive(connection, arriving, context);
    await buildLearningRules(connection, context);
  },
};

/** Whether its solver has the encoders of the target in its weights. */
function isForWeights({ solver, isDecoded, postObject }: Connection): boolean {
  return solver.weights && isDecoded && postObject.kind === 'ensemble';
}

/** The path from the source to what arrives. */
async function buildWay(connection: Connection, context: BuildContext): Promise<SignalView> {
  const { preObject, preSelection, postObject, postSelection } = connection;
  const targetEncoders = isForWeights(connection)
    ? await context.work.run(columnsOf(context.builtEnsemble(postObject as Ensemble).scaledEncoders, postSelection))
    : null;
  const owned = { owner: connection, source: preObject, sourceSelection: preSelection, targetEncoders };
  return buildPath({ ...pathOptions(connection), ...owned }, context);
}

/**
 * What arrives is added to the input of the target; to neurons, times their gain, to their currents. A solver for
 * weights between ensembles has the target's encoders in its weights, so that what arrives is added to the currents
 * as it is.
 */
function arrive(connection: Connection, arriving: SignalView, context: BuildContext): void {
  const { postObject, postSelection } = connection;
  const label = context.labelOf(connection);
  if (isForWeights(connection)) {
    context.add(copy(label, arriving, context.signalsOf(postObject).current!, 'inc'));
  } else if (postObject.kind === 'neurons') {
    addToCurrents(connection, postObject.ensemble, arriving, context);
  } else {
    context.add(copy(label, arriving, select(context.signalsOf(postObject).input!, postSelection), 'inc'));
  }
}

type PathOptions = Pick<
  Connection,
  'function' | 'sizeMid' | 'transform' | 'solver' | 'evalPoints' | 'scaleEvalPoints' | 'synapse'
>;

function pathOptions(connection: Connection): PathOptions {
  const { sizeMid, transform, solver, scaleEvalPoints, synapse } = connection;
  const [computed, evalPoints] = [kept(connection, 'function'), kept(connection, 'evalPoints')];
  return { function: computed, sizeMid, transform, solver, evalPoints, scaleEvalPoints, synapse };
}

/**
 * current[selection] += gain[selection] ∘ arriving. A list of neurons may repeat some, so it goes through a vector of
 * its own.
 */
function addToCurrents(connection: Connection, ensemble: Ensemble, arriving: SignalView, context: BuildContext): void {
  const { postSelection } = connection;
  const name = context.nameOf(connection);
  const label = `${context.labelOf(connection)}: gain`;
  const allGains = context.builtEnsemble(ensemble).gain!;
  const picked =
    postSelection === null
      ? new Float64Array(allGains.data)
      : Float64Array.from(selectionIndices(postSelection), (neuron) => allGains.data[neuron]!);
  const size = postSelection === null ? allGains.size : selectionSize(postSelection);
  const gain = wholeOf(context.signal({ name: `${name}.gain`, initial: new NdArray(picked, [size]) }));
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
