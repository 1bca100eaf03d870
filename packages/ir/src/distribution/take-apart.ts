/** @file The passes that take the loop over steps of a program apart, in order. */
import { complete, type Pieces } from '@ndl/numerics';
import { lagForm } from '../lag-form/lag-form.ts';
import { narrow } from '../lag-form/narrow.ts';
import { splitBuffers } from '../lag-form/split-buffers.ts';
import type { PassContext, ProgramPass } from '../passes/program-pass.ts';
import type { Program } from '../program/program.ts';
import type { Tables } from '../program/tables.ts';
import { distribute } from './distribute.ts';

/** What is done with a program in lag form: apart, and back where one loop needs no more. */
const afterLagForm: readonly ProgramPass[] = [distribute, splitBuffers, narrow];

/** Everything in order. Gradients are derived between lag form and the rest. */
export const loopPasses: readonly ProgramPass[] = [lagForm, ...afterLagForm];

/**
 * The program with its loops taken apart.
 * @param keep ids of temps that others than its own instructions read
 */
export function takeApart(program: Program, tables: Pick<Tables, 'arrays'>, keep: readonly string[] = []): Program {
  return complete(takeApartInPieces(program, tables, keep));
}

/** `takeApart` in pieces. */
export function takeApartInPieces(
  program: Program,
  { arrays }: Pick<Tables, 'arrays'>,
  keep: readonly string[] = [],
): Pieces<Program> {
  return applied(loopPasses, program, { keep, arrays: new Map(arrays) });
}

/** `takeApart`, in pieces, of a program that is in lag form. */
export function takeLagFormApart(program: Program, { arrays }: Pick<Tables, 'arrays'>): Pieces<Program> {
  return applied(afterLagForm, program, { keep: [], arrays: new Map(arrays) });
}

/** What a pass takes for each buffer, in operations. */
const PASS_COST = 4096;

function* applied(passes: readonly ProgramPass[], program: Program, context: PassContext): Pieces<Program> {
  let current = program;
  for (const pass of passes) {
    yield PASS_COST * current.buffers.length;
    current =
      pass.applyInPieces === undefined ? pass.apply(current, context) : yield* pass.applyInPieces(current, context);
  }
  return current;
}
