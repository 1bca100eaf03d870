/** @file Sums over items and steps into what lasts, which may begin at -0: terms that are zeros show there. */
import { fullView, outerProduct, type Program } from '@ndl/ir';
import { expect, test } from 'vitest';
import { wasmEntry } from '../index.ts';

const SIZE = 32;
const STEPS = 3;

/** weights += the sum over steps of left · rightᵀ. */
const learning: Program = (() => {
  const [left, right] = [
    { id: 'left', shape: [SIZE] },
    { id: 'right', shape: [SIZE] },
  ] as const;
  const weights = { id: 'weights', shape: [SIZE, SIZE] };
  return {
    dtype: 'float64',
    dt: 0.001,
    scalars: [],
    buffers: [
      ...[left, right].map(
        (each) =>
          ({
            ...each,
            name: each.id,
            items: true,
            steps: { span: 'window', before: 0 },
            role: 'input',
            lifetime: 'window',
            initial: 0,
          }) as const,
      ),
      { ...weights, name: 'weights', items: false, steps: 'one', role: 'parameter', lifetime: 'forever', initial: -0 },
    ],
    sections: [
      {
        kind: 'window',
        direction: 'ascending',
        instructions: [
          {
            kind: 'contract',
            members: [outerProduct(fullView(left), fullView(right), fullView(weights))],
            mode: 'add',
          },
        ],
      },
    ],
    inputs: [left, right].map(({ id }) => ({ name: id, buffer: id, held: false })),
    outputs: [],
    hosts: [],
    symbols: { weights: fullView(weights) },
  };
})();

test('-0 and terms of +0 are +0', async () => {
  const backend = await wasmEntry.load({});
  const executable = await backend.create();
  await executable.add('run', learning, { arrays: new Map(), hosts: new Map() });
  const fed = (value: number) => ({ kind: 'sequence', data: new Float64Array(STEPS * SIZE).fill(value) }) as const;
  const feed = new Map([
    ['left', fed(1)],
    ['right', fed(0)],
  ]);
  const sink = { write: () => {} };
  await executable.run({ program: 'run', items: 1, steps: STEPS, feed, sink, state: 'carried' });
  const { data } = await executable.read('weights');
  expect(Array.from(data).filter((value) => !Object.is(value, 0))).toEqual([]);
  backend.dispose();
});
