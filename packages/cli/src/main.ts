/** @file `ndl`: finds the command, performs it, and turns what goes wrong into a sentence and an exit code. */
import { isNdlError } from '@ndl/numerics';
import { bench } from './bench.ts';
import type { Command } from './command.ts';
import { unknownCommand, usage } from './errors.ts';
import { golden } from './golden.ts';
import { helpOf, overview } from './help.ts';
import { inspect } from './inspect.ts';
import { newPackage } from './new.ts';
import { playground } from './playground.ts';
import { readArguments } from './read-arguments.ts';
import { run } from './run.ts';
import { EXIT, type ExitCode, type Terminal } from './terminal.ts';
import { train } from './train.ts';
import { versionOfNdl } from './version.ts';

const COMMANDS: Readonly<Record<string, Command>> = { run, train, inspect, bench, golden, new: newPackage, playground };

/** Performs one command line, without `ndl` itself. @returns the exit code */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    return await perform(args, terminal);
  } catch (error) {
    if (terminal.signal.aborted) {
      terminal.tell('\nInterrupted before anything was simulated; nothing is written.\n');
      return EXIT.interrupted;
    }
    terminal.tell(`${textOf(error)}\n`);
    return isNdlError(error, 'USAGE') ? EXIT.usage : EXIT.failed;
  }
}

async function perform([first, ...rest]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (first === '--version' || first === '-v' || first === 'version') {
    if (rest.length > 0) throw usage(`ndl ${first} takes nothing more; got ${rest.join(' ')}.`);
    terminal.write(`${await versionOfNdl()}\n`);
    return EXIT.done;
  }
  const isHelp = first === undefined || first === 'help' || first === '--help' || first === '-h';
  const name = isHelp ? rest[0] : first;
  if (name === undefined) {
    terminal.write(overview(COMMANDS));
    return first === undefined ? EXIT.usage : EXIT.done;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw unknownCommand(name, [...Object.keys(COMMANDS), 'help', '--version']);
  if (isHelp || rest.includes('--help') || rest.includes('-h')) {
    terminal.write(helpOf(name, command));
    return EXIT.done;
  }
  return command.perform(readArguments(name, command, rest), terminal);
}

function textOf(error: unknown): string {
  if (isNdlError(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
