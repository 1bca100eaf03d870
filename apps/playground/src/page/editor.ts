/** @file The editor of the model's source. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { TypeClient } from '../language/type-client.ts';
import { importHistory } from './import-history.ts';
import { markedBy } from './marks.ts';
import { typeHelp } from './type-help.ts';
import { typeMarks } from './type-marks.ts';

export interface Editor {
  readonly source: string;
  replace(source: string): void;
  /** Writes into the source as a user would, so that it is told and can be undone: what follows within half a second at the same place in one step. */
  write(from: number, to: number, text: string): void;
  /** Shows a line, counted from one, and puts the cursor there. */
  goTo(line: number): void;
  /** Marks a line, counted from one; null takes marks away. */
  mark(line: number | null, message: string): void;
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--keyword)' },
  { tag: [tags.string, tags.regexp], color: 'var(--string)' },
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--number)' },
  { tag: [tags.typeName, tags.className], color: 'var(--type)' },
]);

export interface EditorOptions {
  readonly source: string;
  /** Gets the source after each change that the user makes. */
  readonly onChange: (source: string) => void;
  readonly types: TypeClient;
}

export function createEditor(place: HTMLElement, { source, onChange, types }: EditorOptions): Editor {
  let isOurs = false;
  const view = new EditorView({
    parent: place,
    state: EditorState.create({
      doc: source,
      extensions: [
        lineNumbers(),
        history(),
        importHistory,
        bracketMatching(),
        highlightActiveLine(),
        EditorView.lineWrapping,
        lintGutter(),
        javascript({ typescript: true }),
        syntaxHighlighting(colours),
        typeHelp(types),
        typeMarks(types),
        keymap.of([...lintKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': 'Source of the model', spellcheck: 'false' }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged && !isOurs) onChange(state.doc.toString());
        }),
      ],
    }),
  });
  view.scrollDOM.tabIndex = 0;
  return {
    get source() {
      return view.state.doc.toString();
    },
    replace(text) {
      isOurs = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      isOurs = false;
    },
    write(from, to, text) {
      view.dispatch({ changes: { from, to, insert: text } });
    },
    goTo(line) {
      if (line < 1 || line > view.state.doc.lines) return;
      view.dispatch({ selection: { anchor: view.state.doc.line(line).from }, scrollIntoView: true });
      view.focus();
    },
    mark(line, message) {
      const known = line !== null && line >= 1 && line <= view.state.doc.lines;
      const { from, to } = view.state.doc.line(known ? line : 1);
      const marks = known ? [{ from, to: Math.max(to, from), severity: 'error' as const, message }] : [];
      view.dispatch(markedBy('model', marks, view.state));
    },
  };
}
