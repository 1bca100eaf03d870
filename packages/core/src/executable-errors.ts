/**
 * @file What every executable says when its caller goes wrong, so that backends agree in code and words. Users of networks do not
 * call executables: what these can do wrong, the Simulator refuses before.
 */
import { NdlError, showValue, suggest, type NdlErrorDetails } from '@ndl/numerics';

function callError(code: string, message: string, details: NdlErrorDetails = {}): NdlError {
  return new NdlError(code, message, { ...details, about: 'program' });
}

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** A call on an executable that was disposed of. */
export function executableDisposed(call: string): NdlError {
  return callError(
    'EXECUTABLE_DISPOSED',
    `${call} was called on a disposed executable: its memory is given back. Compile the program again.`,
  );
}

/** A synchronous call while a run is under way. */
export function executableBusy(call: string): NdlError {
  return callError('EXECUTABLE_BUSY', `${call} was called while a run is under way: wait for its promise first.`);
}

/** A carried run with another number of items than the state has. */
export function stateItemsMismatch(asked: number, kept: number): NdlError {
  return callError(
    'STATE_ITEMS_MISMATCH',
    `The state that runs carry on is that of ${kept} items, but ${asked} were asked for. ` +
      'Reset first, or run with the same number of items.',
  );
}

/** A saved state that belongs to another program. */
export function stateMismatch(problem: string): NdlError {
  return callError(
    'STATE_MISMATCH',
    `This state cannot be restored: ${problem}. Restore what save() of the same program returned.`,
  );
}

/** A count of items, steps or steps per block that is not a whole number in range. */
export function invalidCount(what: string, least: number, actual: unknown): NdlError {
  return callError(
    'INVALID_COUNT',
    `The number of ${what} must be a whole number from ${least} on, got ${showValue(actual)}.`,
  );
}

/** An input or target that nothing flows into. */
export function feedMissing(kind: 'input' | 'target', name: string, given: readonly string[]): NdlError {
  return callError(
    'FEED_MISSING',
    `Nothing is fed to ${kind} "${name}". Given: ${given.join(', ') || 'nothing'}. Feed every ${kind} of the program.`,
  );
}

/** A feed under a name that the program does not know. */
export function feedUnknown(kind: 'input' | 'target', name: string, known: readonly string[]): NdlError {
  return callError('FEED_UNKNOWN', `The program has no ${kind} "${name}". ${suggest(name, known)}`, { known });
}

/** Data of another length than the items, steps and size of their input ask for. */
export function feedSize(
  kind: 'input' | 'target',
  name: string,
  expected: readonly number[],
  actual: number,
): NdlError {
  const count = expected.reduce((a, b) => a * b, 1);
  return callError(
    'FEED_SIZE',
    `Data of ${kind} "${name}" must be ${shapeText(expected)} (${count} numbers), got ${actual} numbers.`,
  );
}

/** A program that treats as held what is fed step by step. */
export function feedNotHeld(kind: 'input' | 'target', name: string): NdlError {
  return callError(
    'FEED_NOT_HELD',
    `The program was asked for without "${name}" among the held ${kind}s, yet declares it held. ` +
      'A ProgramSource may hold only what it is told to.',
  );
}

/** A scalar that the programs of a training call do not declare. */
export function scalarUnknown(name: string, known: readonly string[]): NdlError {
  return callError('SCALAR_UNKNOWN', `The program has no scalar "${name}". ${suggest(name, known)}`, { known });
}

/** A symbol that the program does not have. */
export function symbolUnknown(name: string, known: readonly string[]): NdlError {
  return callError('SYMBOL_UNKNOWN', `The program has no symbol "${name}". ${suggest(name, known)}`, { known });
}

/** A symbol whose contents the program itself computes. */
export function symbolNotWritable(name: string, role: string): NdlError {
  return callError(
    'SYMBOL_NOT_WRITABLE',
    `Symbol "${name}" lies in a buffer of role ${role}, which the program computes. Write parameters and states only.`,
  );
}

/** Data of another shape than their symbol. */
export function symbolShape(name: string, expected: readonly number[], actual: readonly number[]): NdlError {
  return callError(
    'SHAPE_MISMATCH',
    `Symbol "${name}" has shape ${shapeText(expected)}, got data of shape ${shapeText(actual)}.`,
  );
}

/** A training call on a source that has no training program. */
export function trainingAbsent(call: string): NdlError {
  return callError(
    'TRAINING_ABSENT',
    `${call} needs a training program, but none was built (inferenceOnly). Build without inferenceOnly to train.`,
  );
}

/** One buffer id with two layouts in programs of one source. */
export function bufferConflict(id: string, expected: number, actual: number): NdlError {
  return callError(
    'BUFFER_CONFLICT',
    `Buffer "${id}" has ${expected} elements in one program of this source and ${actual} in another: ` +
      'buffers that programs share keep their id and their size.',
  );
}
