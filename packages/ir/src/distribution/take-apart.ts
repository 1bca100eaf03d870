/** @file The passes that take the loop over steps of a program apart, in order. */
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
export function takeApart(program: Program, { arrays }: Pick<Tables, 'arrays'>, keep: readonly string[] = []): Program {
  return applied(loopPasses, program, { keep, arrays: new Map(arrays) });
}

/** `takeApart` of a program that is in lag form. */
export function takeLagFormApart(program: Program, { arrays }: Pick<Tables, 'arrays'>): Program {
  return applied(afterLagForm, program, { keep: [], arrays: new Map(arrays) });
}

function applied(passes: readonly ProgramPass[], program: Program, context: PassContext): Program {
  return passes.reduce((current, pass) => pass.apply(current, context), program);
}
