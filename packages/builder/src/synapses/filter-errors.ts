/** @file What is said of filters, and of signals that are to be filtered. */
import { NdlError } from '@ndl/core';

/** A recorded signal, or its initial value, of the wrong shape. */
export function filterSignalInvalid(shape: readonly number[], channels?: number): NdlError {
  const wanted =
    channels === undefined
      ? 'the signal must have shape [steps] or [steps, channels]'
      : `y0 must be one number, or ${channels}`;
  return new NdlError('FILTER_SIGNAL_INVALID', `filter: ${wanted}; got shape [${shape.join(', ')}].`);
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

/** A triangle that spans more steps than an array has numbers. */
export function triangleTooLong(time: number, dt: number, steps: number, limit: number): NdlError {
  return new NdlError(
    'TOO_LARGE',
    `triangle: a time of ${time} s at dt = ${dt} is ${steps} steps, more than the ${limit} numbers that an array may have. Give a ` +
      'shorter time, or take longer steps.',
  );
}

/** A filter of more states than a program can multiply with each other. */
export function tooManyStates(states: number, limit: number): NdlError {
  return new NdlError(
    'TOO_LARGE',
    `linearFilter: the denominator has degree ${states}; a filter of more than ${limit} states, each of which is made of all others at every ` +
      'step, is not to be had. Use a filter of lower order, several of them one after the other, or delay.',
  );
}

/** A filter whose response in continuous time is asked for, and that is one only in steps. */
export function needsTimeStep(call: string, kind: string): NdlError {
  return new NdlError(
    'FILTER_NEEDS_DT',
    `${call}: a synapse of kind '${kind}' is a filter only in steps of a certain length; give dt, in seconds.`,
  );
}
