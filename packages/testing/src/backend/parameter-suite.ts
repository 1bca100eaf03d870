/** @file Conformance of state that begins as a parameter: of each item, whenever a state begins; its gradient flows back. */
import type { Executable } from '@ndl/core';
import { type Buffer, fullView, kernel, type Kernel, type Program, type Training } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import { expect } from 'vitest';
import { randomData } from './call-data.ts';
import { expectClose } from './comparison.ts';
import { Recorder } from './recorder.ts';
import { feedOf, held, runRequest, withExecutable, type BackendSuite } from './suite.ts';
import { fromParameter } from './training-fixtures.ts';
import { expectedGradients } from './training-oracle.ts';
import { expectGradients, gradientTolerance, requestOf } from './training-requests.ts';
import { buffer, inputsOf, keeping, lagged, mapTo, outputsOf, program, symbolsOf } from './write-program.ts';

const ADD: Kernel = /* @__PURE__ */ kernel({ name: 'add', inputs: ['x', 'y'] }, (k) => ({
  output: k.add(k.inputs.x, k.inputs.y),
}));

/** `place` and `path` grow by x from where parameter `start` is: one in place, one with a value for each step. */
function walking(suite: BackendSuite): Program {
  const [x, start] = [buffer('x', 'input', [2]), buffer('start', 'parameter', [2], { initial: 4 })];
  const grown = (state: Buffer, from = fullView(state)): Program['sections'][number]['instructions'] => [
    mapTo(fullView(state), ADD, [fullView(x), from]),
  ];
  const begins: Partial<Buffer> = { initial: { parameter: 'start' } };
  const place = buffer('place', 'state', [2], begins);
  const path = buffer('path', 'state', [2], { ...begins, ...keeping(2) });
  return program({
    dtype: suite.dtype,
    buffers: [x, start, place, path],
    step: [...grown(place), ...grown(path, lagged(fullView(path), 2))],
    inputs: inputsOf(x),
    outputs: outputsOf(place, path),
    symbols: symbolsOf([start, place, path]),
  });
}

export function describeParameters(suite: BackendSuite): void {
  const write = (executable: Executable, ...values: readonly [number, number]): Promise<void> =>
    executable.write('start', new NdArray(Float64Array.from(values), [2]));

  /** Runs two steps, in which x is 1 and 10 for the two items. */
  const expectWalk = async (
    executable: Executable,
    from: readonly [number, number],
    state: 'carried' | 'fresh' = 'carried',
  ): Promise<void> => {
    const sink = new Recorder();
    const feed = feedOf({ x: held([1, 1, 10, 10]) });
    await executable.run(runRequest({ items: 2, steps: 2, state, sink, feed }));
    const after = (steps: number): number[] => [1, 10].flatMap((x) => from.map((value) => value + steps * x));
    expectClose(sink.of('place'), [...after(1), ...after(2)], suite.tolerance, 'in place');
    expectClose(sink.of('path'), [...after(1), ...after(1)], suite.tolerance, 'two steps back');
  };

  suite.test('state begins as the parameter is at present', async () => {
    await withExecutable(suite, { run: walking(suite) }, async (executable) => {
      await write(executable, 100, 200);
      await expectWalk(executable, [100, 200]);
      executable.reset();
      await expectWalk(executable, [100, 200]);
      await write(executable, -1, 5);
      await expectWalk(executable, [-1, 5], 'fresh');
      executable.reset();
      await expectWalk(executable, [-1, 5]);
    });
  });

  suite.test('state that has begun does not follow its parameter', async () => {
    await withExecutable(suite, { run: walking(suite) }, async (executable) => {
      await expectWalk(executable, [4, 4]);
      await write(executable, 7, 7);
      const sink = new Recorder();
      await executable.run(runRequest({ items: 2, steps: 1, sink, feed: feedOf({ x: held([0, 0, 0, 0]) }) }));
      expectClose(sink.of('place'), [6, 6, 24, 24], suite.tolerance, 'the step after');
      expect((await executable.read('start')).toNested()).toEqual([7, 7]);
    });
  });

  for (const truncation of [undefined, 2]) {
    const window = truncation === undefined ? 'a parameter' : 'a parameter, from the first window only';
    suite.test(`gradients through the beginning of state, into ${window}`, async () => {
      const training: Training = fromParameter(suite.dtype);
      const data = randomData(training, 3, 5);
      const expected = expectedGradients(training, data, truncation);
      await withExecutable(suite, { training }, async (executable) => {
        const { gradients } = await executable.gradients({ ...requestOf(training, data), truncation });
        expectGradients(gradients, expected.gradients, gradientTolerance(suite));
      });
    });
  }

  suite.test('training moves the beginning of state, and runs begin there', async () => {
    const training: Training = fromParameter(suite.dtype);
    const data = randomData(training, 2, 3);
    await withExecutable(suite, { run: training.forward, training }, async (executable) => {
      const before = (await executable.read('start')).toNested();
      await executable.trainStep(requestOf(training, data));
      const start = await executable.read('start');
      expect(start.toNested()).not.toEqual(before);
      const sink = new Recorder();
      const feed = feedOf({ x: held(new Float64Array(3)) });
      await executable.run(runRequest({ steps: 1, sink, feed }));
      // Without input, the first step leaves half of where the state began.
      expectClose(
        sink.of('output'),
        Array.from(start.data, (value) => value / 2),
        suite.tolerance,
        'the first step',
      );
    });
  });
}
