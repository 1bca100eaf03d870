/** @file What an instruction reads and writes. */
import type { ClockOperand, Instruction, Operand, ScalarOperand, WriteMode } from './instructions.ts';
import type { Program, Section } from './program.ts';
import type { View } from './view.ts';
import { withoutRepeatedAxes } from './view-axes.ts';

/** A view that an instruction writes. */
export interface Write {
  readonly target: View;
  readonly mode: WriteMode;
}

/** Whether a map's operand is a view rather than a number. */
export function isView(operand: Operand): operand is View {
  return typeof operand !== 'number' && 'buffer' in operand;
}

/** Whether an operand is the clock. */
export function isClock(operand: Operand | ScalarOperand): operand is ClockOperand {
  return typeof operand !== 'number' && 'clock' in operand;
}

/** Views read for their values; what an `add` adds to is not among them. */
export function readsOf(instruction: Instruction): readonly View[] {
  switch (instruction.kind) {
    case 'fill':
      return [];
    case 'copy':
    case 'reduce':
      return [instruction.source];
    case 'map':
      return [...instruction.inputs, ...instruction.parameters].filter(isView);
    case 'contract':
      return instruction.members.flatMap(({ left, right }) => [left, right]);
    case 'host':
      return instruction.inputs;
  }
}

/** Views written, one per target in order; of a product's targets without the axes that are summed. */
export function writesOf(instruction: Instruction): readonly Write[] {
  switch (instruction.kind) {
    case 'contract':
      return instruction.members.map(({ target }) => ({
        target: withoutRepeatedAxes(target),
        mode: instruction.mode,
      }));
    case 'map':
      return instruction.outputs;
    case 'host':
      return instruction.outputs.map((target) => ({ target, mode: 'set' }));
    default:
      return [{ target: instruction.target, mode: instruction.mode }];
  }
}

/** Names of the scalars that an instruction reads. */
export function scalarsOf(instruction: Instruction): readonly string[] {
  const named = (operand: Operand | ScalarOperand): readonly string[] =>
    typeof operand === 'object' && 'scalar' in operand ? [operand.scalar] : [];
  if (instruction.kind === 'fill') return named(instruction.value);
  if (instruction.kind === 'map') return [...instruction.inputs, ...instruction.parameters].flatMap(named);
  return [];
}

/** What an instruction reads of the clock. */
export function clocksOf(instruction: Instruction): readonly ClockOperand[] {
  const operands: readonly (Operand | ScalarOperand)[] =
    instruction.kind === 'fill'
      ? [instruction.value]
      : instruction.kind === 'map'
        ? [...instruction.inputs, ...instruction.parameters]
        : [];
  return operands.filter(isClock);
}

/** The instruction with each view that it reads, and each that it writes, replaced. */
export function mapViews(
  instruction: Instruction,
  read: (view: View) => View,
  write: (view: View) => View = (view) => view,
): Instruction {
  switch (instruction.kind) {
    case 'fill':
      return { ...instruction, target: write(instruction.target) };
    case 'copy':
    case 'reduce':
      return { ...instruction, source: read(instruction.source), target: write(instruction.target) };
    case 'map': {
      const operand = (value: Operand): Operand => (isView(value) ? read(value) : value);
      return {
        ...instruction,
        inputs: instruction.inputs.map(operand),
        parameters: instruction.parameters.map(operand),
        outputs: instruction.outputs.map(({ target, mode }) => ({ target: write(target), mode })),
      };
    }
    case 'contract':
      return {
        ...instruction,
        members: instruction.members.map(({ left, right, target }) => ({
          left: read(left),
          right: read(right),
          target: write(target),
        })),
      };
    case 'host':
      return { ...instruction, inputs: instruction.inputs.map(read), outputs: instruction.outputs.map(write) };
  }
}

/** Ids of all buffers that instructions read or write. */
export function buffersOf(instructions: readonly Instruction[]): Set<string> {
  const buffers = new Set<string>();
  for (const instruction of instructions) {
    for (const { buffer } of readsOf(instruction)) buffers.add(buffer);
    for (const { target } of writesOf(instruction)) buffers.add(target.buffer);
  }
  return buffers;
}

/** All instructions of a program, in the order of its sections. */
export function instructionsOf({ sections }: Pick<Program, 'sections'>): readonly Instruction[] {
  return sections.flatMap(({ instructions }) => instructions);
}

/** The program with other instructions in its sections; a section that is left without any goes. */
export function mapSections(
  program: Program,
  change: (section: Section, index: number) => readonly Instruction[],
): Program {
  const sections = program.sections.map((section, index) => ({ ...section, instructions: change(section, index) }));
  return { ...program, sections: sections.filter(({ instructions }) => instructions.length > 0) };
}
