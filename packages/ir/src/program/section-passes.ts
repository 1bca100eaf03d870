/** @file Passes over time: what stands between two window sections runs block by block, as one. */
import type { Section } from './program.ts';

/** The pass that each section belongs to, counted from 0; -1 for window and before sections, which belong to none. */
export function sectionPasses(sections: readonly Pick<Section, 'kind'>[]): readonly number[] {
  let [pass, isOpen] = [-1, false];
  return sections.map(({ kind }) => {
    const belongs = kind === 'steps' || kind === 'block';
    if (belongs && !isOpen) pass++;
    isOpen = belongs;
    return belongs ? pass : -1;
  });
}
