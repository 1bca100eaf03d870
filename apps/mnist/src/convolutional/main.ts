/** @file `npm run example -- conv-mnist`: a convolutional classifier of digits, trained in rates and tested in spikes, for some seeds. */
import { parseArgs } from 'node:util';
import { runConvolutional, type ConvolutionalResult } from './experiment.ts';
import type { Kernels } from './classifier.ts';

const USAGE = `Trains a convolutional classifier of handwritten digits in rates and tests it in spikes.

  npm run example -- conv-mnist [options]

  --seeds 1,2,3   one training each (default 1,2,3)
  --epochs N      passes over the training images (default 10, with --long 20)
  --test N        test images (default 10000)
  --long          more kernels, more epochs
  --json          print one JSON document
  --help          this text`;

const [USUAL, LONG] = [
  [16, 32, 64],
  [24, 48, 96],
];

const layersOf = ([first, second, third]: readonly number[]): readonly Kernels[] => [
  { size: 5, strides: 2, filters: first! },
  { size: 3, strides: 1, filters: second! },
  { size: 3, strides: 2, filters: third! },
];

try {
  const { values } = parseArgs({
    args: process.argv.slice(2).filter((name) => name !== 'conv-mnist'),
    options: {
      seeds: { type: 'string', default: '1,2,3' },
      epochs: { type: 'string' },
      test: { type: 'string', default: '10000' },
      long: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(`${USAGE}\n`);
  else {
    const results: ConvolutionalResult[] = [];
    const epochs = whole('epochs', values.epochs ?? (values.long ? '20' : '10'));
    const testImages = whole('test', values.test);
    for (const seed of values.seeds.split(',').map((text) => whole('seeds', text)))
      results.push(await runConvolutional({ seed, layers: layersOf(values.long ? LONG : USUAL), epochs, testImages }));
    process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : `\n${report(results)}\n`);
  }
} catch (error) {
  const isRefusal = error instanceof RangeError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  if (!isRefusal) throw error;
  process.stderr.write(`${(error as Error).message}\n\n${USAGE}\n`);
  process.exitCode = 2;
}

/** @throws RangeError for what is no whole number from 1 on */
function whole(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new RangeError(`--${name} must be a whole number, at least 1 (got '${text}').`);
  return number;
}

/** Accuracies by seed, their median, and the layers of the last one. */
function report(results: readonly ConvolutionalResult[]): string {
  const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;
  const lines = results.map(
    ({ seed, rateAccuracy, spikingAccuracy, seconds }) =>
      `  seed ${seed}: ${percent(rateAccuracy)} in rates, ${percent(spikingAccuracy)} in spikes; ` +
      `${seconds.train.toFixed(0)} s to train, ${seconds.test.toFixed(0)} s to test`,
  );
  const sorted = results.map(({ spikingAccuracy }) => spikingAccuracy).sort((a, b) => a - b);
  const layers = results
    .at(-1)!
    .layers.map(
      ({ neurons, meanRate, correlation }, index) =>
        `  layer ${index + 1}: ${neurons} neurons, ${meanRate.rate.toFixed(1)} Hz in rates, ${meanRate.spiking.toFixed(1)} Hz in spikes; ` +
        `correlation of the two, neuron by neuron: ${correlation.toFixed(3)}`,
    );
  const median = `  median in spikes: ${percent(sorted[Math.floor(sorted.length / 2)]!)}`;
  return [...lines, median, ...layers].join('\n');
}
