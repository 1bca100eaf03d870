/** @file Units of a section, and their emission: loops, products and sums. */
import { type Instruction, type View } from '@ndl/ir';
import type { Pieces } from '@ndl/numerics';
import { emitElementwise } from '../loops/loop-emitter.ts';
import { emitContract, emitReduce, isElementwise } from '../products/sums.ts';
import { schedule, type Unit } from './schedule.ts';
import type { SectionContext } from './section-context.ts';

/** Operations that emitting an instruction takes, roughly. */
export const INSTRUCTION_WORK: number = 2 ** 16;

/** What is done one after another. */
export function unitsOf(context: SectionContext, instructions: readonly Instruction[]): Pieces<readonly Unit[]> {
  return schedule(instructions, {
    kind: context.kind,
    isElementwise: (instruction) => isElementwise(context, instruction),
    axesOf: (view) => {
      const { hasItems, hasSteps } = context.access(view);
      return `${hasItems} ${hasSteps}`;
    },
  });
}

/** Adds a unit to its section, unless it calls the host. @param isStored whether others read what is written to a view */
export function emitUnit(context: SectionContext, unit: Unit, isStored: (view: View) => boolean): void {
  if (unit.kind === 'loop') emitElementwise(context, unit.group, isStored);
  else emitInstruction(context, unit.instruction);
}

function emitInstruction(context: SectionContext, instruction: Instruction): void {
  switch (instruction.kind) {
    case 'contract':
      return emitContract(context, instruction);
    case 'reduce':
      return emitReduce(context, instruction);
    default:
      throw new TypeError(`a loop is wanted for ${instruction.kind}`);
  }
}
