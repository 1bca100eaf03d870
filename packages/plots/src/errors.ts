/** @file Every diagnostic of `@ndl/plots`: one function each, with a stable code, the culprit, and the fix. */
import { NdlError, showValue, suggest } from '@ndl/numerics';

/** An option that is not known. */
export function unknownOption(call: string, option: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_OPTION', `${call} has no option '${option}'. ${suggest(option, known)}`, { known });
}

/** A value of the wrong type or outside its range. */
export function invalidOption(call: string, what: string, requirement: string, actual: unknown): NdlError {
  return new NdlError('INVALID_OPTION', `${call}: ${what} must be ${requirement}; got ${showValue(actual)}.`);
}

/** Numbers of a shape that cannot be drawn. */
export function wrongShape(call: string, what: string, expected: string, shape: readonly number[]): NdlError {
  return new NdlError(
    'SHAPE_MISMATCH',
    `${call}: ${what} must have shape ${expected}; it has shape [${shape.join(', ')}].`,
  );
}

/** What cannot be read as numbers. */
export function notNumbers(call: string, what: string, cause: NdlError): NdlError {
  return new NdlError(cause.code, `${call}: ${what}: ${cause.message}`, { cause });
}

/** An ensemble without neurons. */
export function noCurves(call: string): NdlError {
  return new NdlError(
    'NO_NEURONS',
    `${call}: the ensemble is of type direct() and has no neurons to draw; choose another neuronType.`,
  );
}
