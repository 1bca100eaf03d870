/** @file What a command is: its help, its options, and what it does. */
import type { ExitCode, Terminal } from './terminal.ts';

/** An option of a command. */
export interface OptionHelp {
  /** What stands for its value in help; without one it is a switch. */
  readonly value?: string;
  readonly help: string;
}

/** What was written after a command. */
export interface Arguments {
  readonly positionals: readonly string[];
  /** Texts of options that were given; switches are `''`. */
  readonly options: ReadonlyMap<string, string>;
}

/** A file, and what names it: `--csv`, `the model`. */
export interface NamedFile {
  readonly name: string;
  readonly path: string;
}

/** A command of `ndl`. */
export interface Command {
  readonly summary: string;
  /** What follows the command's name: `MODEL`. */
  readonly usage: string;
  /** Least and most arguments that are no options. */
  readonly positionals: readonly [least: number, most: number];
  readonly options: Readonly<Record<string, OptionHelp>>;
  /** Lines that one may type. */
  readonly examples: readonly string[];
  readonly perform: (given: Arguments, terminal: Terminal) => Promise<ExitCode>;
}
