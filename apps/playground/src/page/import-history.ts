/** @file Undo and redo of what brings an import along: both go, and both come back, in one step, however late the import came and whatever was typed meanwhile. */
import { invertedEffects } from '@codemirror/commands';
import {
  StateEffect,
  StateField,
  Transaction,
  type ChangeSet,
  type ChangeSpec,
  type EditorState,
  type Extension,
  type TransactionSpec,
} from '@codemirror/state';
import { EditorView } from '@codemirror/view';

/** Of a change that brings an import along, by number: kept with it in the history, so that it is told when the change is taken back or done again. */
const brings = StateEffect.define<number>();
/** Of the change of imports itself, whenever it is done, taken back or done again. */
const importing = StateEffect.define<number>();

/** By number, what takes the import back, or does it again, in the text as it is now. */
const opposites = StateField.define<ReadonlyMap<number, ChangeSet>>({
  create: () => new Map(),
  update(before, transaction) {
    if (!transaction.docChanged) return before;
    const after = new Map([...before].map(([number, changes]) => [number, changes.map(transaction.changes)]));
    for (const effect of transaction.effects)
      if (effect.is(importing)) after.set(effect.value, transaction.changes.invert(transaction.startState.doc));
    return after;
  },
});

/** The editor's part. */
export const importHistory: Extension = [
  opposites,
  invertedEffects.of(({ effects }) => effects.filter((effect) => effect.is(brings))),
  EditorView.updateListener.of(({ view, transactions }) => {
    for (const transaction of transactions)
      for (const spec of importsAfter(transaction, view.state)) view.dispatch(spec);
  }),
];

/** What is to be done to imports after what brought them was taken back or done again, in the text as it is now. */
export function importsAfter(transaction: Transaction, now: EditorState): readonly TransactionSpec[] {
  if (!transaction.isUserEvent('undo') && !transaction.isUserEvent('redo')) return [];
  return transaction.effects.flatMap((effect) => {
    if (!effect.is(brings)) return [];
    const changes = now.field(opposites).get(effect.value);
    return changes === undefined ? [] : [importOf(effect.value, changes)];
  });
}

let count = 0;

/** Marks a change as one that brings an import along. */
export function bringingImport(): { readonly number: number; readonly effects: StateEffect<number> } {
  const number = ++count;
  return { number, effects: brings.of(number) };
}

/** The change of imports that another one brings along; by itself it is no step of the history. */
export function importOf(number: number, changes: ChangeSpec): TransactionSpec {
  return {
    changes,
    effects: importing.of(number),
    annotations: Transaction.addToHistory.of(false),
    userEvent: 'input.complete',
  };
}
