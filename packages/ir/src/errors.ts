/** @file Every diagnostic of `@ndl/ir`: one function each, with a stable code, the culprit, and the fix. */
import { NdlError, showValue, suggest } from '@ndl/numerics';

/** A program that breaks a rule of the intermediate representation; `place` says where, `problem` what and why. */
export function irInvalid(place: string, problem: string): NdlError {
  return new NdlError('IR_INVALID', `${place}: ${problem}`, { about: 'program' });
}

/** A name in a kernel that it does not declare. */
export function unknownKernelName(
  kernel: string,
  kind: 'input' | 'parameter' | 'output' | 'operation' | 'field',
  name: string,
  known: readonly string[],
): NdlError {
  return new NdlError('UNKNOWN_KERNEL_NAME', `Kernel ${kernel} has no ${kind} "${name}". ${suggest(name, known)}`, {
    known,
  });
}

/** A declaration or a body of a kernel of the wrong type. `where` is kernel and part: `Kernel decay: inputs`. */
export function kernelInvalid(where: string, requirement: string, actual: unknown): NdlError {
  return new NdlError('KERNEL_INVALID', `${where} must be ${requirement}; got ${showValue(actual)}.`);
}

/** What the body of a kernel returned that are no outputs by name. */
export function kernelBodyResult(kernel: string, result: unknown): NdlError {
  const hint =
    result === undefined
      ? ' An arrow function with braces needs a return, or parentheses around what it gives: (k) => ({ output: … }).'
      : '';
  return new NdlError(
    'KERNEL_INVALID',
    `Kernel ${kernel}: its body must return an object of outputs by name, at once; got ${showValue(result)}.${hint}`,
  );
}

/** A name that a kernel declares twice. */
export function duplicateKernelName(kernel: string, name: string): NdlError {
  return new NdlError(
    'KERNEL_DUPLICATE_NAME',
    `Kernel ${kernel} declares "${name}" more than once: inputs and parameters need different names.`,
  );
}

/** Something that is no expression where a kernel wants one. */
export function notAnExpression(kernel: string, value: unknown): NdlError {
  return new NdlError(
    'KERNEL_NOT_AN_EXPRESSION',
    `Kernel ${kernel} was given ${showValue(value)} as an operand or output: give a number, or an expression made with its builder.`,
  );
}

/** An operator or a Math function of JavaScript on an expression: neither can look into it. */
export function operatorOnExpression(expression: string): NdlError {
  return new NdlError(
    'KERNEL_NOT_A_NUMBER',
    `Of a kernel, ${expression} was used as a number, by an operator or a function of JavaScript: it has no value yet. ` +
      'Use k.multiply(…) in place of *, k.greater(…) of >, k.select(…) of ?, and so on: the builder k has them all.',
  );
}

/** NaN as a constant, which comes of arithmetic on what is no number. */
export function notANumber(kernel: string): NdlError {
  return new NdlError(
    'KERNEL_NOT_A_NUMBER',
    `Kernel ${kernel} was given the constant NaN as an operand or output: give a number. If it came of arithmetic on inputs ` +
      'or parameters, use k.multiply(…), k.greater(…), k.select(…) and the like in place of operators of JavaScript.',
  );
}

/** A kernel that computes nothing. */
export function kernelWithoutOutput(kernel: string): NdlError {
  return new NdlError(
    'KERNEL_WITHOUT_OUTPUT',
    `Kernel ${kernel} has no output: return at least one expression from its body.`,
  );
}

/** An evaluator called with too few, too many or too short arrays. */
export function kernelOperandMismatch(kernel: string, problem: string): NdlError {
  return new NdlError('KERNEL_OPERAND_MISMATCH', `Kernel ${kernel}: ${problem}.`, { about: 'program' });
}

/** A view that cannot be made. */
export function viewImpossible(buffer: string, problem: string): NdlError {
  return new NdlError('VIEW_IMPOSSIBLE', `View of buffer ${buffer}: ${problem}.`, { about: 'program' });
}

/** A text that is no program, or no table of arrays. */
export function programTextInvalid(place: string, problem: string, cause?: unknown): NdlError {
  return new NdlError(
    'PROGRAM_TEXT_INVALID',
    `Text of a program, ${place}: ${problem}. Give what encodeProgram, or encodeArrays, returned, unchanged.`,
    { cause },
  );
}
