/** @file Every diagnostic of `@ndl/neurons`: one function each, with a stable code, the culprit, and the fix. */
import { NdlError, showValue, suggest } from '@ndl/core';
import { describeInfinite, type Dtype } from '@ndl/ir';

/** A neuron that a gradient approximation cannot train. */
export function gradientUnsupported(approximation: string, kind: string, reason: string, fix: string): NdlError {
  return new NdlError(
    'GRADIENT_UNSUPPORTED',
    `The gradient approximation "${approximation}" cannot train ${kind} neurons: ${reason}. ${fix}`,
  );
}

/** A smoothing width that is no positive number. */
export function smoothingInvalid(subject: string, value: unknown): NdlError {
  return new NdlError(
    'SMOOTHING_INVALID',
    `${subject} must be a positive number, in units of normalized current, got ${showValue(value)}. ` +
      'As it tends to 0, SoftLIF tends to LIFRate: for LIFRate itself use RATE_GRADIENT.',
  );
}

/** A setting `lifSmoothing` that the dtype of the simulation cannot hold. */
export function smoothingNotFinite(value: number, dtype: Dtype): NdlError {
  return new NdlError('NOT_FINITE', `it is ${describeInfinite(dtype, value)}.`);
}

/** A setting `lifSmoothing` beside a gradient for LIF neurons. */
export function smoothingConflict(): NdlError {
  return new NdlError(
    'GRADIENT_CONFLICT',
    'it and the setting gradient both say how LIF neurons are trained. Set lifSmoothing to null, or leave the gradient of lif out.',
  );
}

/** A kernel that was evaluated without all that it needs. */
export function stepOperandMissing(kernel: string, kind: 'input' | 'parameter', name: string): NdlError {
  return new NdlError('STEP_OPERAND_MISSING', `Kernel ${kernel} was given nothing for its ${kind} "${name}".`);
}

/** A rate kernel that is not a function of the current alone. */
export function rateStepInvalid(kernel: string, problem: string): NdlError {
  return new NdlError(
    'RATE_STEP_INVALID',
    `Kernel ${kernel} is no rate: ${problem}. A rate has the one input "current" and an output "output".`,
  );
}

/** A surrogate's approximation that does not fit the step of the neuron. */
export function surrogateMismatch(approximation: string, kind: string, problem: string): NdlError {
  return new NdlError(
    'SURROGATE_MISMATCH',
    `The surrogate "${approximation}" does not fit ${kind} neurons: ${problem}.`,
  );
}

/** What no surrogate can be made of. `option`: `kinds`. */
export function surrogateOption(option: string, requirement: string, actual: unknown): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `surrogateGradient: ${option} must be ${requirement}; got ${showValue(actual)}.`,
  );
}

/** A value that an option of a surrogate cannot have. */
export function surrogateValue(call: string, option: string, requirement: string, actual: unknown): NdlError {
  return new NdlError('INVALID_OPTION', `${call}: ${option} must be ${requirement}; got ${showValue(actual)}.`);
}

/** Options that are no object. */
export function optionsInvalid(call: string, example: string, actual: unknown): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `${call}: the options must be an object, such as ${example}; got ${showValue(actual)}.`,
  );
}

/** An option that a call does not have. */
export function unknownOption(call: string, option: string, known: readonly string[]): NdlError {
  const sentence = `${call}: unknown option '${option}'. ${suggest(option, known)}`;
  return new NdlError('UNKNOWN_OPTION', sentence, { known });
}

/** A value that an option of `evaluateStep` cannot have. */
export function evaluationOption(option: string, requirement: string, actual: unknown): NdlError {
  return new NdlError('INVALID_OPTION', `evaluateStep: ${option} must be ${requirement}; got ${showValue(actual)}.`);
}
