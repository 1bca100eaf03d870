/** @file Every diagnostic of `@ndl/builder`: one function each, with a stable code, the culprit, and the fix. */
import { NdlError, showValue, suggest, showThrown } from '@ndl/core';

/** A kind of behaviour that no loaded plugin defines. `what`: synapse, solver … */
export function unknownKind(what: string, kind: string, known: readonly string[]): NdlError {
  return new NdlError(
    'UNKNOWN_KIND',
    `No loaded plugin defines the ${what} '${kind}'. ${suggest(kind, known)} Add its plugin to 'plugins'.`,
    { known },
  );
}

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

/** A time step that is none. */
export function invalidTimeStep(dt: unknown): NdlError {
  return new NdlError('INVALID_OPTION', `dt must be a number of seconds above 0; got ${showValue(dt)}.`);
}

/** An argument of the wrong type or outside its range. `where` is function and argument: `quantile: probability`. */
export function argumentInvalid(where: string, requirement: string, actual: unknown): NdlError {
  return new NdlError('INVALID_OPTION', `${where} must be ${requirement}; got ${showValue(actual)}.`);
}

/** A distribution over vectors where numbers are wanted. */
export function needsDimensions(kind: string): NdlError {
  return new NdlError(
    'DISTRIBUTION_SHAPE',
    `The distribution '${kind}' gives vectors, but single numbers are wanted here. Use uniform, gaussian, ` +
      'choice or samples.',
  );
}

/** A distribution that can only give samples of another shape. */
export function wrongSampleShape(kind: string, wanted: readonly number[], given: readonly number[]): NdlError {
  return new NdlError(
    'DISTRIBUTION_SHAPE',
    `The distribution '${kind}' was asked for samples of shape [${wanted.join(', ')}] and can only give ` +
      `[${given.join(', ')}].`,
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

/** What a plugin's definition returned that cannot be used. `name` as from `definitionName`. */
export function resultInvalid(name: string, returned: string, wanted: string): NdlError {
  return new NdlError(
    'DEFINITION_RESULT',
    `${name} returned ${returned}; ${wanted}. This is to be mended where it is defined.`,
  );
}

/** What a process saves that no text of JSON can hold. `problem` follows what it saved: `has a Map at .history`. */
export function stateNotPlain(name: string, problem: string): NdlError {
  return new NdlError(
    'STATE_NOT_PLAIN',
    `${name}: what its save returned ${problem}; it must return plain data: finite numbers, texts, booleans, null, and lists and ` +
      'records of them. This is to be mended where it is defined.',
  );
}

/** A definition that lacks a part, or has it wrong. `name` as from `definitionName`. */
export function definitionIncomplete(name: string, part: string, given: string, wanted: string): NdlError {
  return new NdlError(
    'DEFINITION_INVALID',
    `${name} has ${part} given as ${given}; ${wanted}. This is to be mended where it is defined.`,
  );
}

/** What a plugin's definition threw that is no error of ndl. */
export function definitionFailed(name: string, cause: unknown): NdlError {
  const message = showThrown(cause);
  return new NdlError('DEFINITION_FAILED', `${name} threw "${message}".`, { cause });
}

/** A build function that writes into the graph what makes none. `name` as from `definitionName`; `problem` follows it. */
export function buildInvalid(label: string, name: string, problem: string): NdlError {
  return new NdlError('BUILD_INVALID', `${label}: ${name} ${problem}. This is to be mended where it is defined.`);
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

/** A learning rule that is told of another number of errors than its connection has outputs. */
export function ruleInputMisfit(connection: string, kind: string, size: number, rows: number): NdlError {
  return new NdlError(
    'CANNOT_LEARN',
    `${connection}: ${kind} takes an error of ${size} dimensions, and would change weights to ${rows} outputs, of which each has an ` +
      'error of its own. Connect to the ensemble instead of its neurons, or learn by pes, which spreads errors by the encoders.',
  );
}

/** A build function that keeps its context. */
export function buildOver(label: string, name: string): NdlError {
  return new NdlError(
    'BUILD_OVER',
    `${label}: ${name} wrote into the graph after build() had ended. Await everything within build().`,
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

/** Given decoders of the wrong shape. */
export function solverValuesShape(wanted: readonly number[], given: readonly number[]): NdlError {
  return new NdlError(
    'SHAPE_MISMATCH',
    `noSolver: values must have shape [${wanted.join(', ')}] (neurons, and what they are decoded to: the size of ` +
      `the function's output, or with compositional: false the neurons of the target); got ` +
      `[${given.join(', ')}].`,
  );
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

/** A recorded signal, or its initial value, of the wrong shape. */
export function filterSignalInvalid(shape: readonly number[], channels?: number): NdlError {
  const wanted =
    channels === undefined
      ? 'the signal must have shape [steps] or [steps, channels]'
      : `y0 must be one number, or ${channels}`;
  return new NdlError('FILTER_SIGNAL_INVALID', `filter: ${wanted}; got shape [${shape.join(', ')}].`);
}

/** An argument or option of a filter of the wrong type. `where`: `filter: y0`. */
export function filterOption(where: string, requirement: string, actual: unknown, hint = ''): NdlError {
  return new NdlError('INVALID_OPTION', `${where} must be ${requirement}; got ${showValue(actual)}.${hint}`);
}

/** An option that filters do not have. */
export function filterUnknownOption(call: string, option: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_OPTION', `${call}: unknown option '${option}'. ${suggest(option, known)}`, { known });
}

/** A number that no filter can go on from. `index` counts all elements. */
export function filterNotFinite(where: string, value: number, index: number): NdlError {
  return new NdlError('NOT_FINITE', `${where} holds ${value} at element ${index}; every number must be finite.`);
}

/** A start from a steady state that does not exist. */
export function noSteadyState(kind: string): NdlError {
  return new NdlError(
    'FILTER_NO_STEADY_STATE',
    `filter: this ${kind} has no steady state with an output other than zero, so it can only start from y0 = 0.`,
  );
}

/** A source that is given an input. */
export function processTakesNoInput(kind: string, sizeIn: number): NdlError {
  return new NdlError(
    'PROCESS_TAKES_NO_INPUT',
    `The process '${kind}' takes no input, and sizeIn is ${sizeIn}; leave sizeIn out.`,
  );
}

/** A white signal with frequencies that steps of this length cannot show. */
export function whiteSignalTooFast(high: number, dt: number): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `whiteSignal: high must be at most half the rate of steps, ${0.5 / dt} Hz for dt = ${dt}; got ${high}. Lower it, or take shorter steps.`,
  );
}

/** A white signal whose period has more samples than an array can. */
export function whiteSignalTooLong(period: number, dt: number, samples: number, size: number, limit: number): NdlError {
  const each = size > 1 ? ` of ${size} numbers` : '';
  return new NdlError(
    'TOO_LARGE',
    `whiteSignal: a period of ${period} s at dt = ${dt} is ${samples} samples${each}, more than the ${limit} numbers that an array ` +
      'may have. Give a shorter period, or take longer steps.',
  );
}

/** A process that is asked for more numbers than an array can have. */
export function outputTooLong(call: string, steps: number, size: number, limit: number): NdlError {
  return new NdlError(
    'TOO_LARGE',
    `${call}: ${steps} steps of ${size} number${size === 1 ? '' : 's'} are more than the ${limit} numbers that an array may have. Ask for ` +
      'fewer seconds, or steps, at a time.',
  );
}

/** A triangle that spans more steps than an array has numbers. */
export function triangleTooLong(time: number, dt: number, steps: number, limit: number): NdlError {
  return new NdlError(
    'TOO_LARGE',
    `triangle: a time of ${time} s at dt = ${dt} is ${steps} steps, more than the ${limit} numbers that an array may have. Give a ` +
      'shorter time, or take longer steps.',
  );
}

/** A process that turns an input into its output, run without one. */
export function processNeedsInput(call: string, kind: string, sizeIn: number): NdlError {
  return new NdlError(
    'PROCESS_NEEDS_INPUT',
    `${call}: the process '${kind}' wants ${sizeIn} number${sizeIn === 1 ? '' : 's'} of input in each step; use applyProcess(process, signal).`,
  );
}

/** A process of fixed sizes, run with others. */
export function processSizes(
  call: string,
  kind: string,
  [wantedIn, wantedOut]: readonly [number, number],
  [givenIn, givenOut]: readonly [number, number],
): NdlError {
  return new NdlError(
    'PROCESS_SIZES',
    `${call}: the process '${kind}' has ${wantedIn} inputs and ${wantedOut} outputs; ${givenIn} and ${givenOut} do not fit.`,
  );
}

/** A filter whose response in continuous time is asked for, and that is one only in steps. */
export function needsTimeStep(call: string, kind: string): NdlError {
  return new NdlError(
    'FILTER_NEEDS_DT',
    `${call}: a synapse of kind '${kind}' is a filter only in steps of a certain length; give dt, in seconds.`,
  );
}
