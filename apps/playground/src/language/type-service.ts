/**
 * @file The TypeScript service for one model: what may be written at a place, what a name is, and what does not fit. It reads sources and
 * never runs them.
 */
import { createSystem, createVirtualTypeScriptEnvironment } from '@typescript/vfs';
import ts from 'typescript-5';
import { MODEL_OPTIONS, type Declarations } from './declarations.ts';
import type { Answers, CompletionEntry, Explained, Question, TypeProblem } from './messages.ts';

const FILE = '/model.ts';
/** Of a file, the service takes no empty text. */
const EMPTY = '\n';

/** Kinds of TypeScript's whose name in the editor is another one. */
const EDITOR_TYPES: Readonly<Record<string, string>> = {
  const: 'variable',
  let: 'variable',
  var: 'variable',
  'local var': 'variable',
  parameter: 'variable',
  alias: 'variable',
  getter: 'property',
  setter: 'property',
  string: 'text',
  'primitive type': 'type',
  'type parameter': 'type',
  'local function': 'function',
  module: 'namespace',
};

export class TypeService {
  readonly #environment: ReturnType<typeof createVirtualTypeScriptEnvironment>;
  readonly #service: ts.LanguageService;

  /** @param declarations texts of declaration files by path, as the build of the page collects them */
  constructor(declarations: Declarations) {
    const system = createSystem(new Map(Object.entries(declarations)));
    const roots = Object.keys(declarations).filter((path) => path.startsWith('/globals'));
    this.#environment = createVirtualTypeScriptEnvironment(system, roots, ts as never, MODEL_OPTIONS as never);
    this.#service = this.#environment.languageService as unknown as ts.LanguageService;
    this.#environment.createFile(FILE, EMPTY);
  }

  answer(question: Question): Answers[keyof Answers] {
    this.#environment.updateFile(FILE, question.source || EMPTY);
    switch (question.ask) {
      case 'completions':
        return this.#completions(question.at);
      case 'completion':
        return this.#completion(question.at, question.name);
      case 'hover':
        return this.#hover(question.at);
      case 'problems':
        return this.#problems();
    }
  }

  #completions(at: number): Answers['completions'] {
    const found = this.#service.getCompletionsAtPosition(FILE, at, {});
    if (found === undefined) return null;
    const written = found.optionalReplacementSpan ?? found.entries[0]?.replacementSpan;
    return {
      from: written?.start ?? this.#beginOfWord(at),
      entries: found.entries.map(({ name, kind, sortText }): CompletionEntry => ({
        name,
        type: EDITOR_TYPES[kind] ?? kind,
        rank: sortText,
      })),
    };
  }

  #beginOfWord(at: number): number {
    const before = this.#environment.getSourceFile(FILE)!.text.slice(0, at);
    return at - /[\p{ID_Continue}$]*$/u.exec(before)![0].length;
  }

  #completion(at: number, name: string): Answers['completion'] {
    const details = this.#service.getCompletionEntryDetails(FILE, at, name, undefined, undefined, undefined, undefined);
    return details === undefined ? null : explained(details);
  }

  #hover(at: number): Answers['hover'] {
    const info = this.#service.getQuickInfoAtPosition(FILE, at);
    if (info === undefined) return null;
    const { start, length } = info.textSpan;
    return { ...explained(info), from: start, to: start + length };
  }

  #problems(): Answers['problems'] {
    // What cannot be read is said by whoever runs the model.
    if (this.#service.getSyntacticDiagnostics(FILE).length > 0) return [];
    return this.#service.getSemanticDiagnostics(FILE).map(({ start = 0, length = 0, messageText }): TypeProblem => ({
      from: start,
      to: start + length,
      message: ts.flattenDiagnosticMessageText(messageText, '\n'),
    }));
  }
}

type Described = Pick<ts.QuickInfo, 'displayParts' | 'documentation' | 'tags'>;

function explained({ displayParts, documentation, tags }: Described): Explained {
  const told = (tags ?? []).map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`.trimEnd());
  return {
    signature: ts.displayPartsToString(displayParts),
    documentation: [ts.displayPartsToString(documentation), ...told].filter((text) => text !== '').join('\n'),
  };
}
