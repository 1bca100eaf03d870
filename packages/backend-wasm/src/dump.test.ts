/** @file `NDL_DUMP`: where it names no folder that can be written, a run says so and changes nothing. */
import { fullView, type Program } from '@ndl/ir';
import { expect, test, vi } from 'vitest';
import { wasmEntry } from './index.ts';

const count = { id: 'count', shape: [1] };

/** Counts its steps. */
const counting: Program = {
  dtype: 'float64',
  dt: 0.001,
  scalars: [],
  buffers: [{ ...count, name: 'count', items: true, steps: 'one', role: 'state', lifetime: 'run', initial: 0 }],
  sections: [
    {
      kind: 'steps',
      direction: 'ascending',
      instructions: [{ kind: 'fill', value: 1, target: fullView(count), mode: 'add' }],
    },
  ],
  inputs: [],
  outputs: [{ name: 'count', view: fullView(count), every: 1 }],
  hosts: [],
  symbols: {},
};

test('a folder that is none is named, and the run can be asked for again', async () => {
  const backend = await wasmEntry.load({});
  const executable = await backend.create();
  await executable.add('run', counting, { arrays: new Map(), hosts: new Map() });
  const seen: number[] = [];
  const sink = { write: ({ data }: { readonly data: ArrayLike<number> }) => void seen.push(...Array.from(data)) };
  const run = (): Promise<void> =>
    executable.run({ program: 'run', items: 1, steps: 2, feed: new Map(), sink, state: 'carried' });
  const folder = process.execPath;
  vi.stubEnv('NDL_DUMP', folder);
  try {
    await expect(run()).rejects.toMatchObject({
      code: 'FILE_NOT_WRITTEN',
      message: expect.stringContaining(`${folder}/module`) as string,
    });
  } finally {
    vi.unstubAllEnvs();
  }
  expect([executable.step, seen]).toEqual([0, []]);
  await run();
  expect([executable.step, seen]).toEqual([2, [1, 2]]);
  backend.dispose();
});
