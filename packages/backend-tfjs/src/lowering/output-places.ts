/** @file When each output of a program can be read: after a step of a section, when a block is over, or when a window is. */
import type { OutputDeclaration, Program, SectionKind } from '@ndl/ir';
import type { SegmentTable } from './segments.ts';
import { stagesOf, type Uses } from './stages.ts';

/** Where an output is read. */
export interface OutputPlace {
  readonly output: OutputDeclaration;
  /** The kind of section that it is read as part of. */
  readonly at: Extract<SectionKind, 'steps' | 'block' | 'window'>;
  /** Of a step, the number of the section; of a block, the number of the pass among all stages. */
  readonly number: number;
}

/** @param homes of inputs that are written before each step of a section, the number of that section */
export function outputPlaces(
  program: Program,
  uses: Uses,
  segments: SegmentTable,
  homes: ReadonlyMap<string, number>,
): readonly OutputPlace[] {
  const stages = stagesOf(program);
  const passes = stages.flatMap((stage, number) => (stage.kind === 'pass' ? [number] : []));
  /** The pass that a section stands in, or the first one after it. */
  const passFrom = (section: number): number | undefined => {
    const own = stages.findIndex((stage) =>
      stage.kind === 'pass' ? stage.sections.includes(section) : stage.section === section,
    );
    return passes.find((pass) => pass >= own);
  };
  return program.outputs.map((output): OutputPlace => {
    const { buffer } = output.view;
    const section = uses.writersOf(buffer).at(-1) ?? homes.get(buffer);
    // What nothing writes is there all the time; inputs that have a value for each step, from the first pass on.
    if (section === undefined) return { output, at: 'block', number: passes[0]! };
    if (program.sections[section]!.kind === 'steps' && !segments.spans(buffer))
      return { output, at: 'steps', number: section };
    const pass = passFrom(section);
    return pass === undefined ? { output, at: 'window', number: stages.length } : { output, at: 'block', number: pass };
  });
}
