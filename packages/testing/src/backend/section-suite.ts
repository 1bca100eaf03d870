/** @file Conformance of sections: what runs once per window, once for all steps of a block, and once before the first step. */
import type { Executable } from '@ndl/core';
import { type Buffer, fullView, kernel, type Kernel, type Program, type ReduceAxis } from '@ndl/ir';
import { expect } from 'vitest';
import { randomData, recordRun } from './call-data.ts';
import { expectClose } from './comparison.ts';
import { Recorder } from './recorder.ts';
import { feedOf, held, runRequest, sequence, withExecutable, type BackendSuite } from './suite.ts';
import {
  buffer,
  copyTo,
  dotTo,
  EACH_STEP,
  EACH_STEP_OF_BLOCK,
  inputsOf,
  keeping,
  lagged,
  mapTo,
  outputsOf,
  program,
  section,
  setTo,
  storedNumbers,
  symbolsOf,
} from './write-program.ts';

const ADD: Kernel = /* @__PURE__ */ kernel({ name: 'add', inputs: ['x', 'y'] }, (k) => ({
  output: k.add(k.inputs.x, k.inputs.y),
}));

const MATRIX: readonly number[] = [1, 2, 3, 4];
const times = ([a, b]: readonly number[]): number[] => [
  MATRIX[0]! * a! + MATRIX[1]! * b!,
  MATRIX[2]! * a! + MATRIX[3]! * b!,
];

/**
 * A held product once per window; then in each block current = M x + M h, all steps at once; sum ← sum + current, step by step;
 * output = current + sum, all steps at once.
 */
function pipeline(suite: BackendSuite, maximumBlock?: number): Program {
  const [x, h] = [buffer('x', 'input', [2], EACH_STEP_OF_BLOCK), buffer('h', 'input', [2])];
  const matrix = buffer('matrix', 'constant', [2, 2], { initial: storedNumbers(MATRIX, [2, 2]) });
  const [drive, current] = [buffer('drive', 'temp', [2]), buffer('current', 'temp', [2], EACH_STEP_OF_BLOCK)];
  const [sum, sums] = [buffer('sum', 'state', [2]), buffer('sums', 'temp', [2], EACH_STEP)];
  const output = buffer('output', 'temp', [2], EACH_STEP_OF_BLOCK);
  return program({
    dtype: suite.dtype,
    buffers: [x, h, matrix, drive, current, sum, sums, output],
    sections: [
      section('window', [dotTo(fullView(drive), fullView(matrix), fullView(h))]),
      section('block', [
        copyTo(fullView(current), fullView(drive)),
        dotTo(fullView(current), fullView(matrix), fullView(x), 'add'),
      ]),
      section('steps', [copyTo(fullView(sum), fullView(current), 'add'), copyTo(fullView(sums), fullView(sum))]),
      section('block', [mapTo(fullView(output), ADD, [fullView(current), fullView(sums)])]),
    ],
    inputs: [...inputsOf(x), { name: 'h', buffer: 'h', held: true }],
    outputs: outputsOf(drive, current, sum, output),
    symbols: symbolsOf([sum]),
    ...(maximumBlock !== undefined && { maximumBlock }),
  });
}

/** What a window adds up, left in parameters, which outlive it. */
function totalling(suite: BackendSuite): Program {
  const x = buffer('x', 'input', [2], EACH_STEP);
  const shared: Partial<Buffer> = { items: false };
  const [sum, peak] = [buffer('sum', 'temp', [2], shared), buffer('peak', 'temp', [], shared)];
  const squares = buffer('squares', 'temp', [2], { lifetime: 'window' });
  const [total, greatest, energy] = [
    buffer('total', 'parameter', [2]),
    buffer('greatest', 'parameter', []),
    buffer('energy', 'parameter', []),
  ];
  const all: readonly ReduceAxis[] = [0, 'items', 'steps'];
  return program({
    dtype: suite.dtype,
    buffers: [x, sum, peak, squares, total, greatest, energy],
    sections: [
      section('window', [{ kind: 'fill', value: 0, ...setTo(fullView(squares)) }]),
      // Added up block by block: what has no steps, from what has.
      section('block', [
        {
          kind: 'contract',
          members: [{ left: fullView(x), right: fullView(x), target: fullView(squares) }],
          mode: 'add',
        },
      ]),
      section('window', [
        { kind: 'reduce', operation: 'sum', source: fullView(x), axes: ['items', 'steps'], ...setTo(fullView(sum)) },
        { kind: 'reduce', operation: 'max', source: fullView(x), axes: all, ...setTo(fullView(peak)) },
        copyTo(fullView(total), fullView(sum), 'add'),
        copyTo(fullView(greatest), fullView(peak), 'add'),
        {
          kind: 'reduce',
          operation: 'sum',
          source: fullView(squares),
          axes: [0, 'items'],
          target: fullView(energy),
          mode: 'add',
        },
      ]),
    ],
    inputs: inputsOf(x),
    symbols: symbolsOf([total, greatest, energy]),
  });
}

/** `total` grows by 1 with each window; with the first, also by all that stood in `path` before its first step. */
function beginning(suite: BackendSuite): Program {
  const x = buffer('x', 'input', [1]);
  const start = buffer('start', 'parameter', [1], { initial: 4 });
  const path = buffer('path', 'state', [1], { ...keeping(2, 'window'), initial: { parameter: 'start' } });
  const sum = buffer('sum', 'temp', [], { items: false, lifetime: 'window' });
  const total = buffer('total', 'parameter', []);
  const axes: readonly ReduceAxis[] = [0, 'items', 'steps'];
  return program({
    dtype: suite.dtype,
    buffers: [x, start, path, sum, total],
    sections: [
      section('steps', [mapTo(fullView(path), ADD, [fullView(x), lagged(fullView(path), 2)])]),
      section('window', [{ kind: 'fill', value: 1, ...setTo(fullView(sum)) }]),
      section('before', [
        { kind: 'reduce', operation: 'sum', source: fullView(path), axes, target: fullView(sum), mode: 'add' },
      ]),
      section('window', [copyTo(fullView(total), fullView(sum), 'add')]),
    ],
    inputs: inputsOf(x),
    outputs: outputsOf(path),
    symbols: symbolsOf([path, total]),
  });
}

export function describeSections(suite: BackendSuite): void {
  suite.test('window, block and step sections in a row, for blocks of any length', async () => {
    for (const maximumBlock of [undefined, 1, 2, 3]) {
      const written = pipeline(suite, maximumBlock);
      const data = randomData(written, 2, 7);
      const steps = Array.from({ length: 7 }, (_, step) =>
        [0, 1].map((item) => {
          const h = times([...data.inputs['h']!.subarray(item * 2, item * 2 + 2)]);
          const at = (step * 2 + item) * 2;
          const current = times([...data.inputs['x']!.subarray(at, at + 2)]).map((value, k) => value + h[k]!);
          return { h, current };
        }),
      );
      const sums = steps.map((_, step) =>
        [0, 1].map((item) =>
          [0, 1].map((k) => steps.slice(0, step + 1).reduce((sum, each) => sum + each[item]!.current[k]!, 0)),
        ),
      );
      const expected = {
        drive: steps.flatMap((items) => items.flatMap(({ h }) => h)),
        current: steps.flatMap((items) => items.flatMap(({ current }) => current)),
        sum: sums.flat(2),
        output: steps.flatMap((items, step) =>
          items.flatMap(({ current }, item) => current.map((value, k) => value + sums[step]![item]![k]!)),
        ),
      };
      await withExecutable(suite, { run: written }, async (executable) => {
        const sink = await recordRun(executable, written, data, [3, 4]);
        for (const [name, values] of Object.entries(expected))
          expectClose(sink.of(name), values, suite.tolerance, name);
      });
    }
  });

  suite.test('a window section sees all steps of a call, and runs once in it', async () => {
    await withExecutable(suite, { run: totalling(suite) }, async (executable) => {
      const numbers = async (): Promise<unknown> =>
        Promise.all(['total', 'greatest', 'energy'].map(async (name) => (await executable.read(name)).toNested()));
      const run = (steps: number, values: readonly number[]): Promise<void> =>
        executable.run(runRequest({ items: 2, steps, sink: new Recorder(), feed: feedOf({ x: sequence(values) }) }));
      await run(3, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(await numbers()).toEqual([[36, 42], 12, 650]);
      await run(1, [-1, -2, -3, -4]);
      expect(await numbers()).toEqual([[32, 36], 11, 680]);
      executable.reset();
      expect(await numbers()).toEqual([[32, 36], 11, 680]);
    });
  });

  suite.test(
    'a section before the first step runs after the first window only, and sees what stood there',
    async () => {
      const items = 3;
      await withExecutable(suite, { run: beginning(suite) }, async (executable) => {
        const feed = feedOf({ x: held([1, 2, 3]) });
        const total = async (): Promise<unknown> => (await executable.read('total')).toNested();
        const run = (steps: number, state: 'carried' | 'fresh' = 'carried'): Promise<void> =>
          executable.run(runRequest({ items, steps, state, sink: new Recorder(), feed }));
        await run(5);
        // Two steps before the first, each of which holds 4 for each item.
        expect(await total()).toBe(1 + 2 * items * 4);
        await run(1);
        expect(await total()).toBe(26);
        executable.reset();
        await run(1);
        expect(await total()).toBe(51);
        await run(2, 'fresh');
        expect(await total()).toBe(76);
        await run(2);
        expect(await total()).toBe(77);
        await expectGoesOn(executable);
      });
    },
  );

  /** After three carried steps since the reset, in which each item grew by its x every second step. */
  async function expectGoesOn(executable: Executable): Promise<void> {
    const sink = new Recorder();
    await executable.run(runRequest({ items: 3, steps: 1, sink, feed: feedOf({ x: held([1, 2, 3]) }) }));
    expectClose(sink.of('path'), [6, 8, 10], suite.tolerance, 'path after the fourth step');
  }
}
