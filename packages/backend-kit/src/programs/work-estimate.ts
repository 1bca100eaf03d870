/** @file How much work instructions are, roughly: what takes long is done in parts, so that others get their turn. */
import {
  type Buffer,
  type Instruction,
  instructionsOf,
  type Program,
  readsOf,
  type Section,
  viewSize,
  writesOf,
} from '@ndl/ir';

/** Of an operation of a kernel that is no multiplication, on average. */
const KERNEL_OPERATION = 2;

/** Operations for one item and one step. */
function operationsOf(instruction: Instruction): number {
  switch (instruction.kind) {
    case 'fill':
      return viewSize(instruction.target);
    case 'copy':
    case 'reduce':
      return viewSize(instruction.source);
    case 'map': {
      const { kernel, outputs, inputs, parameters } = instruction;
      const operands = inputs.length + parameters.length + kernel.outputs.length;
      return viewSize(outputs[0]!.target) * operands * KERNEL_OPERATION;
    }
    case 'contract':
      return instruction.members.reduce((sum, { target }) => sum + viewSize(target), 0);
    case 'host':
      return [...instruction.inputs, ...instruction.outputs].reduce((sum, view) => sum + viewSize(view), 0);
  }
}

/** How much is there of what an instruction may do anew for each item and each step. */
export interface WorkExtent {
  readonly items: number;
  readonly steps: number;
}

/** Operations of a section over so many steps: what has one value for all items, or for all steps, is computed once, unless steps are walked. */
export function workWithin(
  { kind, instructions }: Pick<Section, 'kind' | 'instructions'>,
  buffers: ReadonlyMap<string, Buffer>,
  { items, steps }: WorkExtent,
): number {
  return instructions.reduce((sum, instruction) => {
    const targets = writesOf(instruction).map(({ target }) => target);
    const used = [...readsOf(instruction), ...targets].map(({ buffer }) => buffers.get(buffer)!);
    const hasItems = instruction.kind === 'host' || used.some((buffer) => buffer.items);
    const hasSteps = kind === 'steps' || used.some((buffer) => buffer.steps !== 'one');
    return sum + operationsOf(instruction) * (hasItems ? items : 1) * (hasSteps ? steps : 1);
  }, 0);
}

/** Operations of a section, per item and step. */
function workOf({ instructions }: Pick<Section, 'instructions'>): number {
  return instructions.reduce((sum, instruction) => sum + operationsOf(instruction), 0);
}

/** Operations of a program's largest step, per item: of the pass alone. */
export function workOfStep(program: Program): number {
  const perStep = program.sections.filter(({ kind }) => kind === 'steps' || kind === 'block');
  return workOf({ instructions: instructionsOf({ sections: perStep }) });
}
