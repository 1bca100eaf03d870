/** @file What the kit alone says; what all executables say is `executableErrors` of `@ndl/core`. */
import { NdlError } from '@ndl/numerics';

function programError(code: string, message: string): NdlError {
  return new NdlError(code, message, { about: 'program' });
}

/** Something that an engine gave and that cannot be used: the fault of whoever wrote the backend. */
export function engineResult(backend: string, method: string, wanted: string, given: string): NdlError {
  return new NdlError(
    'ENGINE_RESULT',
    `Backend ${backend}: ${method}() of its engine must return ${wanted}, and returned ${given}.`,
  );
}

/** A host function that a program declares and its tables do not have, or not wholly. */
export function hostAbsent(program: string, id: string, lacks: 'functions' | 'derivative'): NdlError {
  const problem = lacks === 'functions' ? 'is in no table' : 'is declared differentiable, but has no derivative';
  return programError('IR_INVALID', `program "${program}": host "${id}" ${problem}. Hand it over in tables.hosts.`);
}

/** Programs of one executable in two number formats. */
export function dtypeConflict(program: string, expected: string, actual: string): NdlError {
  return programError(
    'IR_INVALID',
    `program "${program}" computes in ${actual}, but those added before it in ${expected}: ` +
      'programs of one executable share their memory, and so their dtype.',
  );
}

/** A program that looks further back than what was run before it has kept. */
export function stepsNotKept(buffer: string, wanted: number, kept: number): NdlError {
  return programError(
    'BUFFER_CONFLICT',
    `Buffer "${buffer}" is read up to ${wanted} steps back, but the programs that ran so far kept ${kept}: ` +
      'add all programs before the first run, or reset.',
  );
}

/** An engine that asks for memory when parameters and state have been put in place already: the fault of whoever wrote the backend. */
export function placeTooLate(backend: string, buffer: string): NdlError {
  return new NdlError(
    'PLACE_TOO_LATE',
    `Backend ${backend} asked for the place of buffer "${buffer}" after its section was emitted: its engine is to ask the frame ` +
      'while sections are emitted.',
  );
}

/** A run that would go on from steps that were left in the middle. */
export function stateLost(step: number): NdlError {
  return new NdlError(
    'STATE_LOST',
    `What runs carry on was lost when the backend failed in the middle of steps after step ${step}. Call reset(), or restore a state ` +
      'that was saved before.',
  );
}
