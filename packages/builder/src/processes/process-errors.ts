/** @file What is said of processes: of their sizes, their lengths, and their inputs. */
import { NdlError } from '@ndl/core';

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
