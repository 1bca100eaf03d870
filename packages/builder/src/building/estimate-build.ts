/** @file What a build will take, estimated before it begins. */
import { isNdlError, type BuildableObjects, type Cost, type SolverDefinition } from '@ndl/core';
import {
  describeObject,
  kept,
  walkNetworks,
  type Connection,
  type DenseTransform,
  type Distribution,
  type Ensemble,
  type LinearFilter,
  type Network,
  type Node,
  type Probe,
} from '@ndl/model';
import { isNdArray, OperationCount, type NdArray, type Pieces } from '@ndl/numerics';
import { forPart } from './build-errors.ts';
import { BLOCK_ELEMENTS, RATE_COST } from '../solvers/activities.ts';
import { evalPointCount } from './eval-points.ts';
import type { EstimatedPart } from './estimated-part.ts';
import { delayPart, processPart, trianglePart, type ProcessEstimate } from './estimate-steps.ts';
import { TUNING_COST } from './in-parts.ts';

/** What is known of a network's kinds, and steps, before it is built. */
export interface EstimateOptions {
  /** Seconds per step. */
  readonly dt: number;
  solverOf(kind: string): SolverDefinition | undefined;
  readonly processes: ProcessEstimate;
  /** Default: nothing comes later. */
  readonly laterCosts?: LaterCosts | undefined;
}

/** An estimate of a whole build. */
export interface BuildEstimate {
  readonly parts: ReadonlyMap<object, EstimatedPart>;
  /** Of all parts, and of what each object takes whatever its size. */
  readonly operations: number;
  /** What comes after the build. */
  readonly later: EstimatedPart;
}

/** Operations per second of an ordinary machine. */
const USUAL_PACE = 1e9;

/** Seconds from which on a warning is due. */
const LONG = 10;

/** What a coordinate of a sample is worth, in operations. */
const SAMPLE_COST = 128;

/** What a call of a user's function at an evaluation point is worth, in operations: most such functions are short. */
export const CALL_COST = 4096;

/** What an object is worth whatever its size, and what decoders are, in operations. */
const OBJECT_COST = 50_000;
const DECODER_COST = 300_000;

/** What an element of a vector is worth, in operations, over all stages up to the first step. */
const ELEMENT_COST = 64;

/** What an estimate is worth, in operations. */
const ESTIMATE_COST = 2048;

/** Operations that an object of each kind takes after the build: in its plan, its program, its backend. */
export type LaterCosts = Readonly<Record<keyof BuildableObjects, number>>;

const NOTHING_LATER: LaterCosts = { ensemble: 0, node: 0, connection: 0, probe: 0 };

/**
 * Estimates what each ensemble, node, connection and probe takes, in the order in which they are built.
 * @throws NdlError DEFINITION_RESULT for a solver whose `cost` is none
 */
export function* estimateBuild(
  network: Network,
  { laterCosts = NOTHING_LATER, ...options }: EstimateOptions,
): Pieces<BuildEstimate> {
  const parts = new Map<object, EstimatedPart>();
  const solved = new Set<Ensemble>();
  const counting = new OperationCount();
  let [operations, later] = [0, 0];
  for (const { network: owner, direction } of walkNetworks(network)) {
    const { ensembles, nodes, connections, probes } = owner;
    for (const object of direction === 'in' ? [...ensembles, ...nodes] : [...connections, ...probes]) {
      const part = partFor(object, options, solved);
      parts.set(object, part);
      operations += OBJECT_COST + part.cost.operations;
      later += laterCosts[object.kind];
      const done = counting.add(ESTIMATE_COST);
      if (done !== undefined) yield done;
    }
  }
  yield counting.rest();
  return { parts, operations, later: laterPart(parts.size, later) };
}

function partFor(
  object: Ensemble | Node | Connection | Probe,
  options: EstimateOptions,
  solved: Set<Ensemble>,
): EstimatedPart {
  if (object.kind === 'connection' || object.kind === 'probe') return pathPart(object, options, solved);
  const part = object.kind === 'ensemble' ? ensemblePart(object) : nodePart(object);
  return wholeOf([part, drivenPart(object, options.processes)]);
}

/** The process of a node, or the noise of an ensemble. */
function drivenPart(object: Ensemble | Node, processes: ProcessEstimate): EstimatedPart | undefined {
  if (object.kind === 'ensemble') {
    const currents = object.neuronType.kind === 'direct' ? object.dimensions : object.nNeurons;
    return object.noise === null ? undefined : processPart(object, object.noise, 0, currents, processes);
  }
  const output = kept(object, 'output');
  if (output === null || typeof output === 'function' || isNdArray(output)) return undefined;
  return processPart(object, output, object.sizeIn, object.sizeOut, processes);
}

/** Parts as one, which is described by the part that takes longest. */
function wholeOf(given: readonly (EstimatedPart | undefined)[]): EstimatedPart {
  const parts = given.filter((part) => part !== undefined);
  const most = (of: (part: EstimatedPart) => number): EstimatedPart =>
    parts.reduce((one, part) => (of(part) > of(one) ? part : one));
  const largest = most(({ cost }) => cost.bytes);
  return {
    ...most(({ cost }) => cost.operations),
    cost: { operations: parts.reduce((sum, { cost }) => sum + cost.operations, 0), bytes: largest.cost.bytes },
    largest,
  };
}

/** What to tell before a build that takes long: of each part that does, else of all together. */
export function warningsOf({ parts, operations, later }: BuildEstimate): readonly string[] {
  const costly = [...parts.values(), later].toSorted((a, b) => b.cost.operations - a.cost.operations);
  const long = costly.filter(({ cost }) => secondsOf(cost.operations) >= LONG);
  if (long.length > 0) return long.map(warningOf);
  const [largest] = costly;
  const all = operations + later.cost.operations;
  if (secondsOf(all) < LONG) return [];
  return [
    `Building the network takes about ${secondsText(all)}; the longest of its ${costly.length} parts is ` +
      `${largest!.describe()}. ${largest!.advice} ${WATCHED}`,
  ];
}

/** `1.2 GB`. */
export function bytesText(bytes: number): string {
  const unit = UNITS.find(([, size]) => bytes >= size) ?? UNITS.at(-1)!;
  return `${Number((bytes / unit[1]).toPrecision(2))} ${unit[0]}`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
];

const DECODER_ADVICE =
  'Time grows with the square of the neurons times the evaluation points: use several smaller ensembles, or fewer ' +
  'points (nEvalPoints); or keep decoders of an earlier build and give them with noSolver({ values }).';
const POINTS_ADVICE = 'Time grows with the evaluation points: use fewer (nEvalPoints).';
const SIZE_ADVICE = 'Time grows with the number of elements: use fewer of them.';
const ROTATION_ADVICE = 'Time grows with the cube of the dimensions: use several ensembles of fewer dimensions.';
const OBJECTS_ADVICE = 'Time grows with the number of objects: use fewer and larger ones.';
const WATCHED = 'The build can be aborted with signal, and onProgress tells how far it is.';

function warningOf({ describe, cost, advice }: EstimatedPart): string {
  return (
    `${describe()} take about ${secondsText(cost.operations)} to build and ${bytesText(cost.bytes)} of memory. ` +
    `${advice} ${WATCHED}`
  );
}

function secondsOf(operations: number): number {
  return operations / USUAL_PACE;
}

function secondsText(operations: number): string {
  return `${Number(secondsOf(operations).toPrecision(2))} seconds`;
}

/**
 * Sampling evaluation points and encoders - mapping, rotating and scaling them, and the random rotation -, tuning the neurons
 * and drawing their initial state.
 */
function ensemblePart(ensemble: Ensemble): EstimatedPart {
  const { nNeurons, dimensions, neuronType } = ensemble;
  const evalPoints = kept(ensemble, 'evalPoints');
  const points = evalPointCount(ensemble, evalPoints);
  const sampled = isNdArray(evalPoints) ? nNeurons : nNeurons + points;
  const rotation = dimensions > 1 ? 2 * 20 * dimensions * dimensions * dimensions : 0;
  const samples = sampled * dimensions * (SAMPLE_COST + dimensions);
  const perNeuron = TUNING_COST + (2 + neuronType.states.length) * SAMPLE_COST + ELEMENT_COST;
  return {
    describe: () =>
      `${describeObject(ensemble)}: ${nNeurons} neurons and ${points} evaluation points of ${dimensions} dimensions`,
    cost: {
      operations: samples + rotation + nNeurons * perNeuron,
      bytes: 8 * (2 * (points + nNeurons) * dimensions + 4 * dimensions * dimensions + 8 * nNeurons),
    },
    advice: rotation > samples ? ROTATION_ADVICE : SIZE_ADVICE,
  };
}

function nodePart(node: Node): EstimatedPart {
  const elements = node.sizeIn + node.sizeOut;
  return {
    describe: () => `${describeObject(node)}: vectors of ${Math.max(node.sizeIn, node.sizeOut)} elements`,
    cost: { operations: ELEMENT_COST * elements, bytes: 8 * 4 * elements },
    advice: SIZE_ADVICE,
  };
}

/** Compiling and loading what was built. */
function laterPart(objects: number, operations: number): EstimatedPart {
  return {
    describe: () => `The plan and the program of ${objects} objects`,
    cost: { operations, bytes: objects * BYTES_PER_OBJECT },
    advice: OBJECTS_ADVICE,
  };
}

/** What an object takes as operators, signals and instructions, roughly. */
const BYTES_PER_OBJECT = 16_384;

/**
 * What a connection, or a probe of a decoded value, consists of: decoders, with the values that its function gives at the
 * evaluation points; its transform, and their product; its filter. It is described by what takes longest.
 * @param solved ensembles whose normal equations are known by now; the path's is added.
 */
function pathPart(path: Connection | Probe, { dt, solverOf }: EstimateOptions, solved: Set<Ensemble>): EstimatedPart {
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
