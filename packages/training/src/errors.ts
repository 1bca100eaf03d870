/** @file Every diagnostic of `@ndl/training`: one function each, with a stable code, the culprit, and the fix. */
import { NdlError, showThrown, showValue, suggest } from '@ndl/core';

/** An option that a factory does not have. */
export function unknownOption(factory: string, option: string, known: readonly string[]): NdlError {
  return new NdlError(
    'UNKNOWN_OPTION',
    known.length === 0
      ? `${factory} takes no options; got '${option}'.`
      : `${factory}: unknown option '${option}'. ${suggest(option, known)}`,
    { known },
  );
}

/** A value of the wrong type or outside its range. `where` is factory and option: `adam: epsilon`. */
export function invalidParameter(where: string, requirement: string, actual: unknown): NdlError {
  return new NdlError('INVALID_OPTION', `${where} must be ${requirement}; got ${showValue(actual)}.`);
}

/** A schedule that returned something that is no learning rate. */
export function scheduleInvalid(optimizer: string, update: number, actual: unknown): NdlError {
  return new NdlError(
    'SCHEDULE_INVALID',
    `${optimizer}: the learningRate schedule must return a finite number, 0 or above; it returned ${showValue(actual)} for update ${update}.`,
  );
}

/** A schedule that threw. */
export function scheduleFailed(optimizer: string, update: number, cause: unknown): NdlError {
  return new NdlError(
    'SCHEDULE_INVALID',
    `${optimizer}: the learningRate schedule threw for update ${update}: ${showThrown(cause)}`,
    { cause },
  );
}

/** A kernel that cannot be a loss. */
export function lossKernelInvalid(kernel: string, problem: string): NdlError {
  return new NdlError(
    'LOSS_KERNEL_INVALID',
    `Kernel ${kernel} cannot be a loss: ${problem}. A loss kernel has inputs among "output" and "target", one output, ` +
      'and a value for each parameter.',
  );
}

/** A user's loss function that returned something else than a loss and its gradient. */
export function hostLossInvalid(label: string, problem: string): NdlError {
  return new NdlError(
    'HOST_LOSS_INVALID',
    `The loss "${label}" must return { loss, gradient }, a finite number and one per element of its first argument; ${problem}.`,
  );
}

/** A user's loss function that threw. */
export function hostLossFailed(label: string, items: number, size: number, cause: unknown): NdlError {
  return new NdlError(
    'HOST_LOSS_INVALID',
    `The loss "${label}" threw, called with ${items} ${items === 1 ? 'item' : 'items'} of ${size}: ${showThrown(cause)}`,
    { cause },
  );
}

/** Data that cannot become spikes. */
export function encodedDataInvalid(factory: string, problem: string): NdlError {
  return new NdlError(
    'ENCODED_DATA_INVALID',
    `${factory}: data must be finite numbers of the shape [items, size], one row for each item; ${problem}.`,
  );
}
