/** @file Errors of types as marks, with what would mend them, once the TypeScript service was loaded for something else. They stop no model. */
import { forEachDiagnostic, type Diagnostic } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { keymap, ViewPlugin, type EditorView, type ViewUpdate } from '@codemirror/view';
import type { TypeClient } from '../language/type-client.ts';
import { applyEdits } from './imports.ts';
import { markedBy } from './marks.ts';

/** Milliseconds after the last change until types are checked. */
const REST = 400;

/** The editor's part: marks, and a key that mends what is marked at the cursor or else in its line. */
export function typeMarks(client: TypeClient): Extension {
  return [ViewPlugin.define((view) => new TypeMarks(view, client)), keymap.of([{ key: 'Mod-.', run: mend }])];
}

function mend(view: EditorView): boolean {
  const { doc, selection } = view.state;
  const { from, to } = selection.main;
  const [begin, end] = [doc.lineAt(from).from, doc.lineAt(to).to];
  const fixes: { readonly isHere: boolean; readonly apply: () => void }[] = [];
  forEachDiagnostic(view.state, ({ actions = [] }, first, last) => {
    const [action] = actions;
    if (action === undefined || last < begin || first > end) return;
    fixes.push({ isHere: first <= to && last >= from, apply: () => action.apply(view, first, last) });
  });
  const fix = fixes.find(({ isHere }) => isHere) ?? fixes[0];
  fix?.apply();
  return fix !== undefined;
}

class TypeMarks {
  readonly #view: EditorView;
  readonly #client: TypeClient;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(view: EditorView, client: TypeClient) {
    this.#view = view;
    this.#client = client;
    void client.ready.then(() => this.#check());
  }

  update({ docChanged }: ViewUpdate): void {
    if (!docChanged || !this.#client.isReady) return;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => void this.#check(), REST);
  }

  destroy(): void {
    clearTimeout(this.#waiting);
  }

  async #check(): Promise<void> {
    const { doc } = this.#view.state;
    const problems = await this.#client.ask<'problems'>({ ask: 'problems', source: doc.toString() }).catch(() => []);
    // What was checked is no more; the change that made it so has its own check.
    if (this.#view.state.doc !== doc) return;
    const marks = problems.map(({ from, to, message, fixes }): Diagnostic => ({
      from,
      to,
      message,
      severity: 'warning',
      // The next check of what was typed meanwhile brings its own.
      actions: fixes.map(({ title, edits }) => ({
        name: title,
        apply: (view) => view.state.doc === doc && applyEdits(view, edits),
      })),
    }));
    this.#view.dispatch(markedBy('types', marks, this.#view.state));
  }
}
