/** @file Every diagnostic of `@ndl/numerics`: one function each, with a stable code, the culprit, and the fix. */
import { NdlError } from './ndl-error.ts';
import { showValue } from './show-value.ts';

/** `subject` has another shape than was expected. */
export function shapeMismatch(subject: string, expected: readonly number[], actual: readonly number[]): NdlError {
  return new NdlError('SHAPE_MISMATCH', `${subject}: expected shape ${shapeText(expected)}, got ${shapeText(actual)}.`);
}

/** What cannot hold the elements of an array. */
export function dataOfNoArray(value: unknown): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `new NdArray: data must be a Float64Array or a Float32Array; got ${showValue(value)}. Of lists and other typed arrays, ` +
      'ndarray(…) makes an array.',
  );
}

/** What is no shape. */
export function notAShape(call: string, value: unknown): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `${call}: the shape must be a list of whole numbers, 0 or above, such as [2, 3]; got ${showValue(value)}.`,
  );
}

/** A routine of linear algebra was given something that is not a matrix. */
export function notAMatrix(subject: string, actual: readonly number[]): NdlError {
  return new NdlError('SHAPE_MISMATCH', `${subject}: expected a matrix (two axes), got shape ${shapeText(actual)}.`);
}

/** Nested lists whose lengths differ, so that they make no array. */
export function raggedArray(path: readonly number[], expected: string, actual: string): NdlError {
  return new NdlError(
    'RAGGED_ARRAY',
    `Nested lists must have equal lengths: ${elementText(path)} is ${actual} where its ` +
      `neighbours are ${expected}. Pad or cut the lists to one length.`,
  );
}

/** A leaf of nested lists that is no number. */
export function notNumeric(path: readonly number[], value: unknown): NdlError {
  return new NdlError(
    'NOT_NUMERIC',
    `Expected a number, or nested lists of numbers: ${elementText(path)} is ${showValue(value)}.`,
  );
}

/** A hole in nested lists, `[0, , 2]`. */
export function holeInList(path: readonly number[]): NdlError {
  return new NdlError('NOT_NUMERIC', `${elementText(path)} is missing: the list has a hole. Give every number.`);
}

/** Lists inside lists without end. */
export function nestedTooDeep(limit: number): NdlError {
  return new NdlError('NOT_NUMERIC', `Lists are nested more than ${limit} deep; does one contain itself?`);
}

/** An argument that a call does not take. */
export function surplusArgument(call: string, most: number, position: number, value: unknown): NdlError {
  const taken = most === 0 ? 'no argument' : most === 1 ? 'one argument' : `${most} arguments at most`;
  const names = isPlain(value) ? Object.keys(value) : [];
  const shown = names.length === 0 ? showValue(value) : `an object with ${names.join(', ')}`;
  return new NdlError(
    'SURPLUS_ARGUMENT',
    `${call} takes ${taken}: the ${ordinalOf(position)}, ${shown}, would do nothing.`,
  );
}

/** A proxy that was revoked, of which nothing can be read. */
export function revokedArgument(call: string, position: number): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `${call}: the ${ordinalOf(position)} argument is a proxy that has been revoked, so that nothing can be read of it. ` +
      'Give what it stood for.',
  );
}

function ordinalOf(position: number): string {
  return ['first', 'second', 'third', 'fourth'][position] ?? `${position + 1}th`;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** An index that lies outside its axis, or too few or too many indices. */
export function indexOutOfRange(indices: readonly number[], shape: readonly number[]): NdlError {
  return new NdlError(
    'INDEX_OUT_OF_RANGE',
    `Index [${indices.join(', ')}] is outside an array of shape ${shapeText(shape)}: ` +
      'give whole numbers, from 0 up to below the length of each axis.',
  );
}

/** A seed that NumPy's `RandomState` would refuse. */
export function invalidSeed(seed: unknown): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `A seed must be a whole number from 0 to 4294967295 (2^32 - 1), or a list of such numbers; got ${showValue(seed)}.`,
  );
}

/** A saved generator state that no generator can have had. */
export function invalidRandomSnapshot(problem: string): NdlError {
  return new NdlError(
    'INVALID_RANDOM_STATE',
    `This is no state of a RandomState: ${problem}. Restore only what save() returned.`,
  );
}

/** A bad argument of a mathematical function or distribution. */
export function outOfDomain(
  functionName: string,
  argumentName: string,
  requirement: string,
  actual: unknown,
): NdlError {
  return new NdlError(
    'OUT_OF_DOMAIN',
    `${functionName}: ${argumentName} must be ${requirement}, got ${showValue(actual)}.`,
  );
}

/** A matrix that cannot be inverted, within rounding. */
export function singularMatrix(functionName: string): NdlError {
  return new NdlError(
    'SINGULAR_MATRIX',
    `${functionName}: the matrix is singular (or holds NaN or infinity), so it has no inverse.`,
  );
}

/** A matrix without a Cholesky factor. */
export function notPositiveDefinite(functionName: string, pivot: number): NdlError {
  return new NdlError(
    'NOT_POSITIVE_DEFINITE',
    `${functionName}: the matrix is not positive definite (pivot ${pivot} is not above zero). ` +
      'Add regularization to its diagonal.',
  );
}

/** An iteration that should always converge did not. */
export function noConvergence(functionName: string, iterations: number): NdlError {
  return new NdlError(
    'NO_CONVERGENCE',
    `${functionName}: no convergence within ${iterations} iterations; check its arguments for extreme values.`,
  );
}

/** Bytes that are not an array file, or not one that can be trusted. */
export function npzInvalid(subject: string, problem: string, cause?: unknown): NdlError {
  return new NdlError('NPZ_INVALID', `${subject}: ${problem}.`, { cause });
}

/** A sound array file that uses an ability of the format which is not read here. */
export function npzUnsupported(subject: string, problem: string, fix: string): NdlError {
  return new NdlError('NPZ_UNSUPPORTED', `${subject}: ${problem}. ${fix}`);
}

function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function elementText(path: readonly number[]): string {
  return path.length === 0 ? 'the value' : `element [${path.join('][')}]`;
}

/** A thread that shared work of linear algebra trapped, or was ended. */
export function threadFailed(cause: unknown): NdlError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new NdlError(
    'THREAD_FAILED',
    `A thread failed in the middle of linear algebra: ${reason}. Try again; to do without threads, set ` +
      'sessionConfig: { intra_op_parallelism_threads: 1 }.',
    { cause },
  );
}

/** A thread that has begun something does not end it. @param seconds that were waited */
export function threadSilent(seconds: number): NdlError {
  return new NdlError(
    'THREAD_FAILED',
    `A thread has not finished its share of linear algebra for ${seconds} s, as if it were gone: the host may have ended it, for want of memory. ` +
      'Try again; to do without threads, set sessionConfig: { intra_op_parallelism_threads: 1 }.',
  );
}
