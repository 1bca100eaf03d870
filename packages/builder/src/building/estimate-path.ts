/** @file What the path of a connection or a probe will take: its samples, decoders, weights and filter. */
import { isNdlError, type Cost, type SolverDefinition } from '@ndl/core';
import {
  describeObject,
  kept,
  type Connection,
  type DenseTransform,
  type Distribution,
  type Ensemble,
  type LinearFilter,
  type Probe,
} from '@ndl/model';
import { isNdArray, type NdArray } from '@ndl/numerics';
import { BLOCK_ELEMENTS, RATE_COST } from '../solvers/activities.ts';
import { forPart } from './build-errors.ts';
import type { EstimateOptions } from './estimate-options.ts';
import { delayPart, trianglePart } from './estimate-steps.ts';
import { wholeOf, type EstimatedPart } from './estimated-part.ts';
import { evalPointCount } from './eval-points.ts';

/** What a coordinate of a sample is worth, in operations. */
export const SAMPLE_COST = 128;

/** What a call of a user's function at an evaluation point is worth, in operations: most such functions are short. */
export const CALL_COST = 4096;

/** What decoders are worth whatever their size, in operations. */
const DECODER_COST = 300_000;

/** What an element of a vector is worth, in operations, over all stages up to the first step. */
export const ELEMENT_COST = 64;

const DECODER_ADVICE =
  'Time grows with the square of the neurons times the evaluation points: use several smaller ensembles, or fewer ' +
  'points (nEvalPoints); or keep decoders of an earlier build and give them with noSolver({ values }).';

const POINTS_ADVICE = 'Time grows with the evaluation points: use fewer (nEvalPoints).';

export const SIZE_ADVICE = 'Time grows with the number of elements: use fewer of them.';

/**
 * What a connection, or a probe of a decoded value, consists of: decoders, with the values that its function gives at the
 * evaluation points; its transform, and their product; its filter. It is described by what takes longest.
 * @param solved ensembles whose normal equations are known by now; the path's is added.
 */
export function pathPart(
  path: Connection | Probe,
  { dt, solverOf }: EstimateOptions,
  solved: Set<Ensemble>,
): EstimatedPart {
  return wholeOf([
    vectorPart(path),
    decoderPart(path, solverOf, solved),
    path.kind === 'connection' ? weightsPart(path) : undefined,
    filterPart(path),
    trianglePart(path, dt),
    delayPart(path, dt),
  ]);
}

/** A linear filter made discrete, and its states. */
function filterPart(path: Connection | Probe): EstimatedPart | undefined {
  const { synapse } = path;
  if (synapse?.kind !== 'linearFilter') return undefined;
  const states = (synapse as LinearFilter).denominator.size - 1;
  const size = path.kind === 'connection' ? path.sizeOut : path.sizeIn;
  return {
    describe: () => `${describeObject(path)}: a filter of ${states} states`,
    cost: {
      operations: DISCRETIZATION_COST * states * states * states + COEFFICIENT_COST * states * states,
      bytes: 8 * states * (16 * states + 2 * size),
    },
    advice: 'Time grows with the cube of the number of states: use a filter of lower order.',
  };
}

/** Products and systems of equations that make a filter discrete, for each cube of its states. */
const DISCRETIZATION_COST = 32;

/** What a coefficient of a filter is worth over all stages up to the first step, in operations. */
const COEFFICIENT_COST = 16_384;

function vectorPart(path: Connection | Probe): EstimatedPart {
  const elements = path.kind === 'connection' ? path.sizeMid + path.sizeOut : path.sizeIn;
  return {
    describe: () => `${describeObject(path)}: vectors of ${elements} elements`,
    cost: { operations: ELEMENT_COST * elements, bytes: 8 * 4 * elements },
    advice: SIZE_ADVICE,
  };
}

/** The transform of a connection, and the product of target encoders, transform and decoders. */
function weightsPart(connection: Connection): EstimatedPart {
  const { transform, sizeMid, sizeOut, preObject, postObject, solver } = connection;
  const initial = transform.kind === 'dense' ? kept(transform as DenseTransform, 'initial') : 1;
  const isDrawn = isDistribution(initial);
  const isMatrix = isDrawn || (isNdArray(initial) && initial.rank === 2);
  const neurons = preObject.kind === 'ensemble' && preObject.neuronType.kind !== 'direct' ? preObject.nNeurons : 0;
  const targets = neurons > 0 && solver.weights && postObject.kind === 'ensemble' ? postObject.nNeurons : 0;
  const numbers = isMatrix ? sizeMid * sizeOut : sizeOut;
  const product = neurons * numbers + targets * sizeOut * neurons;
  const [rows, columns] = [targets > 0 ? targets : sizeOut, neurons > 0 ? neurons : isMatrix ? sizeMid : 1];
  const elements = Math.max(numbers, rows * columns);
  return {
    describe: () => `${describeObject(connection)}: weights of ${rows} × ${columns}`,
    cost: {
      operations: numbers * (isDrawn ? SAMPLE_COST : 1) + product + ELEMENT_COST * elements,
      bytes: 8 * 4 * elements,
    },
    advice: SIZE_ADVICE,
  };
}

function isDistribution(initial: number | Distribution | NdArray): initial is Distribution {
  return typeof initial !== 'number' && !isNdArray(initial);
}

function decoderPart(
  path: Connection | Probe,
  solverOf: (kind: string) => SolverDefinition | undefined,
  solved: Set<Ensemble>,
): EstimatedPart | undefined {
  const ensemble = path.kind === 'probe' ? path.targetObject : path.preObject;
  if (ensemble.kind !== 'ensemble' || ensemble.neuronType.kind === 'direct') return undefined;
  if (path.kind === 'probe' && path.attribute !== 'decodedOutput') return undefined;
  const solver = solverOf(path.solver.kind);
  if (solver === undefined || !solver.needsActivities) return undefined;
  const ownPoints = path.kind === 'connection' ? kept(path, 'evalPoints') : null;
  const { nNeurons: neurons, dimensions } = ensemble;
  const points = evalPointCount(ensemble, ownPoints ?? kept(ensemble, 'evalPoints'));
  const targets = path.kind === 'connection' ? path.sizeMid : path.sizeIn;
  // The activities are gone through twice, and once more where normal equations are known.
  const activities = points * neurons * (dimensions + RATE_COST) * (points * neurons > BLOCK_ELEMENTS ? 2 : 1);
  const cost = solverCost(solver, path, { points, neurons, targets });
  const isKnown = ownPoints === null && solved.has(ensemble);
  if (ownPoints === null) solved.add(ensemble);
  const shared = isKnown ? (points * neurons * Math.min(points, neurons)) / 2 : 0;
  const solving = Math.max(0, (cost?.operations ?? 0) - shared);
  const isCalled = path.kind === 'connection' && typeof kept(path, 'function') === 'function';
  const calls = isCalled ? points * CALL_COST : 0;
  const values = isCalled ? ' and the values of its function' : '';
  return {
    describe: () => `${describeObject(path)}: decoders of ${neurons} neurons${values} at ${points} evaluation points`,
    cost: { operations: DECODER_COST + activities + solving + calls, bytes: cost?.bytes ?? 8 * points * neurons },
    advice: solving > activities + calls ? DECODER_ADVICE : POINTS_ADVICE,
  };
}

function solverCost(
  solver: SolverDefinition,
  path: Connection | Probe,
  sizes: Parameters<NonNullable<SolverDefinition['cost']>>[1],
): Cost | undefined {
  try {
    return solver.cost?.(path.solver, sizes);
  } catch (error) {
    throw isNdlError(error) ? forPart(describeObject(path), 'solver', error) : error;
  }
}
