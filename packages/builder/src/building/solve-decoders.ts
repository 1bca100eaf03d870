/** @file Decoders: weights that read a function of the represented value from the activities of an ensemble. */
import {
  isNdlError,
  type Activities,
  type BuildContext,
  type NeuronDefinition,
  type Solution,
  type SolverDefinition,
  type SolverInfo,
  type Work,
  showThrown,
} from '@ndl/core';
import {
  describeObject,
  vectorOf,
  type ConnectionFunction,
  type Ensemble,
  type NetworkObject,
  type Solver,
} from '@ndl/model';
import {
  isNdArray,
  matmulInPieces,
  OperationCount,
  transposeInPieces,
  zeros,
  type Matrix,
  type NdArray,
  type Pieces,
  type RandomState,
} from '@ndl/numerics';
import { connectionFunctionInvalid, decodedTooLarge, noActivity, transformApart } from './build-errors.ts';
import { allActivities, areSilent, computedActivities } from '../solvers/activities.ts';
import { RecentActivities } from '../solvers/recent-activities.ts';
import { problemWith } from './checked-output.ts';
import { CALL_COST } from './estimate-path.ts';
import { sampleEvalPoints } from './eval-points.ts';
import { isLastOf } from './paths-to-come.ts';
import { partOf } from './part-of.ts';
import type { SignalPath } from './path-parts.ts';
import { tunedType } from './tuned-type.ts';
import { asMatrix, columnsOf, drawTransform } from './weights.ts';

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
  /** What the solver told beside; `null` where nothing was solved, or told. */
  readonly info: SolverInfo | null;
}

/**
 * Solves for the decoders of a path from `ensemble`. Draws from `random`: its own evaluation points, then (for a
 * solver that is not compositional, so that its targets need it) the transform, then what the solver draws.
 * @throws NdlError NO_ACTIVITY, CONNECTION_FUNCTION_INVALID, DECODED_TOO_LARGE, UNKNOWN_KIND, DEFINITION_RESULT, DEFINITION_FAILED, and
 * what the solver throws
 */
export async function solveDecoders(
  path: SignalPath,
  ensemble: Ensemble,
  context: BuildContext,
  random: RandomState,
): Promise<Decoding> {
  const { owner, solver, sizeMid } = path;
  const { work } = context;
  const definition = await partOf(owner, 'solver', () => context.solver(solver.kind));
  const isForFullWeights = solver.weights && !solver.compositional && path.targetEncoders !== null;
  const decodingOf = async ({ weights, errors, info }: Solution, evalPoints: NdArray | null): Promise<Decoding> => {
    const rows = await work.run(transposeInPieces(weights));
    const found = isForFullWeights ? { decoders: null, fullWeights: rows } : { decoders: rows, fullWeights: null };
    const isSolved = evalPoints !== null;
    return { evalPoints, ...found, errors: isSolved ? errors : null, info: isSolved ? (info ?? null) : null };
  };
  if (!definition.needsActivities) {
    const columns = isForFullWeights ? path.targetEncoders!.shape[0]! : sizeMid;
    const shapes = [zeros([0, ensemble.nNeurons]), zeros([0, columns])] as const;
    const given = await partOf(owner, 'solver', () => settled(definition.solve(solver, ...shapes, random), work));
    return decodingOf(given, null);
  }
  const points = await pathEvalPoints(path, ensemble, context, random);
  const activities = await partOf(owner, 'activities', () => activitiesAt(points, ensemble, context));
  const isSilent = await unlessTooLarge(owner, 'evaluation points', points, () =>
    partOf(owner, 'activities', () => work.run(areSilent(activities))),
  );
  if (isSilent) throw noActivity(describeObject(owner), describeObject(ensemble));
  const evalPoints = await work.run(columnsOf(points, path.sourceSelection));
  let targets = await work.run(targetsAt(evalPoints, path));
  if (path.function !== null) context.onTargets?.(owner, targets);
  if (isForFullWeights) {
    const { weights } = await partOf(owner, 'transform', () =>
      work.run(drawTransform(path.transform, context, random)),
    );
    if (weights === undefined) throw transformApart(describeObject(owner), path.transform.kind);
    targets = await work.run(fullTargets(path.targetEncoders!, weights, targets, sizeMid));
  }
  const decoded = path.function === null ? 'evaluation points' : 'function values';
  const solved = await unlessTooLarge(owner, decoded, targets, () =>
    partOf(owner, 'solver', () => solution(definition, solver, activities, targets, { work, random })),
  );
  if (isLastOf(path, ensemble, context)) recentOf(context).release(points);
  return decodingOf(solved, evalPoints);
}

/** Where squares of numbers, and sums of them, leave float64. */
const MOST_DECODED = 1e150;

/**
 * Calls a definition with `numbers`. Where it returns what cannot be used, the numbers are to blame if they are so large.
 * @throws NdlError DECODED_TOO_LARGE
 */
async function unlessTooLarge<Result>(
  owner: NetworkObject,
  what: string,
  { data }: NdArray,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const large = data.find((value) => !(Math.abs(value) <= MOST_DECODED));
    if (large === undefined || !isNdlError(error) || error.code !== 'DEFINITION_RESULT') throw error;
    throw decodedTooLarge(describeObject(owner), what, large, MOST_DECODED, error);
  }
}

/** Solves in pieces where the definition can, else at once with all activities. */
async function solution(
  definition: SolverDefinition,
  solver: Solver,
  activities: Activities,
  targets: NdArray,
  { work, random }: { readonly work: Work; readonly random: RandomState },
): Promise<Solution> {
  if (definition.solveInPieces !== undefined) {
    return work.run(definition.solveInPieces(solver, activities, targets, random));
  }
  const all = await work.run(allActivities(activities));
  return settled(definition.solve(solver, all, targets, random), work);
}

/** A solution that may be promised, which an abort does not wait for. */
function settled(solution: Solution | Promise<Solution>, work: Work): Solution | Promise<Solution> {
  return solution instanceof Promise ? work.wait(solution) : solution;
}

async function pathEvalPoints(
  { evalPoints, scaleEvalPoints }: SignalPath,
  ensemble: Ensemble,
  context: BuildContext,
  random: RandomState,
): Promise<Matrix> {
  if (evalPoints === null) return context.builtEnsemble(ensemble).evalPoints as Matrix;
  return sampleEvalPoints(ensemble, evalPoints, scaleEvalPoints ? ensemble.radius : 1, context, random);
}

/**
 * The activities asked for last in each build, by its work: paths from one ensemble share them, and what solvers remember of them. Contexts
 * would not do, as each build function has one of its own.
 */
const recentActivities = new WeakMap<BuildContext['work'], RecentActivities>();

function recentOf({ work }: BuildContext): RecentActivities {
  const recent = recentActivities.get(work) ?? new RecentActivities();
  recentActivities.set(work, recent);
  return recent;
}

/** Steady-state activities, [points, neurons], where the ensemble represents each of `points`. */
function activitiesAt(points: Matrix, ensemble: Ensemble, context: BuildContext): Activities {
  const recent = recentOf(context);
  return recent.at(points, () => {
    const { encoders, gain, bias } = context.builtEnsemble(ensemble);
    const { radius } = ensemble;
    const tuned = tunedType(ensemble.neuronType);
    const definition: NeuronDefinition = context.neuron(tuned.kind);
    return computedActivities(
      {
        points,
        encoders: encoders as Matrix,
        gain: gain!.data,
        bias: bias!.data,
        radius,
        rates: (currents) => definition.rates(tuned, currents),
      },
      recent.storage,
    );
  });
}

/** targets · (encoders · transform)ᵀ: what arrives at each neuron of the target, [points, neurons]. */
function* fullTargets(
  targetEncoders: NdArray,
  transform: NdArray | null,
  targets: NdArray,
  sizeMid: number,
): Pieces<NdArray> {
  const perNeuron = yield* matmulInPieces(targetEncoders, yield* asMatrix(transform, sizeMid));
  return yield* matmulInPieces(targets, yield* transposeInPieces(perNeuron));
}

/** What the path's function makes of each point, [points, size_mid]. */
function* targetsAt(points: NdArray, { function: computed, sizeMid, owner }: SignalPath): Pieces<NdArray> {
  if (computed === null) return points;
  if (isNdArray(computed)) return computed;
  const [count, columns] = points.shape as [number, number];
  const targets = zeros([count, sizeMid]);
  const operations = new OperationCount();
  for (let index = 0; index < count; index++) {
    const point = points.data.subarray(index * columns, (index + 1) * columns);
    const value = resultAt(computed, point, sizeMid, owner);
    if (!wasWritten(value, targets.data, index * sizeMid, sizeMid))
      targets.data.set(vectorAt(value, point, sizeMid, owner), index * sizeMid);
    const done = operations.add(CALL_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return targets;
}

function resultAt(computed: ConnectionFunction, point: ArrayLike<number>, size: number, owner: NetworkObject): unknown {
  try {
    return computed(vectorOf(point));
  } catch (error) {
    throw connectionFunctionInvalid(describeObject(owner), point, `threw "${showThrown(error)}"`, size, error);
  }
}

/** Writes what most functions return, a number or a plain list; whether it was that. */
function wasWritten(result: unknown, target: Float64Array, at: number, size: number): boolean {
  if (size === 1 && typeof result === 'number') {
    target[at] = result;
    return Number.isFinite(result);
  }
  if (!Array.isArray(result) || result.length !== size) return false;
  for (let index = 0; index < size; index++) {
    const value: unknown = result[index];
    if (!Number.isFinite(value)) return false;
    target[at + index] = value as number;
  }
  return true;
}

/** What was returned for a point, checked. */
function vectorAt(result: unknown, point: ArrayLike<number>, size: number, owner: NetworkObject): Float64Array {
  const value = problemWith(result, size);
  if (typeof value === 'string') throw connectionFunctionInvalid(describeObject(owner), point, value, size);
  return value;
}
