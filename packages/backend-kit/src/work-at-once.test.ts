/** @file How much is done at a call: what takes long is left in between, unless it runs beside who calls it. */
import { fullView, type Buffer, type Program } from '@ndl/ir';
import { expect, test } from 'vitest';
import { createBackend } from './index.ts';
import { toyEngine } from './toy-engine.test-helper.ts';

/** Fills two buffers at each step. */
function filling(size: number, items: boolean): Program {
  const buffers = ['one', 'other'].map((id): Buffer => {
    return { id, name: id, shape: [size], items, steps: 'one', role: 'temp', lifetime: 'step', initial: 0 };
  });
  return {
    dtype: 'float32',
    dt: 0.001,
    scalars: [],
    buffers,
    sections: [
      {
        kind: 'steps',
        direction: 'ascending',
        instructions: buffers.map((buffer) => ({ kind: 'fill', value: 1, target: fullView(buffer), mode: 'set' })),
      },
    ],
    inputs: [],
    outputs: [],
    hosts: [],
    symbols: {},
  };
}

/** Instructions of each section that an engine emits, whose longest work is 1000 operations. */
async function emittedOf(size: number, { items = true, runsBeside = false } = {}): Promise<readonly number[]> {
  const { engine, log } = toyEngine();
  const backend = createBackend(
    { name: 'toy', description: 'toy' },
    { ...engine, longestWork: 1000, runsBeside: () => runsBeside },
  );
  const executable = await backend.create();
  await executable.add('run', filling(size, items), { arrays: new Map(), hosts: new Map() });
  await executable.run({
    program: 'run',
    items: 4,
    steps: 1,
    feed: new Map(),
    sink: { write: () => {} },
    state: 'carried',
  });
  backend.dispose();
  return log.emitted;
}

test('a section of more than the longest work is done instruction by instruction', async () => {
  expect(await emittedOf(125)).toEqual([2]);
  expect(await emittedOf(126)).toEqual([1, 1]);
});

test('what items share counts once', async () => {
  expect(await emittedOf(500, { items: false })).toEqual([2]);
  expect(await emittedOf(501, { items: false })).toEqual([1, 1]);
});

test('what runs beside who calls it is eight times as long', async () => {
  expect(await emittedOf(1000, { runsBeside: true })).toEqual([2]);
  expect(await emittedOf(1001, { runsBeside: true })).toEqual([1, 1]);
});

test.each([
  { refused: 'once it is bound', answers: [true, false] },
  { refused: 'after a call', answers: [true, true, true, false] },
])('what was bound to run beside is bound anew where it no longer does: refused $refused', async ({ answers }) => {
  const { engine, log } = toyEngine();
  const left = [...answers];
  const backend = createBackend(
    { name: 'toy', description: 'toy' },
    { ...engine, longestWork: 1000, runsBeside: () => left.shift() ?? false },
  );
  const executable = await backend.create();
  await executable.add('run', filling(1000, true), { arrays: new Map(), hosts: new Map() });
  const run = {
    program: 'run',
    items: 4,
    steps: 1,
    feed: new Map(),
    sink: { write: () => {} },
    state: 'carried',
  } as const;
  for (let call = 0; call < 3; call++) await executable.run(run);
  backend.dispose();
  expect(log.emitted).toEqual([2, 1, 1]);
});
