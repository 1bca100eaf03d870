/** @file Labels of what is made of several things. */
import type { Labelled } from './instructions.ts';

const NAMED = 2;

/** The label of all of these together: each once, the first two by name. Nothing where none has a label. */
export function joinLabels(labels: readonly (string | undefined)[]): Labelled {
  const distinct = [...new Set(labels.filter((label) => label !== undefined))];
  if (distinct.length === 0) return {};
  const rest = distinct.length - NAMED;
  return { label: [...distinct.slice(0, NAMED), ...(rest > 0 ? [`${rest} more`] : [])].join(', ') };
}
