/** @file `npm run example -- NAME`: prints what an example found, and writes its picture. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from 'ndl/node';
import { actionSelection } from './action-selection.ts';
import { adaptation } from './adaptation.ts';
import { decodedSine } from './decoded-sine.ts';
import type { ExampleResult } from './example-result.ts';
import { integrator } from './integrator.ts';
import { lmuDelay } from './lmu-delay.ts';
import { learnOnline } from './pes.ts';
import { surrogatesInTime } from './surrogates-in-time.ts';
import { trainOneConnection } from './train-one-connection.ts';

const examples: Readonly<Record<string, () => Promise<ExampleResult>>> = {
  'action-selection': actionSelection,
  adaptation,
  'decoded-sine': decodedSine,
  integrator,
  'lmu-delay': lmuDelay,
  pes: learnOnline,
  'surrogates-in-time': surrogatesInTime,
  'train-one-connection': trainOneConnection,
};

/** `tools/example.mjs` runs them from `apps/mnist`. */
const ELSEWHERE = ['conv-mnist', 'keras FILE'];

/** Where pictures go, unless a folder is named behind the example. */
const FOLDER = 'reports';

const [name, folder = FOLDER] = process.argv.slice(2);
const example = name !== undefined && Object.hasOwn(examples, name) ? examples[name] : undefined;
if (example === undefined) {
  process.stderr.write(
    `${name === undefined ? 'Name an example' : `There is no example '${name}'`}: ${[...Object.keys(examples), ...ELSEWHERE].join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  const { text, picture } = await example();
  const file = join(folder, `${name}.svg`);
  await makeFolder(folder);
  await writeFile(file, picture);
  process.stdout.write(`${text}\n\nIts picture: ${file}\n`);
}
