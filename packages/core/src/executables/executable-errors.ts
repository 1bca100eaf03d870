/**
 * @file What every executable says when its caller goes wrong, so that backends agree in code and words. Users of networks do not
 * call executables: what these can do wrong, the Simulator refuses before.
 */
import { NdlError, showValue, sizeOf, suggest, type NdlErrorDetails } from '@ndl/numerics';

function callError(code: string, message: string, details: NdlErrorDetails = {}): NdlError {
  return new NdlError(code, message, { ...details, about: 'program' });
}

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** A call on an executable that was disposed of. */
export function executableDisposed(call: string): NdlError {
  return callError(
    'EXECUTABLE_DISPOSED',
    `${call} was called on a disposed executable: its memory is given back. Create another.`,
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
  return callError('UNKNOWN_FEED', `The program has no ${kind} "${name}". ${suggest(name, known)}`, { known });
}

/** Data of another length than the items, steps and size of their input ask for. */
export function feedSize(
  kind: 'input' | 'target',
  name: string,
  expected: readonly number[],
  actual: number,
): NdlError {
  const count = sizeOf(expected);
  return callError(
    'FEED_SIZE',
    `Data of ${kind} "${name}" must be ${shapeText(expected)} (${count} numbers), got ${actual} numbers.`,
  );
}

/** A program that treats as held what is fed step by step. */
export function feedNotHeld(kind: 'input' | 'target', name: string): NdlError {
  return callError(
    'FEED_NOT_HELD',
    `The program declares the ${kind} "${name}" held, but was fed a value for each step. ` +
      'Feed it one value, or ask for a program that does not hold it.',
  );
}

/** A scalar that the programs of a training call do not declare. */
export function scalarUnknown(name: string, known: readonly string[]): NdlError {
  return callError('UNKNOWN_SCALAR', `The program has no scalar "${name}". ${suggest(name, known)}`, { known });
}

/** A symbol that the program does not have. */
export function symbolUnknown(name: string, known: readonly string[]): NdlError {
  return callError('UNKNOWN_SYMBOL', `The program has no symbol "${name}". ${suggest(name, known)}`, { known });
}

/** A symbol whose contents nothing keeps. */
export function symbolNotReadable(name: string, role: string): NdlError {
  return callError(
    'SYMBOL_NOT_READABLE',
    `Symbol "${name}" lies in a buffer of role ${role}, which holds nothing between calls. ` +
      'Read parameters and states; for the rest, have the program put it out.',
  );
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

/** A call that asks for a program, or a training, that was not added. */
export function programUnknown(name: string, known: readonly string[]): NdlError {
  return callError('UNKNOWN_PROGRAM', `No program "${name}" was added. ${suggest(name, known)}`, { known });
}

/** A name that something was added under before. */
export function programDuplicate(name: string): NdlError {
  return callError('PROGRAM_DUPLICATE', `Something was added under the name "${name}" already: remove it first.`);
}

/** A training call that asks for what was added as a program, or the other way round. */
export function programKind(name: string, wanted: 'program' | 'training'): NdlError {
  const actual = wanted === 'program' ? 'training' : 'program';
  return callError('PROGRAM_KIND', `"${name}" was added as a ${actual}; this call wants a ${wanted}.`);
}

/** An output that the program does not have. */
export function outputUnknown(name: string, known: readonly string[]): NdlError {
  return callError('UNKNOWN_OUTPUT', `The program has no output "${name}". ${suggest(name, known)}`, { known });
}

/** One buffer id with two layouts in programs of one executable. */
export function bufferConflict(id: string, expected: number, actual: number): NdlError {
  return callError(
    'BUFFER_CONFLICT',
    `Buffer "${id}" has ${expected} elements in one program and ${actual} in another: ` +
      'buffers that programs share keep their id and their size.',
  );
}
