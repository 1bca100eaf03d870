/** @file What the types of models are checked with: options, and declaration files that the page ships as one. */

import type { CompilerOptions } from 'typescript-5';

/** Texts of declaration files by path. */
export type Declarations = Readonly<Record<string, string>>;

/** The file of the page that holds them. */
export const DECLARATIONS_FILE = 'typescript-declarations.json';

/** What models may import, and what they may take types from. */
export const IMPORTABLE: readonly string[] = ['ndl', '@ndl/networks', '@ndl/model-source'];

/** Those of them whose types alone are there: nothing of them runs in the page. */
export const TYPES_ALONE: readonly string[] = ['@ndl/model-source'];

/** A source that imports all of them: what a model might import is known by it. */
export const IMPORTS_OF_ALL: string = IMPORTABLE.map((name) => `import '${name}';`).join('\n');

/**
 * How models are checked: strictly. Numbers are TypeScript's own for ES2023, ES modules and bundlers' resolution, since this file is read where TypeScript is not loaded.
 */
export const MODEL_OPTIONS: CompilerOptions & { readonly target: number } = {
  target: 10,
  module: 99,
  moduleResolution: 100,
  moduleDetection: 3,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  types: [],
  strict: true,
  skipLibCheck: true,
  libReplacement: false,
  noEmit: true,
};

/** What else there is in the worker that models run in, and that they have a use for. */
export const MODEL_GLOBALS: string = `
declare const console: {
  /** Writes into the console of the page. */
  log(...values: unknown[]): void;
  /** Writes into the console of the page, as a warning. */
  warn(...values: unknown[]): void;
  /** Writes into the console of the page, as an error. */
  error(...values: unknown[]): void;
};
declare const performance: {
  /** Milliseconds since the worker started. */
  now(): number;
};
/** Calls a function later, after so many milliseconds. */
declare function setTimeout(call: (...values: any[]) => void, milliseconds?: number, ...values: unknown[]): number;
declare function clearTimeout(timer: number | undefined): void;
declare function structuredClone<Value>(value: Value): Value;
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: any;
  throwIfAborted(): void;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
interface URL {
  readonly href: string;
}
`;
