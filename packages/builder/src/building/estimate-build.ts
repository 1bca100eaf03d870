/** @file What a build will take, estimated before it begins. */
import {
  describeObject,
  kept,
  walkNetworks,
  type Connection,
  type Ensemble,
  type Network,
  type Node,
  type Probe,
} from '@ndl/model';
import { isNdArray, OperationCount, type Pieces } from '@ndl/numerics';
import { ELEMENT_COST, pathPart, SAMPLE_COST, SIZE_ADVICE } from './estimate-path.ts';
import type { EstimateOptions, LaterCosts } from './estimate-options.ts';
import { processPart, type ProcessEstimate } from './estimate-steps.ts';
import type { BuildEstimate } from './estimate-warnings.ts';
import { wholeOf, type EstimatedPart } from './estimated-part.ts';
import { evalPointCount } from './eval-points.ts';
import { TUNING_COST } from './in-parts.ts';

/** What an object is worth whatever its size, in operations. */
const OBJECT_COST = 50_000;

/** What an estimate is worth, in operations. */
const ESTIMATE_COST = 2048;

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

const ROTATION_ADVICE = 'Time grows with the cube of the dimensions: use several ensembles of fewer dimensions.';

const OBJECTS_ADVICE = 'Time grows with the number of objects: use fewer and larger ones.';

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
