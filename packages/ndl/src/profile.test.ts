/** @file `sim.profile()`: what stays a loop, what leaves it, and what each costs. */
import { expect, test } from 'vitest';
import { Connection, Ensemble, Network, Node, Probe } from './index.ts';
import { simulate } from './reference-simulator.test-helper.ts';

/** Two populations in a row, or one that feeds itself. */
function model(recurrent: boolean): Network {
  return new Network({ seed: 1 }, () => {
    const stimulus = new Node((t) => Math.sin(6 * t), { label: 'stimulus' });
    const [first, second] = ['first', 'second'].map((label) => new Ensemble({ nNeurons: 40, dimensions: 2, label }));
    new Connection(stimulus, first!.at(0));
    if (recurrent) new Connection(first!, first!, { synapse: 0.1 });
    new Connection(first!, second!);
    new Probe(second!, { synapse: 0.01 });
  });
}

test('products of a feed-forward network stand in sections over whole blocks', async () => {
  await using sim = await simulate(model(false), { dtype: 'float32' });
  const { sections } = sim.profile();
  expect(sections.map(({ kind }) => kind)).toContain('block');
  const inLoops = sections.filter(({ kind }) => kind === 'steps').flatMap(({ instructions }) => instructions);
  expect(inLoops.filter(({ kind }) => kind === 'contract')).toEqual([]);
  // 2 · 40 multiplications and additions for each of two dimensions.
  const products = sections.flatMap(({ instructions }) => instructions).filter(({ kind }) => kind === 'contract');
  expect(products.reduce((sum, { operations }) => sum + operations, 0)).toBe(2 * (2 * 40 + 2 * 40 + 2 * 40 + 2 * 40));
  for (const { operations, bytes, instructions } of sections) {
    expect(operations).toBe(instructions.reduce((sum, each) => sum + each.operations, 0));
    expect(bytes).toBe(instructions.reduce((sum, each) => sum + each.bytes, 0));
  }
});

test('a population that feeds itself decodes in its loop, what follows it does not', async () => {
  await using sim = await simulate(model(true), { dtype: 'float32' });
  const { sections } = sim.profile();
  const inLoops = sections.filter(({ kind }) => kind === 'steps').flatMap(({ instructions }) => instructions);
  expect(inLoops.some(({ kind }) => kind === 'contract')).toBe(true);
  expect(sections.map(({ kind }) => kind)).toContain('block');
});

test('a compiled network is the program of its runs, as text', async () => {
  await using sim = await simulate(model(false), { dtype: 'float32' });
  expect(String(sim.compiled)).toMatch(/^block {2}# \d+ operations, \d+ bytes, \d+ widened$/m);
});
