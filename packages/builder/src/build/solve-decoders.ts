/** @file Decoders: weights that read a function of the represented value from the activities of an ensemble. */
import type { BuildContext, NeuronDefinition, Solution } from '@ndl/core';
import { describeObject, vectorOf, type ConnectionFunction, type Ensemble } from '@ndl/model';
import { isNdArray, matmul, NdArray, transpose, zeros, type RandomState } from '@ndl/numerics';
import { connectionFunctionInvalid, noActivity } from '../errors.ts';
import { problemWith } from './checked-output.ts';
import { sampleEvalPoints } from './ensemble-tuning.ts';
import { partOf } from './part-of.ts';
import type { SignalPath } from './signal-path.ts';
import { asMatrix, columnsOf, sampleTransform } from './weights.ts';

/** What was solved for a path. */
export interface Decoding {
  /** [points, size of the source slice]; `null` where the solver needs none. */
  readonly evalPoints: NdArray | null;
  /** [size_mid, neurons]; `null` where the solver gave full weights. */
  readonly decoders: NdArray | null;
  /** [neurons of the target, neurons], transform included, from solvers that are not compositional; else `null`. */
  readonly fullWeights: NdArray | null;
  /** Root mean squared error per target; `null` where nothing was solved. */
  readonly errors: NdArray | null;
}

/**
 * Solves for the decoders of a path from `ensemble`. Draws from `random`: its own evaluation points, then (for a
 * solver that is not compositional, so that its targets need it) the transform, then what the solver draws.
 * @throws NdlError NO_ACTIVITY, CONNECTION_FUNCTION_INVALID, UNKNOWN_KIND, and what the solver throws
 */
export function solveDecoders(
  path: SignalPath,
  ensemble: Ensemble,
  context: BuildContext,
  random: RandomState,
): Decoding {
  const { solver, sizeMid } = path;
  const definition = partOf(path.owner, 'solver', () => context.solver(solver.kind));
  const solve = (activities: NdArray, targets: NdArray): Solution =>
    partOf(path.owner, 'solver', () => definition.solve(solver, activities, targets, random));
  const isForFullWeights = solver.weights && !solver.compositional && path.targetEncoders !== null;
  if (!definition.needsActivities) {
    const columns = isForFullWeights ? path.targetEncoders!.shape[0]! : sizeMid;
    const { weights } = solve(zeros([0, ensemble.nNeurons]), zeros([0, columns]));
    if (isForFullWeights) return { evalPoints: null, decoders: null, fullWeights: transpose(weights), errors: null };
    return { evalPoints: null, decoders: transpose(weights), fullWeights: null, errors: null };
  }
  const points = pathEvalPoints(path, ensemble, context, random);
  const activities = activitiesAt(points, ensemble, context);
  if (activities.data.every((activity) => activity === 0)) {
    throw noActivity(describeObject(path.owner), describeObject(ensemble));
  }
  const evalPoints = columnsOf(points, path.sourceSelection);
  const targets = targetsAt(evalPoints, path);
  if (isForFullWeights) {
    const transform = sampleTransform(path.transform, context, random);
    const perNeuron = matmul(path.targetEncoders!, asMatrix(transform, sizeMid));
    const { weights, errors } = solve(activities, matmul(targets, transpose(perNeuron)));
    return { evalPoints, decoders: null, fullWeights: transpose(weights), errors };
  }
  const { weights, errors } = solve(activities, targets);
  return { evalPoints, decoders: transpose(weights), fullWeights: null, errors };
}

function pathEvalPoints(
  { evalPoints, scaleEvalPoints }: SignalPath,
  ensemble: Ensemble,
  context: BuildContext,
  random: RandomState,
): NdArray {
  if (evalPoints === null) return context.builtEnsemble(ensemble).evalPoints;
  return sampleEvalPoints(ensemble, evalPoints, scaleEvalPoints ? ensemble.radius : 1, context, random);
}

/**
 * The activities computed last in a build: paths from one ensemble often follow each other, and share their
 * evaluation points.
 */
const latestActivities = new WeakMap<BuildContext, { readonly points: NdArray; readonly activities: NdArray }>();

/** Steady-state activities, [points, neurons], where the ensemble represents each of `points`. */
function activitiesAt(points: NdArray, ensemble: Ensemble, context: BuildContext): NdArray {
  const latest = latestActivities.get(context);
  if (latest?.points === points) return latest.activities;
  const { encoders, gain, bias } = context.builtEnsemble(ensemble);
  const { neuronType, radius, nNeurons } = ensemble;
  const projections = matmul(points, transpose(encoders));
  const current = projections.data.map((value, index) => {
    const neuron = index % nNeurons;
    return gain!.data[neuron]! * (value / radius) + bias!.data[neuron]!;
  });
  const definition: NeuronDefinition = context.neuron(neuronType.kind);
  const activities = new NdArray(definition.rates(neuronType, current), projections.shape);
  latestActivities.set(context, { points, activities });
  return activities;
}

/** What the path's function makes of each point, [points, size_mid]. */
function targetsAt(points: NdArray, { function: computed, sizeMid, owner }: SignalPath): NdArray {
  if (computed === null) return points;
  if (isNdArray(computed)) return computed;
  const count = points.shape[0]!;
  const targets = zeros([count, sizeMid]);
  for (let index = 0; index < count; index++) {
    const point = points.row(index).data;
    targets.data.set(
      valueAt(computed, point, sizeMid, () => describeObject(owner)),
      index * sizeMid,
    );
  }
  return targets;
}

function valueAt(
  computed: ConnectionFunction,
  point: ArrayLike<number>,
  size: number,
  label: () => string,
): Float64Array {
  let result: unknown;
  try {
    result = computed(vectorOf(point));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw connectionFunctionInvalid(label(), point, `threw "${message}"`, size, error);
  }
  const value = problemWith(result, size);
  if (typeof value === 'string') throw connectionFunctionInvalid(label(), point, value, size);
  return value;
}
