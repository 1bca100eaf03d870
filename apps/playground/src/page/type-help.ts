/** @file Completion, of names that are still to be imported too, and what a name is, in the editor: questions to the TypeScript service, which is loaded by the first of them. */
import { autocompletion, type Completion, type CompletionContext } from '@codemirror/autocomplete';
import { StateEffect, StateField, type Extension } from '@codemirror/state';
import { EditorView, hoverTooltip, keymap, showTooltip, type Tooltip } from '@codemirror/view';
import type { Explained } from '../language/messages.ts';
import type { TypeClient } from '../language/type-client.ts';
import { positionOfInfo } from './completion-info.ts';
import { element } from './element.ts';
import { applyWithImport } from './imports.ts';

/** The editor's part: completion after a dot, with Control and space and, once loaded, while typing; a name's meaning on pointing and by F1. */
export function typeHelp(client: TypeClient): Extension {
  return [
    autocompletion({
      override: [(context) => complete(client, context)],
      icons: false,
      positionInfo: (_view, list, option, info, space) => positionOfInfo(list, option, info, space),
    }),
    hoverTooltip(({ state }, at) => meaningAt(client, state.doc.toString(), at)),
    askedTooltip,
    keymap.of([
      { key: 'F1', run: (view) => ask(client, view) },
      { key: 'Escape', run: (view) => view.state.field(askedTooltip) !== null && (show(view, null), true) },
    ]),
  ];
}

async function complete(client: TypeClient, context: CompletionContext): ReturnType<typeof completions> {
  const isMember = context.matchBefore(/\.[\w$]*/) !== null;
  const isWord = client.isReady && context.matchBefore(/[\p{ID_Start}$_][\w$]*/u) !== null;
  if (!context.explicit && !isMember && !isWord) return null;
  // Numbers have dots, too.
  if (!context.explicit && context.matchBefore(/(^|[^\w$])\d[\w.]*/) !== null) return null;
  return completions(client, context);
}

async function completions(client: TypeClient, { state, pos: at }: CompletionContext) {
  const source = state.doc.toString();
  const found = await client.ask<'completions'>({ ask: 'completions', source, at }).catch(() => null);
  if (found === null || found.entries.length === 0) return null;
  const options = found.entries.map(({ name, type, rank, module }): Completion => ({
    label: name,
    type,
    ...(module !== undefined && { detail: module, apply: applyWithImport(client, module) }),
    // Sections of TypeScript's begin with these digits: what is nearest with 10 or 11, globals with 15. Of what ndl exports, models are made.
    boost: module === undefined ? 16 - Number.parseInt(rank, 10) || 0 : 2,
    info: async () => {
      const asked = { ask: 'completion', source, at, name, module } as const;
      const details = await client.ask<'completion'>(asked).catch(() => null);
      return details === null ? null : explanation(details);
    },
  }));
  return { from: found.from, options, validFor: /^[\w$]*$/ };
}

/** A signature, and what its author says of it. Text is text. */
function explanation({ signature, documentation }: Explained): HTMLElement {
  return element('div', { class: 'meaning' }, [
    element('code', {}, [signature]),
    ...documentation.split('\n').map((paragraph) => element('p', {}, [paragraph])),
  ]);
}

async function meaningAt(client: TypeClient, source: string, at: number): Promise<Tooltip | null> {
  const meaning = await client.ask<'hover'>({ ask: 'hover', source, at }).catch(() => null);
  if (meaning === null) return null;
  return {
    pos: meaning.from,
    end: meaning.to,
    above: true,
    create: () => ({ dom: element('div', {}, [explanation(meaning)]) }),
  };
}

const setAsked = StateEffect.define<Tooltip | null>();

/** What was asked for by a key; it stays until the cursor moves. */
const askedTooltip = StateField.define<Tooltip | null>({
  create: () => null,
  update(tooltip, transaction) {
    for (const effect of transaction.effects) if (effect.is(setAsked)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : tooltip;
  },
  provide: (field) => showTooltip.from(field),
});

const show = (view: EditorView, tooltip: Tooltip | null): void =>
  view.dispatch({
    effects: [
      setAsked.of(tooltip),
      ...(tooltip === null ? [] : [EditorView.announce.of(tooltip.create(view).dom.textContent ?? '')]),
    ],
  });

function ask(client: TypeClient, view: EditorView): boolean {
  const { doc, selection } = view.state;
  void meaningAt(client, doc.toString(), selection.main.head).then((tooltip) => {
    if (view.state.doc === doc && view.state.selection.eq(selection)) show(view, tooltip);
  });
  return true;
}
