/** @file The axes that a view has beside its shape: items where its buffer is batched, steps where it is a whole history. */
import type { Buffer } from './program.ts';

export interface Layout {
  readonly items: boolean;
  readonly steps: boolean;
}

/** The layout of views of a buffer; inside `step`, a history is its present slice. */
export function layoutIn(buffer: Buffer, inStep: boolean): Layout {
  return { items: buffer.batched, steps: buffer.history && !inStep };
}

/** The layout of what is computed from all of these. */
export function either(...layouts: readonly Layout[]): Layout {
  return { items: layouts.some((layout) => layout.items), steps: layouts.some((layout) => layout.steps) };
}

/** Whether every axis of `part` is one of `whole`: what has layout `part` broadcasts to `whole`. */
export function isWithin(part: Layout, whole: Layout): boolean {
  return (whole.items || !part.items) && (whole.steps || !part.steps);
}
