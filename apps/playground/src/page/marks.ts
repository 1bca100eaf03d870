/** @file Marks in the source, by who set them: those of one do not take away those of another. */
import { forEachDiagnostic, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import type { EditorState, TransactionSpec } from '@codemirror/state';

/** Who sets marks: the model that was run, or the check of types. */
export type Marker = 'model' | 'types';

/** What sets the marks of `marker` in the place of those that it set before; the others stay where edits moved them. */
export function markedBy(
  marker: Marker,
  marks: readonly Omit<Diagnostic, 'source'>[],
  state: EditorState,
): TransactionSpec {
  const kept: Diagnostic[] = [];
  forEachDiagnostic(state, (mark, from, to) => {
    if (mark.source !== marker) kept.push({ ...mark, from, to });
  });
  const set = marks.map((mark) => ({ ...mark, source: marker }));
  return setDiagnostics(
    state,
    [...kept, ...set].toSorted((a, b) => a.from - b.from),
  );
}
