/** @file What a build will take, estimated before it begins. */
import type { Cost, SolverDefinition } from '@ndl/core';
import { describeObject, type Connection, type Ensemble, type Network, type Probe } from '@ndl/model';
import { isNdArray } from '@ndl/numerics';
import { BLOCK_ELEMENTS, RATE_COST } from '../solvers/activities.ts';
import { evalPointCount } from './eval-points.ts';

/** A part of a build that may take long. */
export interface EstimatedPart {
  /** `Connection 'a' (connections[0]): decoders of 4000 neurons at 8000 evaluation points`. */
  describe(): string;
  readonly cost: Cost;
}

/** An estimate of a whole build. */
export interface BuildEstimate {
  readonly parts: ReadonlyMap<object, EstimatedPart>;
  readonly operations: number;
}

/** Operations per second of an ordinary machine. */
const USUAL_PACE = 1e9;

/** Seconds from which on a warning is due. */
const LONG = 10;

/** What a coordinate of a sample is worth, in operations. */
const SAMPLE_COST = 128;

/** Estimates what each ensemble, connection and probe takes, in the order in which they are built. */
export function estimateBuild(
  network: Network,
  solverOf: (kind: string) => SolverDefinition | undefined,
): BuildEstimate {
  const parts = new Map<object, EstimatedPart>();
  const solved = new Set<Ensemble>();
  const visit = ({ ensembles, networks, connections, probes }: Network): void => {
    for (const ensemble of ensembles) parts.set(ensemble, ensemblePart(ensemble));
    networks.forEach(visit);
    for (const path of [...connections, ...probes]) {
      const part = decoderPart(path, solverOf, solved);
      if (part !== undefined) parts.set(path, part);
    }
  };
  visit(network);
  let operations = 0;
  for (const { cost } of parts.values()) operations += cost.operations;
  return { parts, operations };
}

/** What to tell before a build that takes long: of each part that does, else of all together. */
export function warningsOf({ parts, operations }: BuildEstimate): readonly string[] {
  const costly = [...parts.values()].toSorted((a, b) => b.cost.operations - a.cost.operations);
  const long = costly.filter(({ cost }) => secondsOf(cost.operations) >= LONG);
  if (long.length > 0) return long.map(warningOf);
  const [largest] = costly;
  if (largest === undefined || secondsOf(operations) < LONG) return [];
  return [
    `Building the network takes about ${secondsText(operations)}; the longest of its ${costly.length} parts is ` +
      `${largest.describe()}. ${ADVICE}`,
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

const ADVICE =
  'Time grows with the square of the neurons times the evaluation points: use several smaller ensembles, or fewer ' +
  'points (nEvalPoints); or keep decoders of an earlier build and give them with noSolver({ values }). ' +
  'The build can be aborted with signal, and onProgress tells how far it is.';

function warningOf({ describe, cost }: EstimatedPart): string {
  return `${describe()} take about ${secondsText(cost.operations)} to build and ${bytesText(cost.bytes)} of memory. ${ADVICE}`;
}

function secondsOf(operations: number): number {
  return operations / USUAL_PACE;
}

function secondsText(operations: number): string {
  return `${Number(secondsOf(operations).toPrecision(2))} seconds`;
}

/** Sampling evaluation points and encoders: mapping, rotating and scaling them, and the random rotation. */
function ensemblePart(ensemble: Ensemble): EstimatedPart {
  const { nNeurons, dimensions } = ensemble;
  const points = evalPointCount(ensemble, ensemble.evalPoints);
  const sampled = isNdArray(ensemble.evalPoints) ? nNeurons : nNeurons + points;
  const rotations = dimensions > 1 ? 2 : 0;
  return {
    describe: () =>
      `${describeObject(ensemble)}: ${nNeurons} neurons and ${points} evaluation points of ${dimensions} dimensions`,
    cost: {
      operations:
        sampled * dimensions * (SAMPLE_COST + dimensions) + rotations * 20 * dimensions * dimensions * dimensions,
      bytes: 8 * (2 * (points + nNeurons) * dimensions + 4 * dimensions * dimensions),
    },
  };
}

/** @param solved ensembles whose normal equations are known by now; the path's is added. */
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
  const ownPoints = path.kind === 'connection' ? path.evalPoints : null;
  const { nNeurons: neurons, dimensions } = ensemble;
  const points = evalPointCount(ensemble, ownPoints ?? ensemble.evalPoints);
  const targets = path.kind === 'connection' ? path.sizeMid : path.sizeIn;
  // The activities are gone through twice, and once more where normal equations are known.
  const activities = points * neurons * (dimensions + RATE_COST) * (points * neurons > BLOCK_ELEMENTS ? 2 : 1);
  const cost = solver.cost?.(path.solver, { points, neurons, targets });
  const isKnown = ownPoints === null && solved.has(ensemble);
  if (ownPoints === null) solved.add(ensemble);
  const shared = isKnown ? (points * neurons * Math.min(points, neurons)) / 2 : 0;
  return {
    describe: () => `${describeObject(path)}: decoders of ${neurons} neurons at ${points} evaluation points`,
    cost: {
      operations: activities + Math.max(0, (cost?.operations ?? 0) - shared),
      bytes: cost?.bytes ?? 8 * points * neurons,
    },
  };
}
