/** @file Random numbers that the module draws: those of NumPy's generator, over many turns of it, and again after a run that failed. */
import { type Dtype, fullView, type GeneratedSource, type Program, type View } from '@ndl/ir';
import { itemSeed, NdArray, RandomState } from '@ndl/numerics';
import { expect, test } from 'vitest';
import { wasmEntry } from '../index.ts';

/** A turn of the generator gives 312 numbers, so that these take some 24 turns. */
const [ITEMS, STEPS, SIZE] = [3, 500, 15];

const SOURCES: readonly GeneratedSource[] = [
  { generator: 'mt19937', distribution: { kind: 'uniform', low: -2, high: 5 }, factor: 3, seeds: { first: 4 } },
  { generator: 'mt19937', distribution: { kind: 'normal', mean: 1, deviation: 0.5 }, factor: 0.1, seeds: { first: 9 } },
];

const viewOf = (id: string): View => fullView({ id, shape: [SIZE] });

/** Puts out what it draws, and asks a host function whether to go on. */
function drawing(source: GeneratedSource, dtype: Dtype): Program {
  const buffers = ['drawn', 'seen'].map((id) => {
    const role = id === 'drawn' ? 'input' : 'temp';
    return { id, name: id, shape: [SIZE], role, items: true, steps: 'one', lifetime: 'step', initial: 0 } as const;
  });
  return {
    dtype,
    dt: 0.001,
    scalars: [],
    buffers,
    sections: [
      {
        kind: 'steps',
        direction: 'ascending',
        instructions: [
          { kind: 'copy', source: viewOf('drawn'), target: viewOf('seen'), mode: 'set' },
          { kind: 'host', host: 'check', inputs: [], outputs: [] },
        ],
      },
    ],
    hosts: [{ id: 'check', label: 'check', scope: 'batch', acts: false, differentiable: false }],
    symbols: {},
    inputs: [{ name: 'drawn', buffer: 'drawn', held: false, source }],
    outputs: [{ name: 'seen', view: viewOf('seen'), every: 1 }],
  };
}

/** [steps, items, SIZE], from the streams of the items. */
function expected({ distribution, factor, seeds }: GeneratedSource, dtype: Dtype): readonly number[] {
  const streams = Array.from({ length: ITEMS }, (_, item) => {
    const random = new RandomState(itemSeed(seeds.first, item));
    if (distribution.kind === 'uniform') return random.uniform(distribution.low, distribution.high, STEPS * SIZE);
    return random.normal(distribution.mean, distribution.deviation, STEPS * SIZE);
  });
  const rounded = dtype === 'float32' ? Math.fround : (value: number): number => value;
  return Array.from({ length: STEPS }, (_, step) =>
    streams.flatMap((stream) =>
      Array.from(stream.subarray(step * SIZE, (step + 1) * SIZE), (value) => rounded(value * factor)),
    ),
  ).flat();
}

test.each([
  ['uniform', 'float32', SOURCES[0]!],
  ['uniform', 'float64', SOURCES[0]!],
  ['normal', 'float32', SOURCES[1]!],
  ['normal', 'float64', SOURCES[1]!],
] as const)('%s numbers in %s', async (_, dtype, source) => {
  const backend = await wasmEntry.load({});
  const executable = await backend.create();
  const failing = new Set([30, 200, 333]);
  const call = (_time: number, step: number): void => {
    if (failing.delete(step)) throw new Error('told to');
  };
  await executable.add('run', drawing(source, dtype), {
    arrays: new Map(),
    hosts: new Map([['check', { make: () => ({ call }) }]]),
  });
  const seen: number[] = [];
  const run = (steps: number, state: 'carried' | 'fresh' = 'carried'): Promise<void> =>
    executable.run({
      program: 'run',
      items: ITEMS,
      steps,
      feed: new Map(),
      sink: { write: ({ data }) => void seen.push(...Array.from(data)) },
      state,
    });
  while (failing.size > 0) await expect(run(STEPS - executable.step)).rejects.toThrow('told to');
  const middle = await executable.save();
  await run(STEPS - executable.step);
  expect(seen).toEqual(expected(source, dtype));
  const rest = seen.splice(0).slice(middle.step * ITEMS * SIZE);
  await executable.restore(middle);
  await run(STEPS - executable.step);
  expect(seen.splice(0)).toEqual(rest);
  for (let time = 0; time < 2; time++) {
    await run(STEPS, 'fresh');
    expect(seen.splice(0)).toEqual(expected(source, dtype));
  }
  const [name, position] = [...middle.symbols][0]!;
  const wrong = position.data.map((value, index) => (index === 624 ? 700 : value));
  const damaged = { ...middle, symbols: new Map([[name, new NdArray(wrong, position.shape)]]) };
  await expect(executable.restore(damaged)).rejects.toMatchObject({
    code: 'INVALID_RANDOM_STATE',
  });
  backend.dispose();
});
