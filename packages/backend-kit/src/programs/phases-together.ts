/** @file Phases that are run as one: those of a window that is a single block, but for `before` sections, which look at other steps. */
import type { Phase } from './phases.ts';

/** The phases of a window that is one block: all that stand between `before` sections as one. */
export function togetherInOneBlock(phases: readonly Phase[]): readonly Phase[] {
  const joined: Phase[] = [];
  for (const phase of phases) {
    const last = joined.at(-1);
    if (last === undefined || last.kind === 'before' || phase.kind === 'before') joined.push(phase);
    else joined[joined.length - 1] = both(last, phase);
  }
  return joined;
}

function both(a: Phase, b: Phase): Phase {
  const buffers = [...new Set([...a.buffers, ...b.buffers])];
  return { kind: 'pass', sections: [...a.sections, ...b.sections], buffers, descends: false };
}

/** Sections by number, in the order in which one call may run them, of phases that have more than one. */
export function sequencesIn(phases: readonly Phase[]): readonly (readonly number[])[] {
  const several = phases.map(({ sections }) => sections).filter(({ length }) => length > 1);
  return [...new Map(several.map((sections) => [keyOf(sections), sections])).values()];
}

/** What tells sequences apart. */
export function keyOf(sections: readonly number[]): string {
  return sections.join();
}
