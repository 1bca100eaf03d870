/** @file What several rooms of `@ndl/builder` say, with a stable code, the culprit, and the fix. What one room says alone stands there. */
import { NdlError, showValue, suggest } from '@ndl/core';
import { withHint } from '@ndl/numerics';

/** A kind of behaviour that no loaded plugin defines. `what`: synapse, solver … */
export function unknownKind(what: string, kind: string, known: readonly string[]): NdlError {
  return new NdlError(
    'UNKNOWN_KIND',
    `No loaded plugin defines the ${what} '${kind}'. ${suggest(kind, known)} Add its plugin to 'plugins'.`,
    { known },
  );
}

/** A time step that is none. */
export function invalidTimeStep(dt: unknown): NdlError {
  return new NdlError('INVALID_OPTION', `dt must be a number of seconds above 0; got ${showValue(dt)}.`);
}

/** An argument of the wrong type or outside its range. `where` is function and argument: `quantile: probability`. */
export function argumentInvalid(where: string, requirement: string, actual: unknown, hint = ''): NdlError {
  return new NdlError('INVALID_OPTION', withHint(`${where} must be ${requirement}; got ${showValue(actual)}.`, hint));
}

/** An option that a call does not have. */
export function unknownOption(call: string, option: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_OPTION', `${call}: unknown option '${option}'. ${suggest(option, known)}`, { known });
}
