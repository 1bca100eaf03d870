/** @file What a call needs at least is refused as a whole, with the arithmetic, before any of it is taken. */
import type { InputFeed } from '@ndl/core';
import { fullView, insertAxis, type Buffer, type Program, type View } from '@ndl/ir';
import { expect, test } from 'vitest';
import { wasmEntry } from '../index.ts';

const NUMBERS = 2 ** 14;

/** Adds up the products of two inputs over the items and the steps of a window. */
const summing: Program = (() => {
  const input = (id: string, name: string): Buffer => {
    const steps = { span: 'window', before: 0 } as const;
    return { id, name, shape: [NUMBERS], items: true, steps, role: 'input', lifetime: 'window', initial: 0 };
  };
  const sum = { id: 'sum', shape: [] };
  const viewOf = (id: string): View => fullView({ id, shape: [NUMBERS] });
  const inputs = [input('left', 'the left input'), input('right', 'the right input')];
  return {
    dtype: 'float32',
    dt: 0.001,
    scalars: [],
    buffers: [
      ...inputs,
      { ...sum, name: 'sum', items: false, steps: 'one', role: 'parameter', lifetime: 'forever', initial: 0 },
    ],
    sections: [
      {
        kind: 'window',
        direction: 'ascending',
        instructions: [
          {
            kind: 'contract',
            members: [{ left: viewOf('left'), right: viewOf('right'), target: insertAxis(fullView(sum), 0, NUMBERS) }],
            mode: 'add',
          },
        ],
      },
    ],
    inputs: inputs.map(({ id }) => ({ name: id, buffer: id, held: false })),
    outputs: [],
    hosts: [],
    symbols: { sum: fullView(sum) },
  };
})();

test('two inputs of which each would fit', async () => {
  const backend = await wasmEntry.load({ intra_op_parallelism_threads: 1 });
  const executable = await backend.create();
  await executable.add('run', summing, { arrays: new Map(), hosts: new Map() });
  const ones: InputFeed = { kind: 'source', call: (_time, _step, into) => void (into as Float32Array).fill(1) };
  const feed = new Map(['left', 'right'].map((name) => [name, ones] as const));
  const run = (items: number, steps: number): Promise<void> =>
    executable.run({ program: 'run', items, steps, feed, sink: { write: () => {} }, state: 'carried' });
  await expect(run(64, 600)).rejects.toMatchObject({
    code: 'MEMORY_EXHAUSTED',
    message: expect.stringMatching(
      /needs 4801 MiB at least.*the left input: 600 steps × 64 items × 16384 numbers × 4 bytes = 2400 MiB.*smaller minibatch.*truncation/,
    ),
  });
  await run(1, 3);
  expect(Array.from((await executable.read('sum')).data)).toEqual([3 * NUMBERS]);
  backend.dispose();
});
