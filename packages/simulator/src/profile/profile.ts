/** @file What the program that runs is made of, and what each part of it costs. */
import { costOfInstruction, costsOfSections, type Cost, type Instruction, type Program, type Section } from '@ndl/ir';

/** What an instruction costs, for one item; where steps are walked or an axis, for one step. */
export interface InstructionProfile extends Cost {
  readonly kind: Instruction['kind'];
  /** The objects of the network that it is for, and which part of them. */
  readonly label: string;
}

/** What a section costs each time that it runs, and what each of its instructions does. */
export interface SectionProfile extends Cost {
  /** `steps` are walked one by one, `block` takes many steps at once, `window` runs once per call. */
  readonly kind: Section['kind'];
  readonly instructions: readonly InstructionProfile[];
}

/** Counts of arithmetic and of bytes, from the program alone: nothing is measured. */
export interface Profile {
  readonly sections: readonly SectionProfile[];
}

export function profileOf(program: Program): Profile {
  const costs = costsOfSections(program);
  const sections = program.sections.map(({ kind, instructions }, number) => ({
    kind,
    ...costs[number]!,
    instructions: instructions.map((instruction) => ({
      kind: instruction.kind,
      label: instruction.label ?? '',
      ...costOfInstruction(instruction, program),
    })),
  }));
  return { sections };
}
