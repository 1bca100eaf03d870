/** @file `npm run example -- keras FILE`: a network that Keras trained on MNIST, in rates and in spikes. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isNdlError } from 'ndl';
import { firstDigits, readTestDigits, readTrainingDigits } from '../digits.ts';
import { runKeras, type KerasResult } from './experiment.ts';

const USAGE = `Brings in a network that Keras trained on MNIST, and asks it in rates and in spikes.

  npm run example -- keras FILE [options]

  FILE            of Keras, .h5 or .keras; it takes 28 × 28 pixels
  --brightest N   of the pixels that it was trained on (default 255)
  --rate HZ       of its most active neurons in spikes (default 500)
  --synapse S     time constant between its layers in spikes (default 0.03)
  --steps N       of 1 ms, that an image is shown for in spikes (default 200)
  --test N        test images (default 10000)
  --json          print one JSON document
  --help          this text`;

try {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2).filter((name, at) => at > 0 || name !== 'keras'),
    allowPositionals: true,
    options: {
      brightest: { type: 'string', default: '255' },
      rate: { type: 'string', default: '500' },
      synapse: { type: 'string', default: '0.03' },
      steps: { type: 'string', default: '200' },
      test: { type: 'string', default: '10000' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(`${USAGE}\n`);
  else {
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) throw new RangeError('Name one file.');
    const options = {
      brightest: positive('brightest', values.brightest),
      rate: positive('rate', values.rate),
      synapse: positive('synapse', values.synapse),
      steps: positive('steps', values.steps),
    };
    const test = firstDigits(await readTestDigits(), positive('test', values.test));
    const bytes = new Uint8Array(await readFile(file));
    const result = await runKeras({ bytes, ...options }, await readTrainingDigits(), test);
    process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : `\n${report(file, result)}\n`);
  }
} catch (error) {
  const { code } = error as { code?: string };
  const isUsage = error instanceof RangeError || code?.startsWith('ERR_PARSE_ARGS') === true;
  if (!isUsage && !isNdlError(error) && code !== 'ENOENT' && code !== 'EISDIR') throw error;
  process.stderr.write(`${(error as Error).message}\n${isUsage ? `\n${USAGE}\n` : ''}`);
  process.exitCode = 2;
}

/** @throws RangeError for what is no number above 0 */
function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < Infinity)) throw new RangeError(`--${name} must be a number above 0 (got '${text}').`);
  return number;
}

function report(file: string, result: KerasResult): string {
  const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;
  const { images, layers, seconds } = result;
  return [
    `${file}, ${images} test images`,
    '  in rates, against a plain evaluation of its layers, the largest difference over all images:',
    ...layers.map(
      ({ title, largestDifference, largestValue }) =>
        `    ${title.padEnd(36)} ${largestDifference.toExponential(1)} of up to ${+largestValue.toPrecision(4)}`,
    ),
    `  ${percent(result.rateAccuracy)} in rates, ${percent(result.spikingAccuracy)} in spikes; the same class for ${percent(result.sameChoice)}`,
    `  ${seconds.verify.toFixed(0)} s to compare, ${seconds.rates.toFixed(0)} s in rates, ${seconds.spikes.toFixed(0)} s in spikes`,
  ].join('\n');
}
