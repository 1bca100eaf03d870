/** @file What must hold between a connection, its ends and its parameters. */
import { isNdArray, type NdArray } from '@ndl/numerics';
import {
  finiteArray,
  hintForFactory,
  hintForPageNode,
  isArrayInput,
  requireShape,
  type Check,
} from '../data/checks.ts';
import { requireRoomFor } from '../data/array-size.ts';
import type { ConnectionOptions, ConnectionValues } from './connection.ts';
import { invalidParameter, optionConflict, wrongShape } from '../errors.ts';
import { otherNetwork } from '../networks/network-errors.ts';
import {
  evalPointsNotAllowed,
  functionFailed,
  functionNotAllowed,
  functionResultInvalid,
  notConnectable,
  repeatedIndices,
} from './object-errors.ts';
import type { Ensemble } from './ensemble.ts';
import { isOfFamily } from '../data/frozen-data.ts';
import { readFunctionResult, vectorOf, type ConnectionFunction } from './functions.ts';
import { immutableData } from '../data/immutable-data.ts';
import { describeObject } from '../networks/naming.ts';
import type { Network } from '../networks/network.ts';
import { requireWithin } from './object-view.ts';
import { isNetworkObject, objectOf, selectionOf, type ConnectionEnd, type Viewable } from './objects.ts';
import { hintForOtherCopy } from './other-copies.ts';
import { checkRules } from './rule-checks.ts';
import { hasRepeats } from './selection.ts';
import type { NoSolver } from '../solvers/solvers.ts';
import {
  denseFor,
  isMatrix,
  noTransform,
  transform as checkedTransform,
  type DenseTransform,
  type Transform,
  type TransformInput,
} from '../transforms/transforms.ts';

/** A function, its values at the evaluation points [points, size], or null. */
export const functionOrPoints: Check<ConnectionFunction | NdArray | null> = (value, where) => {
  if (value === null || typeof value === 'function') return value as ConnectionFunction | null;
  if (!isArrayInput(value) || typeof value === 'number') {
    const hint = isOfFamily(value, 'process') ? 'Processes belong on nodes.' : '';
    throw invalidParameter(where, 'a function, an array of its values at evalPoints, or null', value, hint);
  }
  const values = finiteArray(value, where);
  requireShape(values, ['*', '*'], where, 'An array holds one row of values per evaluation point.');
  return values;
};

/** A transform, what it is made of, or null. Arrays are copied; sizes are checked when both ends are known. */
export const transformOrValues: Check<TransformInput> = (value, where) => {
  if (value === null || typeof value === 'number') return value;
  if (isOfFamily(value, 'distribution')) return immutableData(value) as TransformInput;
  if (isOfFamily(value, 'transform')) return checkedTransform(value, where);
  if (!isArrayInput(value))
    throw invalidParameter(
      where,
      'a number, an array, a distribution, dense(…), or null',
      value,
      hintForFactory(value, where),
    );
  return finiteArray(value, where);
};

/** Refuses ends that cannot be connected. @throws NdlError NOT_CONNECTABLE, INVALID_SELECTION, FOREIGN_OBJECT */
export function checkEnds(pre: ConnectionEnd, post: ConnectionEnd, network: Network, subject: string): void {
  checkEnd(pre, 'pre', network, subject);
  checkEnd(post, 'post', network, subject);
}

function checkEnd(end: unknown, role: 'pre' | 'post', network: Network, subject: string): void {
  const where = `${subject}: ${role}`;
  const wanted = `an ensemble, its neurons, a node, ${role === 'post' ? 'a learning rule, ' : ''}or a slice of one of those`;
  if (!isNetworkObject(end))
    throw invalidParameter(where, wanted, end, hintForPageNode(end) || (role === 'post' ? hintForRules(end) : ''));
  if (end.kind === 'connection' || end.kind === 'probe' || end.kind === 'network') {
    const fix = end.kind === 'connection' && role === 'post' ? ' Is its learningRule meant?' : '';
    throw notConnectable(where, `must be ${wanted}; ${describeObject(end)} cannot be connected.${fix}`);
  }
  if (end.network.toplevel !== network.toplevel)
    throw otherNetwork(subject, role, describeObject(end), hintForOtherCopy(end));
  const size = role === 'pre' ? end.sizeOut : end.sizeIn;
  if (end.kind === 'view') requireWithin(end, role === 'pre' ? 'sizeOut' : 'sizeIn', where);
  if (size === 0) {
    const lacks = role === 'pre' ? 'has no output to transmit' : 'takes no input';
    throw notConnectable(
      where,
      `cannot be ${describeObject(end)}, which ${lacks}${reasonForNoSize(objectOf(end), role)}.`,
    );
  }
}

/** Which rule is meant, where all rules of a connection are given. */
function hintForRules(end: unknown): string {
  if (typeof end !== 'object' || end === null) return '';
  const isRule = (value: unknown): boolean => isNetworkObject(value) && value.kind === 'learningRule';
  const rules = Object.entries(end).filter(([, value]) => isRule(value));
  if (rules.length === 0) return '';
  const places = rules.map(([key]) => (Array.isArray(end) ? `learningRule[${key}]` : `learningRule.${key}`));
  return `Name one of the rules: ${places.join(', ')}.`;
}

function reasonForNoSize(object: Viewable, role: 'pre' | 'post'): string {
  if (object.kind === 'neurons') return ': its ensemble is without neurons (direct); connect to the ensemble';
  if (object.kind === 'learningRule' && role === 'post' && object.type !== undefined)
    return `: rules of kind ${object.type.kind} have none`;
  return object.kind === 'node' && role === 'post' ? ': give the node a sizeIn' : '';
}

interface ConnectionInQuestion {
  readonly pre: ConnectionEnd;
  readonly post: ConnectionEnd;
  readonly values: ConnectionValues;
  /** What the user wrote himself: a default that does not fit here is no mistake of his. */
  readonly given: ConnectionOptions;
  readonly subject: string;
}

/** Checks a connection as a whole, and finds the transform that it has. @throws NdlError for what does not go together. */
export function checkConnection(connection: ConnectionInQuestion): { sizeMid: number; transform: Transform } {
  const { pre, post, values, subject } = connection;
  checkEvalPoints(pre, values, `${subject}: evalPoints`);
  const sizeMid = sizeOfFunction(connection);
  const transform = transformBetween(
    values.transform,
    sizeMid,
    post.sizeIn,
    values.function !== null,
    `${subject}: transform`,
  );
  if (isMatrix(transform)) {
    requireRoomFor(transform.shape, `${subject}: transform`, 'too many elements');
    for (const [role, selection] of [
      ['pre', selectionOf(pre, 'ofOutput')],
      ['post', selectionOf(post, 'ofInput')],
    ] as const) {
      if (selection !== null && hasRepeats(selection)) throw repeatedIndices(`${subject}: ${role}`);
    }
  }
  checkSolver(connection, sizeMid);
  checkRules({ pre, post, sizeMid, transform, solver: values.solver, types: values.learningRuleType, subject });
  return { sizeMid, transform };
}

function checkEvalPoints(pre: ConnectionEnd, { evalPoints }: ConnectionValues, where: string): void {
  if (evalPoints === null) return;
  if (pre.kind !== 'ensemble') {
    const fix = pre.kind === 'view' ? ' Connect from the whole ensemble and select in the function.' : '';
    throw evalPointsNotAllowed(where, `need a whole ensemble as pre, not ${describeObject(pre)}.${fix}`);
  }
  if (isNdArray(evalPoints)) requireShape(evalPoints, ['*', pre.sizeOut], where);
}

function sizeOfFunction({ pre, values, subject }: ConnectionInQuestion): number {
  const where = `${subject}: function`;
  const { function: computed, evalPoints } = values;
  if (computed === null) return pre.sizeOut;
  checkFunctionSource(objectOf(pre), where);
  if (isNdArray(computed)) {
    if (!isNdArray(evalPoints))
      throw evalPointsNotAllowed(
        where,
        'is an array of values, so evalPoints must be the array of points that they belong to.',
      );
    requireShape(computed, [evalPoints.shape[0]!, '*'], where, 'It needs one row per evaluation point.');
    return computed.shape[1]!;
  }
  const point = isNdArray(evalPoints) ? evalPoints.row(0).data : new Float64Array(pre.sizeOut);
  return sizeOfResult(computed, point, where);
}

/** Refuses a function of what nothing can be computed of. @throws NdlError FUNCTION_NOT_ALLOWED */
export function checkFunctionSource(source: Viewable, where: string): void {
  if (source.kind === 'neurons') {
    throw functionNotAllowed(
      where,
      `cannot be computed of ${describeObject(source)}; connect from the ensemble, or use a transform.`,
    );
  }
  if (source.kind === 'node' && source.output === null) {
    throw functionNotAllowed(
      where,
      `cannot be computed on a passthrough node, ${describeObject(source)}; put it on the connection into the node, or give the node a function.`,
    );
  }
}

function sizeOfResult(computed: ConnectionFunction, point: ArrayLike<number>, where: string): number {
  const who = `${where}, called with [${Array.from(point).slice(0, 8).join(', ')}${point.length > 8 ? ', …' : ''}],`;
  let result: unknown;
  try {
    result = computed(vectorOf(point));
  } catch (error) {
    throw functionFailed(who, error);
  }
  const size = readFunctionResult(result, who).length;
  if (size === 0) throw functionResultInvalid(who, result);
  return size;
}

function transformBetween(
  input: TransformInput,
  sizeMid: number,
  sizeOut: number,
  hasFunction: boolean,
  where: string,
): Transform {
  const middle = hasFunction ? "the function's result" : 'the source';
  if (input === null || (isOfFamily(input, 'transform') && input.kind === 'none')) {
    const size = input === null ? sizeMid : (input as Transform).shape[1];
    if (size !== sizeMid || size !== sizeOut) {
      throw wrongShape(
        where,
        [sizeOut, sizeMid],
        [],
        `Without a transform ${middle} (${sizeMid}) must have the size of the target (${sizeOut}).`,
      );
    }
    return noTransform(size);
  }
  const transform = isOfFamily(input, 'transform')
    ? (input as Transform)
    : denseFromValues(input, sizeMid, sizeOut, middle, where);
  const [rows, columns] = transform.shape;
  if (columns !== sizeMid || rows !== sizeOut) throw misfit(transform.shape, sizeMid, sizeOut, middle, where);
  return transform;
}

function denseFromValues(
  input: unknown,
  sizeMid: number,
  sizeOut: number,
  middle: string,
  where: string,
): DenseTransform {
  if (isNdArray(input) && input.rank === 2) {
    const [rows, columns] = input.shape as [number, number];
    if (rows !== sizeOut || columns !== sizeMid) throw misfit(input.shape, sizeMid, sizeOut, middle, where);
  }
  return denseFor([sizeOut, sizeMid], input, where);
}

function misfit(shape: readonly number[], sizeMid: number, sizeOut: number, middle: string, where: string): Error {
  const culprit = shape[1] !== sizeMid ? `${middle} has size ${sizeMid}` : `the target takes ${sizeOut}`;
  return wrongShape(
    where,
    [sizeOut, sizeMid],
    shape,
    `A transform has one row per element of the target and one column per element of ${middle}; ${culprit}.`,
  );
}

function checkSolver({ pre, post, values, given, subject }: ConnectionInQuestion, sizeMid: number): void {
  const { solver } = values;
  const source = objectOf(pre);
  const full = objectOf(post);
  if (given.solver !== undefined && source.kind !== 'ensemble') {
    const fix = source.kind === 'neurons' ? ', or connect from the ensemble' : '';
    throw optionConflict(
      subject,
      `a solver finds decoders, and nothing is decoded from ${describeObject(pre)}; leave it out${fix}.`,
    );
  }
  if (solver.weights && source.kind === 'ensemble' && full.kind === 'ensemble') {
    requireRoomFor([currentsOf(full), source.nNeurons], subject, 'too many weights between neurons (solver)');
  }
  if (
    solver.weights &&
    given.solver !== undefined &&
    !(source.kind === 'ensemble' && objectOf(post).kind === 'ensemble')
  ) {
    throw optionConflict(
      subject,
      'a solver for weights connects an ensemble to an ensemble; use one without weights here.',
    );
  }
  const { values: decoders } = solver as Partial<NoSolver>;
  if (solver.kind !== 'noSolver' || source.kind !== 'ensemble' || !isNdArray(decoders)) return;
  const target = objectOf(post);
  const isFull = solver.weights && !solver.compositional && target.kind === 'ensemble';
  requireShape(decoders, [source.nNeurons, isFull ? currentsOf(target) : sizeMid], `${subject}: solver values`);
}

/** How many currents full weights end at: one per neuron, of direct ensembles one per dimension. */
function currentsOf({ neuronType, nNeurons, dimensions }: Ensemble): number {
  return neuronType.kind === 'direct' ? dimensions : nNeurons;
}
