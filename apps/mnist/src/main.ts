/** @file `npm start`: spiking MNIST from data to report. */
import { join } from 'node:path';
import { isNdlError } from 'ndl';
import { writeWholeFile } from 'ndl/node';
import { parseFlags, USAGE } from './command-line.ts';
import { runExperiment } from './experiment.ts';
import { reportPage } from './report/page.ts';
import { makeOutputFolder, SavedParameters } from './saved-parameters.ts';
import { summaryDocument, summaryTable } from './summary.ts';

/** Exit status of a program that an interrupt ended: 128 + SIGINT. */
const INTERRUPTED = 130;

async function main(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort(new Error('interrupted'));
  process.once('SIGINT', onInterrupt);
  const saved = new SavedParameters();
  try {
    return await run(args, interrupt.signal, saved);
  } catch (error) {
    if (interrupt.signal.aborted) {
      process.stderr.write(`\nInterrupted. ${saved.describe()}\n`);
      return INTERRUPTED;
    }
    process.stderr.write(
      isNdlError(error) ? `${error.message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return isNdlError(error, 'USAGE') ? 2 : 1;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

async function run(args: readonly string[], signal: AbortSignal, saved: SavedParameters): Promise<number> {
  const flags = parseFlags(args);
  if (flags.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  await makeOutputFolder(flags.output);
  const parametersFile = join(flags.output, 'parameters.npz');
  const save = (parameters: Uint8Array): Promise<void> => saved.write(parametersFile, parameters);
  const result = await runExperiment({ epochs: flags.epochs, signal, save });
  const reportFile = join(flags.output, 'report.html');
  await writeWholeFile(reportFile, reportPage(result));
  if (flags.json) process.stdout.write(`${summaryDocument(result)}\n`);
  else process.stdout.write(`\n${summaryTable(result)}\n\n  Report: ${reportFile}\n  Parameters: ${parametersFile}\n`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
