/** @file A completion that brings its import along: the name is written at once, the import when it is known. */
import { insertCompletionText, pickedCompletion, type Completion } from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import type { Edit } from '../language/messages.ts';
import type { TypeClient } from '../language/type-client.ts';
import { bringingImport, importOf } from './import-history.ts';

/** What is written meanwhile before the imports makes the answer stale; so often it is asked for again. */
const MOST_QUESTIONS = 5;

/** Of a name that `module` exports, and that the source does not import yet. */
export function applyWithImport(client: TypeClient, module: string) {
  return (view: EditorView, completion: Completion, from: number, to: number): void => {
    const { label } = completion;
    const { number, effects } = bringingImport();
    view.dispatch({
      ...insertCompletionText(view.state, label, from, to),
      annotations: pickedCompletion.of(completion),
      effects,
    });
    void addImport(client, view, { name: label, at: from + label.length, module, number });
  };
}

interface BroughtImport {
  readonly name: string;
  /** Where the name ends. */
  readonly at: number;
  readonly module: string;
  /** Of the change that brings it. */
  readonly number: number;
}

async function addImport(
  client: TypeClient,
  view: EditorView,
  { name, at, module, number }: BroughtImport,
): Promise<void> {
  // Taken back, or moved: whoever does that wants no import.
  const isThere = (): boolean => view.state.doc.sliceString(at - name.length, at) === name;
  for (let question = 0; question < MOST_QUESTIONS && isThere(); question++) {
    const { doc } = view.state;
    const asked = { ask: 'completion', source: doc.toString(), at, name, module } as const;
    const told = await client.ask<'completion'>(asked).catch(() => null);
    if (told === null) return;
    // What is typed behind them moves no imports.
    const end = Math.max(0, ...told.edits.map(({ to }) => to));
    const isSame = view.state.doc.sliceString(0, end) === doc.sliceString(0, end);
    if (isSame && isThere()) {
      if (told.edits.length > 0) view.dispatch(importOf(number, changesOf(told.edits)));
      return;
    }
  }
}

/** Edits of the source as it is now. */
export function applyEdits(view: EditorView, edits: readonly Edit[]): void {
  if (edits.length > 0) view.dispatch({ changes: changesOf(edits), userEvent: 'input.complete' });
}

const changesOf = (edits: readonly Edit[]): { from: number; to: number; insert: string }[] =>
  edits.map(({ from, to, text }) => ({ from, to, insert: text }));
