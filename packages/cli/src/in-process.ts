/** @file A command line in a process of its own: signals, streams that end, what nobody catches, and its exit. */
import { Console } from 'node:console';
import { basename } from 'node:path';
import { lineOfModel } from '@ndl/model-source';
import { showThrown } from '@ndl/numerics';
import { modelFailed } from './errors.ts';
import { main } from './main.ts';
import { EXIT, type ExitCode } from './terminal.ts';

/** What models are called by, among arguments. */
const MODEL = /\.[cm]?[jt]s$/;

/** Performs the command line of this process, and ends the process, whatever models have left running. */
export async function performInProcess(args: readonly string[]): Promise<never> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));
  // Of standard output, only the document is meant for machines.
  if (args.includes('--json')) globalThis.console = new Console(process.stderr, process.stderr);
  let lost: Error | undefined;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Who reads no further, as head does, has seen enough; files are written all the same.
    if (error.code !== 'EPIPE') lost ??= error;
  });
  process.stderr.on('error', () => undefined);
  const fail = (error: unknown): void => {
    process.stderr.write(`${sentenceOf(error, args)}\n`);
    process.exit(EXIT.failed);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  process.once('beforeExit', () => {
    process.stderr.write(
      'It waits for a promise that nothing will settle, in the model or in what it calls; nothing is written.\n',
    );
    process.exit(EXIT.failed);
  });
  const code = await main(args, {
    write: (text) => void process.stdout.write(text),
    tell: (text) => void process.stderr.write(text),
    isWatched: process.stderr.isTTY,
    signal: interrupt.signal,
  });
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  return process.exit(lost === undefined ? code : lostOutput(lost, code));
}

/** What the model left to nobody: with its line, where that is known. */
function sentenceOf(error: unknown, args: readonly string[]): string {
  const model = args.find((arg) => MODEL.test(arg));
  const line = model === undefined ? undefined : lineOfModel(error, basename(model));
  return model === undefined ? showThrown(error) : modelFailed(model, line, error).message;
}

function lostOutput(error: Error, code: ExitCode): ExitCode {
  process.stderr.write(`Standard output cannot be written: ${error.message}\n`);
  return code === EXIT.done ? EXIT.failed : code;
}

/** Once what was written is gone, or cannot go. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0 || stream.destroyed) resolve();
    else stream.write('', () => resolve());
  });
}
