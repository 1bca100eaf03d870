/** @file Computes the same thing once. */
import { contentKey } from '@ndl/numerics';
import { mapSections, mapViews, readsOf, writesOf } from '../program/instruction-access.ts';
import type { Instruction } from '../program/instructions.ts';
import { printKernel } from '../kernel/print-kernel.ts';
import type { Buffer, Program } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { isWhole } from '../program/views.ts';
import { BufferUses } from '../program/buffer-uses.ts';
import { type PassContext, privateBuffers, type ProgramPass } from './program-pass.ts';

/**
 * Exact. Where two instructions of a section set the whole of a temp each, from the same operands, not written in between,
 * and nothing else writes those temps, readers of the second read the first. Hosts are never shared.
 */
export const shareCommonSubexpressions: ProgramPass = {
  name: 'shareCommonSubexpressions',
  apply(program: Program, context: PassContext): Program {
    const uses = new BufferUses(program);
    const isPrivate = privateBuffers(program, context);
    const sharedAs = new Map<string, string>();
    const rename = (view: View): View => ({ ...view, buffer: sharedAs.get(view.buffer) ?? view.buffer });
    const shared = mapSections(program, ({ instructions }, section) => {
      const known = new Map<string, { readonly buffer: Buffer; readonly index: number }>();
      return instructions.flatMap((original, index): Instruction[] => {
        const instruction = mapViews(original, rename);
        const buffer = soleTarget(instruction, uses);
        if (buffer === undefined) return [instruction];
        const key = keyOf(instruction, buffer);
        const earlier = known.get(key);
        const isWrittenSince = (view: View): boolean => uses.isChanged(view, section, earlier!.index, index);
        if (earlier === undefined || readsOf(instruction).some(isWrittenSince) || !isPrivate(buffer)) {
          known.set(key, { buffer, index });
          return [instruction];
        }
        sharedAs.set(buffer.id, earlier.buffer.id);
        return [];
      });
    });
    return {
      ...shared,
      buffers: program.buffers.filter(({ id }) => !sharedAs.has(id)),
      symbols: Object.fromEntries(Object.entries(program.symbols).map(([name, view]) => [name, rename(view)])),
    };
  },
};

/** The temp that the instruction, and it alone, sets as a whole. */
function soleTarget(instruction: Instruction, uses: BufferUses): Buffer | undefined {
  const writes = writesOf(instruction);
  if (instruction.kind === 'host' || writes.length !== 1) return undefined;
  const { target, mode } = writes[0]!;
  const buffer = uses.bufferOf(target);
  const isSole = mode === 'set' && isWhole(target, buffer) && uses.writesOf(buffer.id).length === 1;
  return isSole && buffer.role === 'temp' && buffer.steps === 'one' ? buffer : undefined;
}

/** Equal for instructions that compute the same into buffers that are alike. */
function keyOf(instruction: Instruction, { shape, items, lifetime }: Buffer): string {
  const anonymous = mapViews(
    instruction,
    (view) => view,
    (view) => ({ ...view, buffer: '' }),
  );
  const computed = anonymous.kind === 'map' ? { ...anonymous, kernel: printKernel(anonymous.kernel) } : anonymous;
  // Labels say who computes, not what.
  return contentKey([computed, shape, items, lifetime], (name, value) => (name === 'label' ? undefined : value));
}
