/** @file Selections: which elements of an object a view stands for, read as Python reads indices and slices. */
import { showValue } from '@ndl/numerics';
import { invalidSelection } from './object-errors.ts';

/** Positions in an object: a stride, or a list (repeats allowed). */
export type Selection =
  | { readonly kind: 'slice'; readonly start: number; readonly step: number; readonly length: number }
  | { readonly kind: 'indices'; readonly indices: readonly number[] };

/** An index (negative: from the end), a list of them, or one flag per element. */
export type IndexInput = number | readonly number[] | readonly boolean[];

/** What `index` picks of `size` elements of `object`. @throws NdlError INVALID_SELECTION */
export function selectionAt(index: IndexInput, size: number, object: string): Selection {
  if (typeof index === 'number') return { kind: 'slice', start: positionOf(index, size, object), step: 1, length: 1 };
  if (!Array.isArray(index)) {
    throw invalidSelection(
      object,
      `at() takes an index, a list of indices, or a list of flags; got ${showValue(index)}.`,
    );
  }
  if (index.length === 0) throw invalidSelection(object, 'at([]) selects nothing; name at least one index.');
  const isMask = typeof index[0] === 'boolean';
  Array.from(index as readonly unknown[]).forEach((entry, position) => {
    if (typeof entry === (isMask ? 'boolean' : 'number')) return;
    const given = position in index ? showValue(entry) : 'missing: the list has a hole';
    throw invalidSelection(
      object,
      `at() takes indices or flags, not a mixture or anything else; entry ${position} is ${given}.`,
    );
  });
  const indices = isMask ? maskedPositions(index as readonly boolean[], size, object) : (index as readonly number[]);
  return { kind: 'indices', indices: Object.freeze(indices.map((entry) => positionOf(entry, size, object))) };
}

/**
 * What `[start:end:step]` picks of `size` elements of `object`: `end` is exclusive, negative positions count from the end,
 * positions beyond an end are cut, and what is undefined or null takes its default.
 * @throws NdlError INVALID_SELECTION when it picks nothing.
 */
export function selectionOfSlice(
  range: { readonly start: number | null; readonly end: number | null; readonly step: number },
  size: number,
  object: string,
): Selection {
  const { step } = range;
  if (!Number.isInteger(step) || step === 0)
    throw invalidSelection(object, `slice step ${showValue(step)} is no whole number other than 0.`);
  for (const bound of [range.start, range.end]) {
    if (bound !== null && !Number.isInteger(bound))
      throw invalidSelection(object, `slice bound ${showValue(bound)} is no whole number.`);
  }
  const [lowest, highest] = step > 0 ? [0, size] : [-1, size - 1];
  const bounded = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + size : bound, lowest), highest);
  const start = range.start === null ? (step > 0 ? 0 : size - 1) : bounded(range.start);
  const end = range.end === null ? (step > 0 ? size : -1) : bounded(range.end);
  const length = Math.max(0, Math.ceil((end - start) / step));
  if (length === 0) throw invalidSelection(object, `the slice selects none of its ${size} elements.`);
  return { kind: 'slice', start, step, length };
}

/** Number of elements selected. */
export function selectionSize(selection: Selection): number {
  return selection.kind === 'slice' ? selection.length : selection.indices.length;
}

/** The selected positions in order. */
export function selectionIndices(selection: Selection): readonly number[] {
  if (selection.kind === 'indices') return selection.indices;
  return Array.from({ length: selection.length }, (_, index) => selection.start + index * selection.step);
}

/** Whether a position is selected more than once. */
export function hasRepeats(selection: Selection): boolean {
  return selection.kind === 'indices' && new Set(selection.indices).size < selection.indices.length;
}

function positionOf(index: number, size: number, object: string): number {
  if (!Number.isInteger(index)) throw invalidSelection(object, `index ${index} is no whole number.`);
  if (index < -size || index >= size) {
    throw invalidSelection(
      object,
      `index ${index} is outside its ${size} elements (0 to ${size - 1}, or from the end -1 to -${size}).`,
    );
  }
  return index < 0 ? index + size : index;
}

function maskedPositions(mask: readonly boolean[], size: number, object: string): readonly number[] {
  if (mask.length !== size)
    throw invalidSelection(object, `a list of ${mask.length} flags does not fit its ${size} elements.`);
  const positions = mask.flatMap((isSelected, position) => (isSelected ? [position] : []));
  if (positions.length === 0) throw invalidSelection(object, 'the flags select nothing; set at least one.');
  return positions;
}
