/** @file What the page asks of the TypeScript service, and what it is told. Offsets count UTF-16 units of the source. */

/** A question about a source. */
export type Question =
  | { readonly ask: 'completions'; readonly source: string; readonly at: number }
  /** `module`: where the name would be imported from. */
  | {
      readonly ask: 'completion';
      readonly source: string;
      readonly at: number;
      readonly name: string;
      readonly module?: string | undefined;
    }
  | { readonly ask: 'hover'; readonly source: string; readonly at: number }
  | { readonly ask: 'problems'; readonly source: string };

/** Its answer, by question. */
export interface Answers {
  readonly completions: CompletionList | null;
  readonly completion: (Explained & Edited) | null;
  readonly hover: (Explained & Span) | null;
  readonly problems: readonly TypeProblem[];
}

/** A part of the source: its first offset and the one after its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What may stand at a place. */
export interface CompletionList {
  /** Where the word begins that a completion replaces. */
  readonly from: number;
  readonly entries: readonly CompletionEntry[];
}

export interface CompletionEntry {
  readonly name: string;
  /** Of the kinds that the editor has pictures for: `class`, `function`, `property` … */
  readonly type: string;
  /** What comes first is likelier. */
  readonly rank: string;
  /** The package that exports the name, where the source does not import it yet. */
  readonly module?: string;
}

/** Some text in the place of a part of the source. */
export interface Edit extends Span {
  readonly text: string;
}

/** What the source needs beside the name itself: the import of it, if anything. */
interface Edited {
  readonly edits: readonly Edit[];
}

/** What something is: its signature, and what its author says of it. */
export interface Explained {
  readonly signature: string;
  readonly documentation: string;
}

/** An error of types. Models run all the same. */
export interface TypeProblem extends Span {
  readonly message: string;
  /** What would mend it. */
  readonly fixes: readonly Fix[];
}

/** A name that is imported, or written as it was meant. */
export interface Fix extends Edited {
  /** What it does, as a sentence. */
  readonly title: string;
}

/** A question with its number, so that answers find their way. */
export interface Asked {
  readonly number: number;
  readonly question: Question;
}

/** The answer to the question of that number, or why there is none. */
export interface Told {
  readonly number: number;
  readonly answer?: Answers[keyof Answers];
  readonly failed?: string;
}
