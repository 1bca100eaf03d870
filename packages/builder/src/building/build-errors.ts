/** @file What is said of objects that cannot be built, and of the functions that they are built with. */
import { NdlError, showValue, suggest } from '@ndl/core';

/** Two signals of one name. */
export function duplicateSignal(name: string): NdlError {
  return new NdlError(
    'DUPLICATE_SIGNAL',
    `Two signals are named ${name}. A build function must begin names with the path of its object and make each once.`,
  );
}

/** An object that is not in the network being built, or not built yet. */
export function objectNotBuilt(label: string): NdlError {
  return new NdlError(
    'OBJECT_NOT_BUILT',
    `${label} is not part of the network that is being built. Connections and probes may only use objects of ` +
      'that network and its subnetworks.',
  );
}

/** An array given in place of a distribution that has the wrong shape. */
export function wrongArrayShape(wanted: readonly (number | string)[], given: readonly number[]): NdlError {
  return new NdlError(
    'SHAPE_MISMATCH',
    `An array of shape [${wanted.join(', ')}] is wanted; got [${given.join(', ')}].`,
  );
}

/** An error of a definition, which knows no objects, with the object and the part of it that it was for. */
export function forPart(label: string, part: string, cause: NdlError): NdlError {
  return new NdlError(cause.code, `${label}: ${part}: ${cause.message}`, { known: cause.known, cause });
}

/** Encoders that point nowhere. */
export function zeroEncoder(label: string, neuron: number): NdlError {
  return new NdlError(
    'ENCODERS_ZERO',
    `${label}: the encoder of neuron ${neuron} is zero (or not finite), so it has no direction to normalize. ` +
      'Give it a direction, or pass normalizeEncoders: false.',
  );
}

/** Intercepts for which no positive gain exists. */
export function interceptOutOfRange(label: string, neuron: number, intercept: number, maxRate: number): NdlError {
  return new NdlError(
    'INTERCEPT_OUT_OF_RANGE',
    `${label}: neuron ${neuron} has no positive gain for intercept ${intercept} and maximum rate ` +
      `${maxRate} Hz. Intercepts are in units of the radius and must be below 1; the rate must be within reach.`,
  );
}

/** Maximum rates that the neurons cannot reach. */
export function maxRateUnreachable(
  label: string,
  neuron: number,
  maxRate: number,
  limit: number,
  kind: string,
): NdlError {
  return new NdlError(
    'MAX_RATE_UNREACHABLE',
    `${label}: neuron ${neuron} should fire at ${maxRate} Hz, but neurons of kind '${kind}' stay below ` +
      `${limit} Hz (1/tauRef). Lower maxRates or tauRef.`,
  );
}

/** Decoders asked of neurons that never fire. */
export function noActivity(label: string, source: string): NdlError {
  return new NdlError(
    'NO_ACTIVITY',
    `${label}: all neurons of ${source} are silent at all evaluation points, so nothing can be decoded. ` +
      'Lower the intercepts, or put evaluation points where the neurons fire.',
  );
}

/** Numbers that no decoders can be solved for, since float64 cannot hold their squares. `what`: `function values`. */
export function decodedTooLarge(label: string, what: string, value: number, most: number, cause: NdlError): NdlError {
  return new NdlError(
    'DECODED_TOO_LARGE',
    `${label}: its ${what} are too large to solve for decoders: ${Number(value.toPrecision(6))} is among them, and squares of ` +
      `numbers beyond ${most} leave float64. Use a smaller radius, and evaluation points (evalPoints) and a function whose values ` +
      'are smaller.',
    { cause },
  );
}

/** A connection's function that fails at an evaluation point. */
export function connectionFunctionInvalid(
  label: string,
  point: ArrayLike<number>,
  problem: string,
  size: number,
  cause?: unknown,
): NdlError {
  const at = Array.from(point.length > 6 ? Array.from(point).slice(0, 6) : point).map((x) => Number(x.toPrecision(6)));
  return new NdlError(
    'CONNECTION_FUNCTION_INVALID',
    `${label}: the function ${problem} at the evaluation point [${at.join(', ')}${point.length > 6 ? ', …' : ''}]. ` +
      `It must return ${finiteNumbers(size)} at every point: restrict evalPoints to where it does, or guard the function.`,
    { cause },
  );
}

/** An array in place of a function where nothing is solved. */
export function targetsWithoutSolver(label: string): NdlError {
  return new NdlError(
    'FUNCTION_NOT_ALLOWED',
    `${label}: an array can only stand for a function where decoders are solved, and its source has no ` +
      'neurons. Give the function itself.',
  );
}

/**
 * A host function that gave what a simulation cannot use. `label` is the node's or the connection's; `what` the function,
 * or the process that it is.
 */
export function outputInvalid(
  label: string,
  time: number,
  problem: string,
  size: number,
  { what = 'the function', cause }: { readonly what?: string | undefined; readonly cause?: unknown } = {},
): NdlError {
  const fix = size === 0 ? 'Return nothing' : `Return ${finiteNumbers(size)}`;
  return new NdlError(
    'NODE_OUTPUT_INVALID',
    `${label}: ${what} ${problem} at time ${Number(time.toPrecision(9))} s. ${fix} at every step.`,
    { cause },
  );
}

/** Weights between neurons, solved for as a whole, with a transform that is not one array. */
export function transformApart(connection: string, kind: string): NdlError {
  return new NdlError(
    'OPTION_CONFLICT',
    `${connection}: a solver with weights: true gives one matrix from neurons to neurons, and a transform of kind ${kind} is none that ` +
      'it could be multiplied with; use a solver without weights, or dense(…).',
  );
}

/** A time constant of 0 that is to be trained. */
export function timeConstantNotPositive(owner: string, name: string): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `${owner}: ${name} is 0 and is to be trained, but a time constant that is trained stays above 0, by whatever factor it changes. Give ` +
      `it a value above 0, or say trainable = { ${name}: false } of this object.`,
  );
}

/** A process that cannot be the noise of an ensemble. `currents`: `2 neurons`. */
export function noiseSize(label: string, kind: string, size: number, currents: string): NdlError {
  return new NdlError(
    'NOISE_SIZE',
    `${label}: the process '${kind}' that is its noise gives ${size} number${size === 1 ? '' : 's'} per step, but ` +
      `noise is added to the input currents of ${currents}, one number each. Give the process as many numbers.`,
  );
}

/** A signal whose initial contents are no array. */
export function signalInvalid(name: string, part: string, wanted: string, given: unknown): NdlError {
  return new NdlError(
    'SIGNAL_INVALID',
    `The ${part} of the signal ${name} must be ${wanted}; got ${showValue(given)}.`,
  );
}

const FEWER = 'Use fewer neurons, dimensions or evaluation points (nEvalPoints), or several smaller ensembles.';

/** Memory that the host does not give. `size` is what the object consists of; `bytes` undefined where nobody knows. */
export function tooLarge(size: string, bytes: string | undefined, cause?: unknown, remedy: string = FEWER): NdlError {
  return new NdlError(
    'TOO_LARGE',
    `${size} need${bytes === undefined ? '' : ` about ${bytes} of memory, which is`} more than can be had here. ${remedy}`,
    { cause },
  );
}

function finiteNumbers(size: number): string {
  return size === 1 ? 'one finite number' : `${size} finite numbers`;
}

/** An attribute that the built target has no signal for. */
export function attributeNotBuilt(
  label: string,
  attribute: string,
  target: string,
  known: readonly string[],
): NdlError {
  return new NdlError(
    'UNKNOWN_ATTRIBUTE',
    `${label}: ${target} has no signal '${attribute}'. ${suggest(attribute, known)}`,
    { known },
  );
}
