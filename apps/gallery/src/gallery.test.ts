/** @file Every model of the gallery, run from its source as page and command line run it, keeps what it promises. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importModel, type ModelHost } from '@ndl/model-source';
import { decodeNpz } from '@ndl/numerics';
import * as networks from '@ndl/networks';
import * as ndl from 'ndl';
import { expect, test } from 'vitest';
import { sampleSize } from '../../../tools/sample-size.ts';

/** Data that models load stand in a folder of their own. */
const host: ModelHost = {
  async load(name) {
    const entries = decodeNpz(readFileSync(join(import.meta.dirname, '../data', `${name}.npz`)));
    return Object.fromEntries([...entries].filter(([, content]) => typeof content !== 'string')) as never;
  },
};

/** In the gate, the model that learns longest sees its data once, and has to promise less. */
const isGate = sampleSize(1, 0) === 1;
const SHORTENED: Readonly<Record<string, { readonly epochs: number; readonly atLeast: number }>> = isGate
  ? { 'digit-reader.ts': { epochs: 1, atLeast: 0.8 } }
  : {};

const folder = join(import.meta.dirname, 'models');
const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));

test.each(files)('%s', async (file) => {
  const source = readFileSync(join(folder, file), 'utf8');
  expect(source).toMatch(/^\/\*\*\n( \* [A-Z].*\n)( \* .*\n)+ \*\/\n/);
  const model = await importModel(source, { packages: { ndl, '@ndl/networks': networks }, file });
  const { seconds = 1, trained, measure, atMost = Infinity } = model.expected!;
  const shortened = SHORTENED[file];
  const { atLeast = -Infinity } = shortened ?? model.expected!;
  const sim = await ndl.Simulator.create(model.network);
  try {
    if (trained === true) {
      const { inputs, options } = await model.training!(host);
      await sim.train(inputs, shortened === undefined ? options : { ...options, epochs: shortened.epochs });
    }
    if (seconds > 0) await sim.run(seconds);
    const value = await measure(sim, host);
    expect(value).toBeGreaterThanOrEqual(atLeast);
    expect(value).toBeLessThanOrEqual(atMost);
  } finally {
    await sim.dispose();
  }
});
