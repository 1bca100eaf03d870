/** @file A name and the import that it brings along are one step of undo and of redo, whatever was typed before the import came. */
import { history, redo, undo } from '@codemirror/commands';
import { EditorState, Transaction, type TransactionSpec } from '@codemirror/state';
import { expect, test } from 'vitest';
import { bringingImport, importHistory, importOf, importsAfter } from './import-history.ts';

const BEFORE = `import { Ensemble } from 'ndl';\nconst probe = new ;\n`;
const IMPORT = { from: 'import { Ensemble'.length, insert: ', Probe' };

/** An editor without a page. */
class Editor {
  #state = EditorState.create({ doc: BEFORE, extensions: [history(), importHistory] });

  get text(): string {
    return this.#state.doc.toString();
  }

  readonly dispatch = (spec: TransactionSpec): void => this.#take(this.#state.update(spec));

  #take(transaction: Transaction): void {
    this.#state = transaction.state;
    for (const spec of importsAfter(transaction, this.#state)) this.dispatch(spec);
  }

  write(at: number, text: string): void {
    this.dispatch({
      changes: { from: at, insert: text },
      selection: { anchor: at + text.length },
      userEvent: 'input.type',
    });
  }

  undo(): boolean {
    return undo({ state: this.#state, dispatch: (transaction) => this.#take(transaction) });
  }

  redo(): boolean {
    return redo({ state: this.#state, dispatch: (transaction) => this.#take(transaction) });
  }
}

/** Completes a name; the import comes when the returned function is called. */
function complete(editor: Editor, name: string): () => void {
  const { number, effects } = bringingImport();
  const from = editor.text.indexOf('new ;') + 'new '.length;
  editor.dispatch({ changes: { from, insert: name }, effects, userEvent: 'input.complete' });
  return () => editor.dispatch(importOf(number, IMPORT));
}

const COMPLETED = BEFORE.replace('Ensemble', 'Ensemble, Probe').replace('new ;', 'new Probe;');

test('one step takes both back, one does both again, as often as one likes', () => {
  const editor = new Editor();
  complete(editor, 'Probe')();
  expect(editor.text).toBe(COMPLETED);
  for (let round = 0; round < 3; round++) {
    expect(editor.undo()).toBe(true);
    expect(editor.text).toBe(BEFORE);
    expect(editor.redo()).toBe(true);
    expect(editor.text).toBe(COMPLETED);
  }
  editor.undo();
  expect(editor.undo()).toBe(false);
});

test('what was typed before the import came, and after it, are steps of their own', () => {
  const editor = new Editor();
  const bring = complete(editor, 'Probe');
  editor.write(BEFORE.length + 'Probe'.length, '// meanwhile');
  bring();
  const [typed] = [editor.text];
  editor.write(0, '// first\n');
  editor.undo();
  expect(editor.text).toBe(typed);
  editor.undo();
  expect(editor.text).toBe(COMPLETED);
  editor.undo();
  expect(editor.text).toBe(BEFORE);
  for (let step = 0; step < 3; step++) editor.redo();
  expect(editor.text).toBe(`// first\n${typed}`);
});

test('an import that never came is not done again, and one that somebody took away is left alone', () => {
  const editor = new Editor();
  complete(editor, 'Probe');
  editor.undo();
  expect(editor.text).toBe(BEFORE);
  editor.redo();
  const unimported = BEFORE.replace('new ;', 'new Probe;');
  expect(editor.text).toBe(unimported);

  const other = new Editor();
  complete(other, 'Probe')();
  const taken = { from: IMPORT.from, to: IMPORT.from + IMPORT.insert.length };
  other.dispatch({ changes: taken, annotations: Transaction.addToHistory.of(false) });
  expect(other.text).toBe(unimported);
  other.undo();
  expect(other.text).toBe(BEFORE);
  other.redo();
  expect(other.text).toBe(unimported);
});
