/** @file `npm run example -- <name>`. */
import { adaptation } from './adaptation.ts';
import { decodedSine } from './decoded-sine.ts';
import { integrator } from './integrator.ts';
import { learnOnline } from './pes.ts';
import { trainOneConnection } from './train-one-connection.ts';

const examples: Readonly<Record<string, () => Promise<string>>> = {
  adaptation,
  'decoded-sine': decodedSine,
  integrator,
  pes: learnOnline,
  'train-one-connection': trainOneConnection,
};

/** `tools/example.mjs` runs them from `apps/mnist`. */
const ELSEWHERE = ['conv-mnist', 'keras FILE'];

const name = process.argv[2];
const example = name !== undefined && Object.hasOwn(examples, name) ? examples[name] : undefined;
if (example === undefined) {
  process.stderr.write(
    `${name === undefined ? 'Name an example' : `There is no example '${name}'`}: ${[...Object.keys(examples), ...ELSEWHERE].join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  process.stdout.write(`${await example()}\n`);
}
