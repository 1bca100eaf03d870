/** @file The reference backend as a whole: blocks that change no bit, training, and what takes long. */
import type { TrainRequest } from '@ndl/core';
import { type ContractInstruction, fullView, kernel, type Program, type Training, type View } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import {
  accumulator,
  buffer,
  copy,
  eachStep,
  executableOf,
  lagged,
  map,
  ONES,
  program,
  Recorder,
  run,
  section,
  smallStates,
  SQUARE,
  stored,
} from './program.test-helper.ts';

const BLOCKS = [1, 2, 3, 7, undefined] as const;

const irregular = (length: number, salt = 1): Float64Array =>
  Float64Array.from({ length }, (_, k) => Math.sin(12.9898 * (k + 1) + salt) * 10 ** (k % 3));

/** The same program with blocks of at most so many steps. */
function inBlocksOf(steps: number | undefined, tested: Program): Program {
  return steps === undefined ? tested : { ...tested, maximumBlock: steps };
}

describe('blocks of any length give the same bits', () => {
  test('of a filter over an axis of lags, of a delay, and of a recurrence, in calls of any length', async () => {
    const TAPS = 5;
    const x = buffer('x', 'input', [3], { steps: { span: 'block', before: TAPS - 1 }, lifetime: 'run' });
    const taps = buffer('taps', 'constant', [2, TAPS, 3], {
      initial: stored(irregular(2 * TAPS * 3, 5), [2, TAPS, 3]),
    });
    const [filtered, delayed] = ['filtered', 'delayed'].map((id) => buffer(id, 'temp', [2], eachStep('block'))) as [
      ReturnType<typeof buffer>,
      ReturnType<typeof buffer>,
    ];
    const state = buffer('state', 'state', [2], { steps: { span: 'block', before: 3 }, initial: 0.1 });
    const mix = kernel({ name: 'mix', inputs: ['a', 'b', 'c'] }, (k) => ({
      output: k.add(k.multiply(k.tanh(k.inputs.a), 0.9), k.add(k.inputs.b, k.multiply(k.inputs.c, 0.3))),
    }));
    // filtered[r](t) = Σ over lags, then channels, of taps[r, lag, channel] · x[channel](t - lag)
    const shape = [2, TAPS, 3];
    const fir: ContractInstruction = {
      kind: 'contract',
      members: [
        {
          left: fullView(taps),
          right: { buffer: 'x', offset: 0, shape, strides: [0, 0, 1], lag: { base: 0, perAxis: [0, 1, 0] } },
          target: { buffer: 'filtered', offset: 0, shape, strides: [1, 0, 0] },
        },
      ],
      mode: 'set',
    };
    const later: View = { buffer: 'x', offset: 0, shape: [2], strides: [1] };
    const tested = (dtype: Program['dtype']): Program =>
      program({
        dtype,
        buffers: [x, taps, filtered, delayed, state],
        sections: [
          section('block', [fir, copy(lagged(later, 4), fullView(delayed))]),
          section('steps', [
            map(mix, [lagged(fullView(state), 1), fullView(filtered), lagged(fullView(state), 3)], fullView(state)),
          ]),
        ],
        inputs: [{ name: 'x', buffer: 'x', held: false }],
        outputs: ['filtered', 'delayed', 'state'].map((name) => ({
          name,
          view: fullView({ id: name, shape: [2] }),
          every: 1,
        })),
      });
    const data = irregular(20 * 2 * 3);
    const at = (step: number, item: number, channel: number): number =>
      step < 0 ? 0 : Math.fround(data[(step * 2 + item) * 3 + channel]!);
    for (const dtype of ['float32', 'float64'] as const) {
      const results: Map<string, number[]>[] = [];
      for (const block of BLOCKS) {
        for (const calls of [[20], [1, 6, 2, 11]]) {
          const executable = await executableOf({ run: inBlocksOf(block, tested(dtype)) });
          const sink = new Recorder();
          let start = 0;
          for (const steps of calls) {
            const part = data.subarray(start * 6, (start + steps) * 6);
            await run(executable, steps, { items: 2, feed: new Map([['x', { kind: 'sequence', data: part }]]) }, sink);
            start += steps;
          }
          results.push(sink.values);
        }
      }
      for (const other of results) expect(other).toEqual(results[0]);
      if (dtype === 'float64') continue;
      // Word for word, in float32.
      const weights = irregular(2 * TAPS * 3, 5).map((value) => Math.fround(value));
      const expected: number[] = [];
      for (let step = 0; step < 20; step++) {
        for (let item = 0; item < 2; item++) {
          for (let row = 0; row < 2; row++) {
            let sum = 0;
            for (let lag = 0; lag < TAPS; lag++) {
              for (let channel = 0; channel < 3; channel++)
                sum = Math.fround(
                  sum + Math.fround(weights[(row * TAPS + lag) * 3 + channel]! * at(step - lag, item, channel)),
                );
            }
            expected.push(sum);
          }
        }
      }
      expect(results[0]!.get('filtered')).toEqual(expected);
      const old = Array.from({ length: 20 }, (_, step) =>
        [0, 1].flatMap((item) => [at(step - 4, item, 0), at(step - 4, item, 1)]),
      );
      expect(results[0]!.get('delayed')).toEqual(old.flat());
    }
  });
});

const REQUEST: TrainRequest = {
  training: 'small',
  items: 1,
  steps: 3,
  feed: ONES,
  targets: new Map(),
  scalars: () => ({}),
};

/** State that begins as the parameter `start`, and leaks: small at each step. */
const beginning: Training = (() => {
  const start = buffer('start', 'parameter', [2], { initial: stored([0.7, -0.4]) });
  const state = buffer('state', 'state', [2], { initial: { parameter: 'start' } });
  const leak = kernel({ name: 'leak', inputs: ['state', 'start', 'x'] }, (k) => ({
    output: k.add(k.multiply(k.tanh(k.inputs.state), k.inputs.x), k.multiply(k.inputs.start, 0.1)),
  }));
  const { forward, ...rest } = smallStates;
  const [x, , , states] = forward.buffers;
  return {
    ...rest,
    forward: {
      ...forward,
      buffers: [x!, state, start, states!],
      sections: [
        section('steps', [
          map(leak, [fullView(state), fullView(start), fullView(x!)], fullView(state)),
          copy(fullView(state), fullView(states!)),
        ]),
      ],
      symbols: { state: fullView(state), start: fullView(start) },
    },
    trainable: ['start'],
  };
})();

describe('gradients', () => {
  test('are those of the closed form, over windows of any length', async () => {
    const executable = await executableOf({ run: accumulator, small: smallStates });
    await run(executable, 2, { feed: ONES });
    // State n·w after n steps: loss Σ (n w)², its derivative 2 w Σ n².
    const whole = await executable.gradients(REQUEST);
    expect(whole.reports).toEqual({ loss: 14 + 1400 });
    expect(whole.gradients.get('weight')!.toNested()).toEqual([2 * 14, 20 * 14]);
    expect(await executable.gradients({ ...REQUEST, truncation: 7 })).toEqual(whole);
    // In windows of one step the state before is a constant: the derivative of ((n - 1) w + w)² is 2 n w.
    const single = await executable.gradients({ ...REQUEST, truncation: 1 });
    expect(single.gradients.get('weight')!.toNested()).toEqual([2 * 6, 20 * 6]);
    expect(single.reports['loss']).toBeCloseTo((14 + 1400) / 3, 9);
    expect(await executable.evaluate(REQUEST)).toEqual({ loss: 14 + 1400 });
    // What runs carry is left alone.
    expect((await executable.read('state')).toNested()).toEqual([[2, 20]]);
    expect(executable.step).toBe(2);
  });

  test('reach the parameter that state begins as, from the first window alone', async () => {
    const [items, steps] = [3, 5];
    const data = irregular(steps * items * 2, 3);
    const requestOf = (count: number): TrainRequest => {
      const part = data.subarray(0, count * items * 2);
      return { ...REQUEST, items, steps: count, feed: new Map([['x', { kind: 'sequence', data: part }]]) };
    };
    const executable = await executableOf({ small: beginning });
    const whole = await executable.gradients(requestOf(steps));
    const first = await executable.gradients(requestOf(2));
    const truncated = await executable.gradients({ ...requestOf(steps), truncation: 2 });
    const lossAt = async (count: number, values: readonly number[]): Promise<number> => {
      await executable.write('start', new NdArray(Float64Array.from(values), [2]));
      return (await executable.evaluate(requestOf(count)))['loss']!;
    };
    for (const [count, { gradients }] of [
      [steps, whole],
      [2, first],
    ] as const) {
      for (const element of [0, 1]) {
        const moved = (by: number): number[] => [0.7, -0.4].map((value, k) => (k === element ? value + by : value));
        const difference = ((await lossAt(count, moved(1e-6))) - (await lossAt(count, moved(-1e-6)))) / 2e-6;
        expect(gradients.get('start')!.data[element]).toBeCloseTo(difference, 5);
      }
    }
    // The state that later windows begin with is a constant to them.
    expect(truncated.gradients.get('start')!.data[0]).not.toBeCloseTo(whole.gradients.get('start')!.data[0]!, 3);
  });

  test('have the same bits for blocks of any length', async () => {
    const feed = new Map([['x', { kind: 'sequence', data: irregular(11 * 2 * 2) } as const]]);
    const results: unknown[] = [];
    for (const block of BLOCKS) {
      for (const dtype of ['float32', 'float64'] as const) {
        const small = { ...beginning, forward: { ...inBlocksOf(block, beginning.forward), dtype } };
        const executable = await executableOf({ small });
        const { gradients, reports } = await executable.gradients({
          ...REQUEST,
          steps: 11,
          items: 2,
          feed,
          truncation: 6,
        });
        results.push([dtype, reports, [...gradients.get('start')!.data]]);
      }
    }
    results.forEach((other, k) => expect(other).toEqual(results[k % 2]));
  });
});

describe('training', () => {
  const rate = { scalar: 'rate' } as const;
  const descend = kernel({ name: 'descend', inputs: ['weight', 'gradient'], parameters: ['rate'] }, (k) => ({
    output: k.subtract(k.inputs.weight, k.multiply(k.parameters.rate, k.inputs.gradient)),
  }));
  const weight = fullView({ id: 'weight', shape: [2] });
  const learning: Training = {
    ...smallStates,
    scalars: [
      { name: 'rate', initial: 0 },
      { name: 'perItemStep', initial: 0 },
    ],
    loss: [
      ...smallStates.loss,
      map(SCALE, [fullView({ id: 'loss', shape: [] })], fullView({ id: 'loss', shape: [] }), [
        { scalar: 'perItemStep' },
      ]),
    ],
    update: [map(descend, [weight, { ...weight, buffer: 'gradient:weight' }], weight, [rate])],
  };

  test('updates once per window, with its scalars', async () => {
    const executable = await executableOf({ run: accumulator, small: learning });
    // One item, windows of 2 and 1 steps: the loss of the first is (w² + 4w²)/2, so that it moves w by rate · 5w.
    const reports = await executable.trainStep({
      ...REQUEST,
      truncation: 2,
      scalars: (window) => (window === 0 ? { rate: 0.1 } : {}),
    });
    expect((await executable.read('weight')).toNested()).toEqual([0.5, 5]);
    // Then the state is 2 + 0.5 and 20 + 5.
    expect(reports['loss']).toBeCloseTo(((5 + 500) / 2) * (2 / 3) + (2.5 ** 2 + 25 ** 2) / 3, 9);
    await expect(executable.trainStep({ ...REQUEST, scalars: () => ({ rat: 1 }) })).rejects.toMatchObject({
      code: 'UNKNOWN_SCALAR',
    });
    expect((await run(executable, 1, { feed: ONES })).of('state')).toEqual([0.5, 5]);
  });

  test('that is aborted, or whose source fails, leaves the parameters of the last whole window', async () => {
    const executable = await executableOf({ small: learning });
    const controller = new AbortController();
    const request: TrainRequest = { ...REQUEST, steps: 6, truncation: 2, scalars: () => ({ rate: 0.1 }) };
    const feedWith = (call: (step: number) => void): TrainRequest['feed'] =>
      new Map([
        [
          'x',
          {
            kind: 'source',
            call: (_time, step, into) => {
              call(step);
              into.fill(1);
            },
          },
        ],
      ]);
    const abort = (step: number): void => void (step === 3 && controller.abort(new Error('enough')));
    await expect(
      executable.trainStep({ ...request, feed: feedWith(abort), signal: controller.signal }),
    ).rejects.toThrow('enough');
    expect((await executable.read('weight')).toNested()).toEqual([0.5, 5]);
    const fail = (step: number): void => {
      if (step === 4) throw new Error('no data');
    };
    await expect(executable.trainStep({ ...request, feed: feedWith(fail) })).rejects.toThrow('no data');
    expect((await executable.read('weight')).toNested()).toEqual([0.25, 2.5]);
  });

  test('remembers as optimizers do, until that is reset', async () => {
    const memory = buffer('memory', 'optimizer', [2]);
    const momentum = kernel({ name: 'momentum', inputs: ['memory', 'gradient'] }, (k) => ({
      output: k.add(k.inputs.memory, k.inputs.gradient),
    }));
    const gradient = { ...weight, buffer: 'gradient:weight' };
    const remembering: Training = {
      ...smallStates,
      buffers: [...smallStates.buffers, memory],
      update: [map(momentum, [fullView(memory), gradient], fullView(memory)), copy(fullView(memory), weight)],
    };
    const executable = await executableOf({ small: remembering });
    const request = { ...REQUEST, steps: 1 };
    const weightAfter = async (): Promise<unknown> => {
      await executable.trainStep(request);
      return (await executable.read('weight')).toNested();
    };
    // The gradient is 2w.
    expect(await weightAfter()).toEqual([2, 20]);
    expect(await weightAfter()).toEqual([2 + 4, 20 + 40]);
    executable.resetOptimizer();
    expect(await weightAfter()).toEqual([12, 120]);
  });
});

const SCALE = kernel({ name: 'scale', inputs: ['x'], parameters: ['factor'] }, (k) => ({
  output: k.multiply(k.inputs.x, k.parameters.factor),
}));

test('so many items that they are done in parts: each is as it is alone', async () => {
  const [items, size] = [5000, 100];
  const x = buffer('x', 'input', [size]);
  const [state, sums] = [buffer('state', 'state', [size]), buffer('sums', 'temp', [2])];
  const taps = buffer('taps', 'constant', [3], { initial: stored([0.5, 0.25, -0.75]) });
  const halves = { buffer: 'state', offset: 0, shape: [2, size / 2], strides: [size / 2, 1] };
  // The adjoint of a filter: an element of the state is shown up to three times.
  const strided = (id: string, ...strides: number[]): View => ({
    buffer: id,
    offset: 0,
    shape: [size - 2, 3],
    strides,
  });
  const many = program({
    dtype: 'float32',
    buffers: [x, state, sums, taps],
    step: [
      map(SQUARE, [fullView(x)], fullView(state)),
      {
        kind: 'contract',
        members: [{ left: strided('x', 1, 0), right: strided('taps', 0, 1), target: strided('state', 1, 1) }],
        mode: 'add',
      },
      { kind: 'reduce', operation: 'sum', source: halves, axes: [1], target: fullView(sums), mode: 'set' },
      { kind: 'reduce', operation: 'max', source: halves, axes: [1], target: fullView(sums), mode: 'add' },
    ],
    inputs: [{ name: 'x', buffer: 'x', held: false }],
    outputs: [{ name: 'sums', view: fullView(sums), every: 1 }],
  });
  const data = irregular(items * size);
  const executable = await executableOf({ run: many });
  const sumsOf = async (first: number, count: number): Promise<readonly number[]> => {
    const part = data.subarray(first * size, (first + count) * size);
    const feed = new Map([['x', { kind: 'sequence', data: part } as const]]);
    return (await run(executable, 1, { items: count, feed, state: 'fresh' })).of('sums');
  };
  const together = await sumsOf(0, items);
  for (const item of [0, 1, 2499, 4999])
    expect(together.slice(2 * item, 2 * item + 2)).toEqual([...(await sumsOf(item, 1))]);
});

test('a step that takes long is left between its instructions, and put back where it is aborted there', async () => {
  const large = buffer('large', 'state', [2 ** 21 + 1]);
  const [first, last] = [buffer('first', 'state', [1]), buffer('last', 'temp', [1])];
  const grow = (target: View): Parameters<typeof section>[1][number] => ({
    kind: 'fill',
    value: 1,
    target,
    mode: 'add',
  });
  const long = program({
    buffers: [large, first, last],
    step: [
      grow(fullView(first)),
      { kind: 'host', host: 'watch', inputs: [], outputs: [fullView(last)] },
      grow(fullView(large)),
      { kind: 'host', host: 'watch', inputs: [], outputs: [fullView(last)] },
    ],
    hosts: [{ id: 'watch', label: 'watch', scope: 'item', acts: false, differentiable: false }],
    symbols: { first: fullView(first), large: { buffer: 'large', offset: 5, shape: [], strides: [] } },
  });
  const controller = new AbortController();
  let calls = 0;
  const make = () => ({ call: () => void (++calls === 3 && controller.abort(new Error('enough'))) });
  const executable = await executableOf({ run: long }, new Map([['watch', { make }]]));
  await expect(run(executable, 5, { signal: controller.signal })).rejects.toThrow('enough');
  expect([calls, executable.step]).toEqual([3, 1]);
  expect([(await executable.read('first')).toNested(), (await executable.read('large')).toNested()]).toEqual([
    [[1]],
    [1],
  ]);
});
