/** @file What the reference executable refuses, by code, and how calls that overlap are kept apart. */
import type { TrainRequest } from '@ndl/core';
import { NdArray } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { accumulator, buffer, compile, NOWHERE, ONES, run, smallStates } from './program.test-helper.ts';

const SOURCE = { run: () => accumulator, training: () => smallStates };

const REQUEST: TrainRequest = {
  objective: 'small',
  items: 1,
  steps: 3,
  feed: ONES,
  targets: new Map(),
  scalars: () => ({}),
};

const array = (...values: readonly number[]): NdArray => new NdArray(Float64Array.from(values), [values.length]);

describe('refusals', () => {
  test.each([
    ['FEED_MISSING', {}],
    [
      'FEED_UNKNOWN',
      { x: { kind: 'held', data: new Float64Array(2) }, y: { kind: 'held', data: new Float64Array(2) } },
    ],
    ['FEED_SIZE', { x: { kind: 'sequence', data: new Float64Array(3) } }],
  ] as const)('%s', async (code, feed) => {
    const executable = await compile(SOURCE);
    await expect(run(executable, 2, { feed: new Map(Object.entries(feed)) })).rejects.toMatchObject({ code });
  });

  test('an input that the program holds without being told to', async () => {
    const held = { ...accumulator, inputs: [{ name: 'x', buffer: 'x', held: true }] };
    await expect(run(await compile({ run: () => held }), 1)).rejects.toMatchObject({ code: 'FEED_NOT_HELD' });
  });

  test('counts that are none', async () => {
    const executable = await compile(SOURCE);
    for (const changes of [{ items: 0 }, { steps: -1 }, { steps: 1.5 }, { items: NaN }]) {
      await expect(run(executable, 1, changes)).rejects.toMatchObject({ code: 'INVALID_COUNT' });
    }
    await expect(executable.trainStep({ ...REQUEST, truncation: 0 })).rejects.toMatchObject({ code: 'INVALID_COUNT' });
    await expect(executable.gradients({ ...REQUEST, steps: 0 })).rejects.toMatchObject({ code: 'INVALID_COUNT' });
  });

  test('a program that breaks a rule', async () => {
    const broken = { ...accumulator, dt: -1 };
    await expect(run(await compile({ run: () => broken }), 1)).rejects.toMatchObject({ code: 'IR_INVALID' });
  });

  test('symbols that are unknown, or not to be written', async () => {
    const executable = await compile(SOURCE);
    await expect(executable.read('wieght')).rejects.toMatchObject({
      code: 'SYMBOL_UNKNOWN',
      known: ['x', 'state', 'weight'],
    });
    await expect(executable.read('constructor')).rejects.toMatchObject({ code: 'SYMBOL_UNKNOWN' });
    await expect(executable.write('x', array(1, 2))).rejects.toMatchObject({ code: 'SYMBOL_NOT_WRITABLE' });
  });

  test('a saved state of another program', async () => {
    const executable = await compile(SOURCE);
    const saved = {
      step: 1,
      items: 1,
      buffers: new Map([['other', new NdArray(new Float64Array(2), [1, 2])]]),
      hosts: new Map(),
    };
    await expect(executable.restore(saved)).rejects.toMatchObject({ code: 'STATE_MISMATCH' });
    const short = { ...saved, buffers: new Map([['state', new NdArray(new Float64Array(1), [1, 1])]]) };
    await expect(executable.restore(short)).rejects.toMatchObject({ code: 'STATE_MISMATCH' });
  });

  test('training without training programs, and scalars that nothing reads', async () => {
    await expect((await compile({ run: () => accumulator })).gradients(REQUEST)).rejects.toMatchObject({
      code: 'TRAINING_ABSENT',
    });
    const executable = await compile(SOURCE);
    const request = { ...REQUEST, scalars: () => ({ rate: 1 }) };
    await expect(executable.trainStep(request)).rejects.toMatchObject({ code: 'SCALAR_UNKNOWN' });
  });

  test('programs of one source that disagree on a buffer', async () => {
    const longer = {
      ...accumulator,
      buffers: accumulator.buffers.map((each) => (each.id === 'weight' ? buffer('weight', 'parameter', [3]) : each)),
    };
    const executable = await compile({ run: (held) => (held.size > 0 ? longer : accumulator) });
    await run(executable, 1);
    const feed = new Map([['x', { kind: 'held', data: Float64Array.of(1, 1) }]] as const);
    await expect(run(executable, 1, { feed })).rejects.toMatchObject({ code: 'BUFFER_CONFLICT' });
  });
});

describe('calls', () => {
  test('happen in the order in which they were made', async () => {
    const executable = await compile(SOURCE);
    const first = run(executable, 2);
    const early = executable.read('state');
    const second = run(executable, 3);
    const late = executable.read('state');
    expect((await early).toNested()).toEqual([[2, 20]]);
    expect((await late).toNested()).toEqual([[5, 50]]);
    await Promise.all([first, second]);
    expect(executable.step).toBe(5);
  });

  test('that change state at once are refused while a run is under way', async () => {
    const executable = await compile(SOURCE);
    const refused: unknown[] = [];
    const sink = {
      wants: () => true,
      write: () => {
        try {
          executable.reset();
        } catch (error) {
          refused.push(error);
        }
      },
    };
    await run(executable, 2, { sink });
    expect(refused).toMatchObject([{ code: 'EXECUTABLE_BUSY' }, { code: 'EXECUTABLE_BUSY' }]);
    executable.reset();
    expect(executable.step).toBe(0);
  });

  test('under way end with an error when the executable is disposed of', async () => {
    const executable = await compile(SOURCE);
    const long = run(executable, 1e9);
    setTimeout(() => executable.dispose(), 5);
    await expect(long).rejects.toMatchObject({ code: 'EXECUTABLE_DISPOSED' });
    expect(() => executable.reset()).toThrow(expect.objectContaining({ code: 'EXECUTABLE_DISPOSED' }));
  });

  test('under way let timers fire, so that an abort from outside is noticed', async () => {
    const executable = await compile(SOURCE);
    const signal = AbortSignal.timeout(20);
    await expect(run(executable, 1e9, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    const { step } = executable;
    await run(executable, 1);
    expect((await executable.read('state')).toNested()).toEqual([[step + 1, 10 * (step + 1)]]);
  });
});

describe('state', () => {
  test('is initial, for any number of items, until something happens', async () => {
    const executable = await compile(SOURCE);
    await executable.restore(await executable.save());
    await run(executable, 0, { items: 2 });
    await executable.write('state', new NdArray(Float64Array.of(1, 2, 3, 4, 5, 6), [3, 2]));
    await expect(run(executable, 1, { items: 2 })).rejects.toMatchObject({ code: 'STATE_ITEMS_MISMATCH' });
    await run(executable, 1, { items: 3 });
    expect((await executable.read('state')).toNested()).toEqual([
      [2, 12],
      [4, 14],
      [6, 16],
    ]);
  });

  test('of a training forward pass can be carried as well', async () => {
    const executable = await compile(SOURCE);
    await run(executable, 2, { program: 'training' });
    await run(executable, 1);
    expect((await executable.read('state')).toNested()).toEqual([[3, 30]]);
  });
});

describe('gradients', () => {
  test('are those of the closed form, over blocks of any length', async () => {
    const executable = await compile(SOURCE);
    // State n·w after n steps: loss Σ (n w)², its derivative 2 w Σ n².
    const whole = await executable.gradients(REQUEST);
    expect(whole.reports).toEqual({ loss: 14 + 1400 });
    expect(whole.gradients.get('weight')!.toNested()).toEqual([2 * 14, 20 * 14]);
    expect(await executable.gradients({ ...REQUEST, truncation: 7 })).toEqual(whole);
    // In blocks of one step the state before is a constant: the derivative of ((n - 1) w + w)² is 2 n w.
    const single = await executable.gradients({ ...REQUEST, truncation: 1 });
    expect(single.gradients.get('weight')!.toNested()).toEqual([2 * 6, 20 * 6]);
    expect(single.reports['loss']).toBeCloseTo((14 + 1400) / 3, 9);
    expect(executable.step).toBe(0);
  });
});

test('a sink that throws leaves the step complete', async () => {
  const executable = await compile(SOURCE);
  const sink = {
    wants: () => true,
    write: () => {
      throw new Error('disk full');
    },
  };
  await expect(run(executable, 3, { sink })).rejects.toThrow('disk full');
  expect(executable.step).toBe(1);
  await run(executable, 1, { sink: NOWHERE });
  expect((await executable.read('state')).toNested()).toEqual([[2, 20]]);
});
