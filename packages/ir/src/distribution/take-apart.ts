/** @file The passes that take the loop over steps of a program apart, in order. */
import { lagForm } from '../lag-form/lag-form.ts';
import { narrow } from '../lag-form/narrow.ts';
import { splitBuffers } from '../lag-form/split-buffers.ts';
import type { ProgramPass } from '../passes/program-pass.ts';
import type { Program } from '../program/program.ts';
import type { Tables } from '../program/tables.ts';
import { distribute } from './distribute.ts';

/** Into lag form, apart, and back where one loop needs no more. Gradients are derived between the first and the second. */
export const loopPasses: readonly ProgramPass[] = [lagForm, distribute, splitBuffers, narrow];

/**
 * The program with its loops taken apart; as it is, if it has been before.
 * @param keep ids of temps that others than its own instructions read
 */
export function takeApart(program: Program, { arrays }: Pick<Tables, 'arrays'>, keep: readonly string[] = []): Program {
  const context = { keep, arrays: new Map(arrays) };
  return loopPasses.reduce((current, pass) => pass.apply(current, context), program);
}
