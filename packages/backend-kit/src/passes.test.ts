/** @file Windows in passes: what runs block by block, in which order, and what stands at a lag. */
import type { RunRequest } from '@ndl/core';
import { fullView, type Program } from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import {
  ADD,
  buffer,
  copy,
  eachStep,
  lagged,
  LEAK,
  map,
  program,
  Recorder,
  run,
  section,
  source,
  toyExecutable,
} from './programs.test-helper.ts';

const BLOCKS = [1, 2, 3, 7, 50] as const;

/** What a program puts out in calls of these lengths: the same for any blocks. */
async function outputsOf(
  tested: Program,
  calls: readonly number[],
  output: string,
  changes: Partial<RunRequest> = {},
): Promise<readonly number[]> {
  const results: (readonly number[])[] = [];
  for (const blockSteps of BLOCKS) {
    for (const isLate of blockSteps === 3 ? [true, false] : [false]) {
      const toy = await toyExecutable({ run: tested }, { blockSteps, isLate });
      const sink = new Recorder();
      for (const steps of calls) await run(toy, steps, changes, sink);
      const total = calls.reduce((sum, steps) => sum + steps, 0);
      expect(sink.stepsOf(output)).toEqual(Array.from({ length: total }, (_, k) => k + 1));
      results.push(sink.of(output));
    }
  }
  for (const other of results) expect(other).toEqual(results[0]);
  return results[0]!;
}

const x = buffer('x', 'input', [1]);
const y = buffer('y', 'temp', [1]);

describe('lags', () => {
  test.each([1, 2, 5, 11])('a delay of %i steps, over calls of any length', async (delay) => {
    const kept = { ...x, steps: { span: 'block', before: delay }, lifetime: 'run', initial: -1 } as const;
    for (const kind of ['steps', 'block'] as const) {
      const out = { ...y, ...eachStep('block') };
      const delayed = program({
        buffers: [kept, out],
        fed: ['x'],
        read: ['y'],
        sections: [section(kind, [copy(lagged(fullView(x), delay), fullView(y))])],
      });
      const expected = Array.from({ length: 31 }, (_, k) => (k < delay ? -1 : k + 1 - delay));
      expect(await outputsOf(delayed, [1, 2, 9, 1, 1, 17], 'y')).toEqual(expected);
    }
  });

  test('a delay of what is held is that of each call', async () => {
    const kept = { ...x, steps: { span: 'block', before: 5 }, lifetime: 'run' } as const;
    const delayed = program({
      buffers: [kept, y],
      fed: ['x'],
      read: ['y'],
      sections: [section('steps', [copy(lagged(fullView(kept), 5), fullView(y))])],
    });
    const toy = await toyExecutable({ run: delayed }, { blockSteps: 3 });
    const sink = new Recorder();
    const expected = [0, 0, 0, 0, 0];
    for (const [value, steps] of [
      [1, 3],
      [2, 12],
      [3, 1],
      [4, 9],
    ] as const) {
      await run(toy, steps, { feed: new Map([['x', { kind: 'held', data: Float64Array.of(value) }]]) }, sink);
      expected.push(...Array.from({ length: steps }, () => value));
    }
    expect(sink.of('y')).toEqual(expected.slice(0, -5));
  });

  test('state of the step before, whatever spans it, and however blocks fall', async () => {
    // s(t) = s(t - 1) / 2 + x(t - 2), from 8 and 0.
    const s = { ...buffer('s', 'state'), steps: { span: 'block', before: 1 }, initial: 8 } as const;
    const kept = { ...x, steps: { span: 'block', before: 2 }, lifetime: 'run' } as const;
    const leak = map(LEAK, [lagged(fullView(s), 1), lagged(fullView(x), 2)], fullView(s));
    const leaky = (span: 'block' | 'window'): Program =>
      program({
        buffers: [
          { ...s, steps: { span, before: 1 } },
          { ...kept, steps: { span, before: 2 } },
        ],
        fed: ['x'],
        read: ['s'],
        sections: [section('steps', [leak])],
      });
    let state = 8;
    const expected = Array.from({ length: 20 }, (_, k) => (state = state / 2 + Math.max(0, k - 1)));
    for (const span of ['block', 'window'] as const)
      expect(await outputsOf(leaky(span), [4, 1, 1, 14], 's')).toEqual(expected);
  });

  test('of what descends reach later steps, and zero beyond the window', async () => {
    // b(t) = b(t + 1) / 2 + x(t), and c(t) = b(t + 3), walked from the last step to the first.
    for (const span of ['block', 'window'] as const) {
      const spanning = (id: string, before: number) =>
        ({ ...buffer(id, 'temp'), steps: { span, before }, lifetime: span, initial: 99 }) as const;
      const [b, c] = [spanning('b', 3), { ...y, id: 'c', ...eachStep('block') }];
      const descending = program({
        buffers: [x, b, c],
        fed: ['x'],
        read: ['b', 'c'],
        sections: [
          section('steps', [map(LEAK, [lagged(fullView(b), 1), fullView(x)], fullView(b))], 'descending'),
          section('block', [copy(lagged(fullView(b), 3), fullView(c))], 'descending'),
        ],
      });
      const windowFrom = (first: number, steps: number): number[] => {
        const values: number[] = [];
        for (let step = first + steps - 1; step >= first; step--) values.unshift((values[0] ?? 0) / 2 + step);
        return values;
      };
      const [first, second] = [windowFrom(1, 8), windowFrom(9, 5)];
      expect(await outputsOf(descending, [8, 5], 'b')).toEqual([...first, ...second]);
      const later = (values: number[]): number[] => values.map((_, k) => values[k + 3] ?? 0);
      expect(await outputsOf(descending, [8, 5], 'c')).toEqual([...later(first), ...later(second)]);
    }
  });
});

describe('passes', () => {
  /** Adds up x over the window, and gives each step its distance from there. */
  const [sum, out] = [buffer('sum', 'temp', [1], { lifetime: 'window' }), { ...y, ...eachStep('block') }] as const;
  const centred = program({
    buffers: [{ ...x, ...eachStep('window') }, sum, out],
    fed: ['x'],
    read: ['y'],
    sections: [
      section('window', [{ kind: 'fill', value: 100, target: fullView(sum), mode: 'set' }]),
      section('steps', [copy(fullView(x), fullView(sum), 'add')]),
      section('window', [map(ADD, [fullView(sum), 1000], fullView(sum))]),
      section('block', [map(ADD, [fullView(sum), fullView(x)], fullView(y))]),
    ],
  });

  test('run over all blocks before what follows them', async () => {
    const window = (first: number, steps: number): number[] => {
      const own = Array.from({ length: steps }, (_, k) => first + k);
      return own.map((value) => value + 1100 + own.reduce((a, b) => a + b, 0));
    };
    expect(await outputsOf(centred, [8, 1, 3], 'y')).toEqual([...window(1, 8), ...window(9, 1), ...window(10, 3)]);
  });

  test('over a window that a source ends early', async () => {
    for (const blockSteps of BLOCKS) {
      const toy = await toyExecutable({ run: centred }, { blockSteps });
      const sink = new Recorder();
      const feed = source((step) => {
        if (step === 6) throw new Error('no data');
        return step;
      });
      await expect(run(toy, 20, { feed }, sink)).rejects.toThrow('no data');
      expect(sink.of('y')).toEqual([1, 2, 3, 4, 5].map((value) => value + 1115));
      expect(toy.executable.step).toBe(5);
    }
  });

  test('what a window section reads of the inputs is fed before', async () => {
    const last = { ...y, ...eachStep('window') };
    const early = program({
      buffers: [{ ...x, ...eachStep('window') }, last],
      fed: ['x'],
      read: ['y'],
      sections: [
        section('window', [map(ADD, [fullView(x), 10], fullView(y))]),
        section('steps', [map(ADD, [fullView(y), fullView(x)], fullView(y))]),
      ],
    });
    const expected = Array.from({ length: 12 }, (_, k) => 2 * (k + 1) + 10);
    expect(await outputsOf(early, [5, 7], 'y')).toEqual(expected);
  });

  test('that fail leave the state from before the call, where a block is done only after all of them', async () => {
    const total = buffer('total', 'state');
    const late = { ...buffer('late', 'state'), steps: { span: 'block', before: 2 } } as const;
    let failing = 6;
    const hosts = new Map([
      [
        'check',
        {
          make: () => ({
            call: (_time: number, step: number) => {
              if (step === failing) throw new Error('no step 6');
            },
          }),
        },
      ],
    ]);
    const twoPasses = program({
      buffers: [{ ...x, ...eachStep('window') }, total, late, sum],
      fed: ['x'],
      read: ['total', 'late'],
      hosts: [{ id: 'check', label: 'check', scope: 'item', acts: false, differentiable: false }],
      sections: [
        section('steps', [
          copy(fullView(x), fullView(total), 'add'),
          map(ADD, [lagged(fullView(late), 2), 1], fullView(late)),
        ]),
        section('window', [{ kind: 'fill', value: 0, target: fullView(sum), mode: 'set' }]),
        section('steps', [{ kind: 'host', host: 'check', inputs: [fullView(x)], outputs: [] }]),
      ],
      symbols: { total: fullView(total) },
    });
    for (const blockSteps of BLOCKS) {
      failing = 6;
      const toy = await toyExecutable({ run: twoPasses }, { hosts, blockSteps });
      await run(toy, 3);
      const sink = new Recorder();
      await expect(run(toy, 5, {}, sink)).rejects.toThrow('no step 6');
      expect([toy.executable.step, sink.of('total')]).toEqual([3, []]);
      failing = 0;
      const rest = await run(toy, 3);
      expect(rest.of('total')).toEqual([10, 15, 21]);
      expect(rest.of('late')).toEqual([2, 3, 3]);
    }
  });

  test('blocks that a later pass computes once more begin with the steps before that they began with', async () => {
    // s(t) = s(t - 1) / 2 + x(t); then, from the last step to the first, b(t) = b(t + 1) / 2 + s(t).
    const s = { ...buffer('s', 'state'), steps: { span: 'block', before: 1 }, initial: 4 } as const;
    const b = { ...buffer('b', 'temp'), steps: { span: 'block', before: 1 }, lifetime: 'block' } as const;
    const forward = section('steps', [map(LEAK, [lagged(fullView(s), 1), fullView(x)], fullView(s))]);
    const recomputing = program({
      buffers: [{ ...x, ...eachStep('window') }, s, b, sum],
      fed: ['x'],
      read: ['b', 's'],
      sections: [
        forward,
        section('window', [{ kind: 'fill', value: 0, target: fullView(sum), mode: 'set' }]),
        forward,
        section('steps', [map(LEAK, [lagged(fullView(b), 1), fullView(s)], fullView(b))], 'descending'),
      ],
    });
    let state = 4;
    const expected: number[] = [];
    for (const [first, steps] of [
      [1, 9],
      [10, 4],
    ] as const) {
      const states = Array.from({ length: steps }, (_, k) => (state = state / 2 + first + k));
      let later = 0;
      expected.push(
        ...states
          .toReversed()
          .map((value) => (later = later / 2 + value))
          .toReversed(),
      );
    }
    expect(await outputsOf(recomputing, [9, 4], 'b')).toEqual(expected);
  });
});

test('what stands before the first step is seen once, after the first window', async () => {
  // Two steps before the first, from 5: before, their copies are added to what starts at 1.
  const s = { ...buffer('s', 'state'), steps: { span: 'block', before: 2 }, initial: 5 } as const;
  const copies = { ...buffer('copies', 'temp'), ...eachStep('window') };
  const seen = buffer('seen', 'temp', [1], { lifetime: 'window' });
  const out = { ...y, ...eachStep('block') };
  const tested = program({
    buffers: [x, s, copies, seen, out],
    fed: ['x'],
    read: ['y'],
    sections: [
      section('steps', [map(ADD, [lagged(fullView(s), 2), fullView(x)], fullView(s))]),
      section('window', [{ kind: 'fill', value: 1, target: fullView(seen), mode: 'set' }]),
      section('before', [
        map(ADD, [fullView(s), 20], fullView(copies)),
        {
          kind: 'reduce',
          operation: 'sum',
          source: fullView(copies),
          axes: ['steps'],
          target: fullView(seen),
          mode: 'add',
        },
      ]),
      section('steps', [copy(fullView(seen), fullView(y))]),
    ],
  });
  const expected = [...Array.from({ length: 4 }, () => 1 + 25 + 25), 1, 1, 1];
  expect(await outputsOf(tested, [4, 3], 'y')).toEqual(expected);
});
