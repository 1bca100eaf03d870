/**
 * @file The TypeScript service for one model: what may be written at a place, what a name is, and what does not fit. It reads sources and
 * never runs them.
 */
import { createSystem, createVirtualTypeScriptEnvironment } from '@typescript/vfs';
import ts from 'typescript-5';
import { IMPORTABLE, IMPORTS_OF_ALL, MODEL_OPTIONS, TYPES_ALONE, type Declarations } from './declarations.ts';
import type { Answers, CompletionEntry, Edit, Explained, Fix, Question, TypeProblem } from './messages.ts';

const FILE = '/model.ts';
/** Of a file, the service takes no empty text. */
const EMPTY = '\n';

/** Names that the source does not import yet are offered, too. */
const PREFERENCES: ts.UserPreferences = {
  includeCompletionsForModuleExports: true,
  preferTypeOnlyAutoImports: true,
  quotePreference: 'single',
};
const FORMAT = ts.getDefaultFormatCodeSettings('\n');

/** Repairs that are offered, as TypeScript calls them: the rest writes code that nobody asked for. */
const OFFERED_FIXES = ['import', 'spelling'];
/** TypeScript's numbers of errors that these repair: a name that is unknown, and one that is meant to be another. */
const OF_UNKNOWN_NAMES = [2304, 2552, 2503, 2551, 2724, 2561];

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
    this.#environment.createFile('/imports-of-all.ts', IMPORTS_OF_ALL);
    this.#environment.createFile(FILE, EMPTY);
  }

  answer(question: Question): Answers[keyof Answers] {
    this.#environment.updateFile(FILE, question.source || EMPTY);
    switch (question.ask) {
      case 'completions':
        return this.#completions(question.at);
      case 'completion':
        return this.#completion(question.at, question.name, question.module);
      case 'hover':
        return this.#hover(question.at);
      case 'problems':
        return this.#problems();
    }
  }

  #completions(at: number): Answers['completions'] {
    const found = this.#service.getCompletionsAtPosition(FILE, at, PREFERENCES);
    if (found === undefined) return null;
    const written = found.optionalReplacementSpan ?? found.entries[0]?.replacementSpan;
    return {
      from: written?.start ?? this.#beginOfWord(at),
      entries: found.entries.filter(isOffered).map(({ name, kind, sortText, source }): CompletionEntry => ({
        name,
        type: EDITOR_TYPES[kind] ?? kind,
        rank: sortText,
        ...(source !== undefined && { module: source }),
      })),
    };
  }

  #beginOfWord(at: number): number {
    const before = this.#environment.getSourceFile(FILE)!.text.slice(0, at);
    return at - /[\p{ID_Continue}$]*$/u.exec(before)![0].length;
  }

  #completion(at: number, name: string, module: string | undefined): Answers['completion'] {
    // Where a name would come from, the service finds by what it keeps of the entry.
    const all = module === undefined ? [] : this.#service.getCompletionsAtPosition(FILE, at, PREFERENCES)?.entries;
    const data = all?.find((entry) => entry.name === name && entry.source === module)?.data;
    const details = this.#service.getCompletionEntryDetails(FILE, at, name, FORMAT, module, PREFERENCES, data);
    if (details === undefined) return null;
    return { ...explained(details), edits: (details.codeActions ?? []).flatMap(({ changes }) => editsOf(changes)) };
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
    return this.#service
      .getSemanticDiagnostics(FILE)
      .map(({ start = 0, length = 0, messageText, code }): TypeProblem => ({
        from: start,
        to: start + length,
        message: ts.flattenDiagnosticMessageText(messageText, '\n'),
        fixes: OF_UNKNOWN_NAMES.includes(code) ? this.#fixes(start, start + length, code) : [],
      }));
  }

  #fixes(from: number, to: number, code: number): readonly Fix[] {
    return this.#service
      .getCodeFixesAtPosition(FILE, from, to, [code], FORMAT, PREFERENCES)
      .filter(({ fixName }) => OFFERED_FIXES.includes(fixName))
      .map(({ description, changes }) => ({ title: description, edits: editsOf(changes) }))
      .filter(({ title, edits }) => edits.length > 0 && isFromImportable(title));
  }
}

/** What is there already, and what a package exports that models may import. */
function isOffered({ source, kind }: ts.CompletionEntry): boolean {
  if (source === undefined) return true;
  const isType = kind === ts.ScriptElementKind.interfaceElement || kind === ts.ScriptElementKind.typeElement;
  return IMPORTABLE.includes(source) && (isType || !TYPES_ALONE.includes(source));
}

/** A repair that names no package, or one that models may import. */
function isFromImportable(title: string): boolean {
  const module = /from "(.+)"$/.exec(title)?.[1];
  return module === undefined || IMPORTABLE.includes(module);
}

function editsOf(changes: readonly ts.FileTextChanges[]): readonly Edit[] {
  return changes.flatMap(({ textChanges }) =>
    textChanges.map(({ span: { start, length }, newText }) => ({ from: start, to: start + length, text: newText })),
  );
}

type Described = Pick<ts.QuickInfo, 'displayParts' | 'documentation' | 'tags'>;

function explained({ displayParts, documentation, tags }: Described): Explained {
  const told = (tags ?? []).map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`.trimEnd());
  return {
    signature: ts.displayPartsToString(displayParts),
    documentation: [ts.displayPartsToString(documentation), ...told].filter((text) => text !== '').join('\n'),
  };
}
