/** @file Passes: functions from programs to programs that compute the same, as values to be put in a visible list. */
import { isNdlError } from '@ndl/numerics';
import { irInvalid } from '../errors.ts';
import type { Buffer, Program } from '../program/program.ts';
import type { ArrayData } from '../program/tables.ts';
import { verifyProgram } from '../program/verify-program.ts';

/** What a pass must know of the use of a program. */
export interface PassContext {
  /** Ids of temporary buffers that others read: they, and what they hold, stay. Outputs and state stay anyway. */
  readonly keep: readonly string[];
  /** Arrays that initial contents name; passes add to them. */
  readonly arrays: Map<string, ArrayData>;
}

/** Tells buffers that are nobody's business but the instructions': temps of one value that are neither kept nor put out. */
export function privateBuffers({ outputs }: Program, { keep }: PassContext): (buffer: Buffer) => boolean {
  const observed = new Set([...keep, ...outputs.map(({ view }) => view.buffer)]);
  return ({ id, role, steps }) => role === 'temp' && steps === 'one' && !observed.has(id);
}

/** A transformation after which outputs, state and kept buffers hold the same numbers. */
export interface ProgramPass {
  /** Shown in error messages and plans. */
  readonly name: string;
  apply(program: Program, context: PassContext): Program;
}

/**
 * Applies passes in order and verifies the program after each.
 * @throws NdlError IR_INVALID naming the pass that broke a rule
 */
export function runPasses(
  program: Program,
  passes: readonly ProgramPass[],
  context: PassContext = { keep: [], arrays: new Map() },
): Program {
  return passes.reduce((current, pass) => {
    const next = pass.apply(current, context);
    try {
      verifyProgram(next, { arrays: context.arrays });
    } catch (error) {
      throw isNdlError(error, 'IR_INVALID') ? irInvalid(`after pass ${pass.name}`, error.message) : error;
    }
    return next;
  }, program);
}
