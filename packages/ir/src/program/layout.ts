/** @file The axes that a view has beside its shape: items where its buffer has them, steps where it has one for each and the section shows all. */
import type { Buffer, SectionKind } from './program.ts';

/** Which of the two axes a view has. */
export interface Layout {
  readonly items: boolean;
  readonly steps: boolean;
}

/** The layout of views of a buffer in a section: where steps are walked, what has a value for each shows the present one. */
export function layoutIn({ items, steps }: Pick<Buffer, 'items' | 'steps'>, section: SectionKind): Layout {
  return { items, steps: steps !== 'one' && section !== 'steps' };
}

/** The layout of what is computed from all of these. */
export function either(...layouts: readonly Layout[]): Layout {
  return { items: layouts.some((layout) => layout.items), steps: layouts.some((layout) => layout.steps) };
}

/** Whether every axis of `part` is one of `whole`: what has layout `part` broadcasts to `whole`. */
export function isWithin(part: Layout, whole: Layout): boolean {
  return (whole.items || !part.items) && (whole.steps || !part.steps);
}
