/** @file Every model of the gallery, run from its source as page and command line run it, keeps what it promises. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importModel, type ModelHost } from '@ndl/model-source';
import * as networks from '@ndl/networks';
import * as ndl from 'ndl';
import { expect, test } from 'vitest';

const host: ModelHost = { load: (name) => Promise.reject(new Error(`there are no data '${name}'`)) };
const folder = join(import.meta.dirname, 'models');
const files = readdirSync(folder);

test.each(files)('%s', async (file) => {
  const source = readFileSync(join(folder, file), 'utf8');
  expect(source).toMatch(/^\/\*\*\n( \* [A-Z].*\n)( \* .*\n)+ \*\/\n/);
  const model = await importModel(source, { packages: { ndl, '@ndl/networks': networks }, file });
  const { seconds = 1, trained, measure, atLeast = -Infinity, atMost = Infinity } = model.expected!;
  const sim = await ndl.Simulator.create(model.network);
  try {
    if (trained === true) {
      const { inputs, options } = await model.training!(host);
      await sim.train(inputs, options);
    }
    if (seconds > 0) await sim.run(seconds);
    const value = await measure(sim, host);
    expect(value).toBeGreaterThanOrEqual(atLeast);
    expect(value).toBeLessThanOrEqual(atMost);
  } finally {
    await sim.dispose();
  }
});
