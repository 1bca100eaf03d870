/** @file Passes: functions from programs to programs that compute the same, as values to be put in a visible list. */
import { complete, isNdlError, type Pieces } from '@ndl/numerics';
import { irInvalid } from '../errors.ts';
import type { Buffer, Program } from '../program/program.ts';
import type { ArrayData } from '../program/tables.ts';
import { verifyProgramInPieces } from '../program/verify-program.ts';

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
  /** `apply` in pieces, where it takes long for large programs. */
  applyInPieces?(program: Program, context: PassContext): Pieces<Program>;
}

/** How passes are run. */
export interface PassOptions {
  /** After which passes the program is verified. Default `each`: what breaks a rule is found either way, and blamed on its pass. */
  readonly verify?: 'each' | 'last' | undefined;
  /** Told which pass is next. */
  readonly onPass?: ((pass: ProgramPass) => void) | undefined;
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
  return complete(runPassesInPieces(program, passes, context));
}

/** `runPasses` in pieces, of which a pass is one. @throws NdlError IR_INVALID naming the pass that broke a rule */
export function* runPassesInPieces(
  program: Program,
  passes: readonly ProgramPass[],
  context: PassContext,
  { verify = 'each', onPass }: PassOptions = {},
): Pieces<Program> {
  const before = new Map(context.arrays);
  let current = program;
  try {
    for (const [index, pass] of passes.entries()) {
      onPass?.(pass);
      yield PASS_COST * current.buffers.length;
      current =
        pass.applyInPieces === undefined ? pass.apply(current, context) : yield* pass.applyInPieces(current, context);
      if (verify === 'each' || index === passes.length - 1) yield* verified(current, pass, context);
    }
  } catch (error) {
    // Whose fault it is shows when each is verified; a program that breaks no rule then is returned by nobody, either.
    if (verify === 'last') yield* runPassesInPieces(program, passes, { ...context, arrays: before });
    throw error;
  }
  return current;
}

/** What a pass takes for each buffer, in operations. */
const PASS_COST = 4096;

function* verified(program: Program, pass: ProgramPass, { arrays }: PassContext): Pieces<void> {
  try {
    yield* verifyProgramInPieces(program, { arrays });
  } catch (error) {
    throw isNdlError(error, 'IR_INVALID') ? irInvalid(`after pass ${pass.name}`, error.message) : error;
  }
}
