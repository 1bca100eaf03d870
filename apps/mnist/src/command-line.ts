/** @file Flags of `npm start`. */
import { parseArgs } from 'node:util';
import { NdlError } from 'ndl';

export interface Flags {
  /** Print one JSON document and nothing else. */
  readonly json: boolean;
  /** Passes over the training images. */
  readonly epochs: number;
  /** Folder of the report and the learnt parameters. */
  readonly output: string;
  readonly help: boolean;
}

export const USAGE = `Trains a spiking classifier of handwritten digits in rate mode and tests it in spikes.

  npm start [--silent] -- [options]

  --json          print exactly one JSON document: rateAccuracy, spikingAccuracy, seconds
  --epochs N      passes over the training images (default 6)
  --output DIR    where report and parameters go (default mnist-report)
  --help          this text`;

/** @throws NdlError USAGE for flags that are unknown or wrong. */
export function parseFlags(args: readonly string[]): Flags {
  const values = parse(args);
  const epochs = Number(values.epochs ?? 6);
  if (!Number.isInteger(epochs) || epochs < 1)
    throw new NdlError('USAGE', `--epochs must be a positive integer (got '${values.epochs}').`);
  return { json: values.json === true, epochs, output: values.output ?? 'mnist-report', help: values.help === true };
}

function parse(args: readonly string[]) {
  const options = {
    json: { type: 'boolean' },
    epochs: { type: 'string' },
    output: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new NdlError('USAGE', `${(error as Error).message}\n\n${USAGE}`, { cause: error });
  }
}
