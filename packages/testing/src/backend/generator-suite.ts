/** @file Conformance of generated inputs: which numbers they have, and that each step of each item is drawn for once. */
import type { Executable, Feed } from '@ndl/core';
import { fullView, type GeneratedSource, type Instruction, type Program, type Training } from '@ndl/ir';
import { itemSeed, RandomState } from '@ndl/numerics';
import { expect } from 'vitest';
import { randomData } from './call-data.ts';
import { expectSame } from './comparison.ts';
import { Recorder } from './recorder.ts';
import { feedOf, runRequest, sequence, source, withExecutable, type BackendSuite } from './suite.ts';
import { INPUT_SIZE, layer } from './training-fixtures.ts';
import { requestOf, withTraining } from './training-requests.ts';
import { buffer, copyTo, host, inputsOf, outputsOf, program, symbolsOf } from './write-program.ts';

const UNIFORM: GeneratedSource = {
  generator: 'mt19937',
  distribution: { kind: 'uniform', low: -1, high: 3 },
  factor: 1,
  seeds: { first: 12 },
};

const NORMAL: GeneratedSource = {
  generator: 'mt19937',
  distribution: { kind: 'normal', mean: 0.5, deviation: 2 },
  factor: 1 / Math.sqrt(0.001),
  seeds: { first: 7 },
};

const [ITEMS, STEPS] = [3, 12];

/** The numbers of so many steps, [steps, items, size]: item 0 has those of the seed itself. */
function numbersOf(source: GeneratedSource, size: number, steps = STEPS, items = ITEMS): readonly number[] {
  const streams = Array.from({ length: items }, (_, item) => {
    const random = new RandomState(itemSeed(source.seeds.first, item));
    const { distribution } = source;
    const drawn =
      distribution.kind === 'uniform'
        ? random.uniform(distribution.low, distribution.high, steps * size)
        : random.normal(distribution.mean, distribution.deviation, steps * size);
    return drawn.map((value) => value * source.factor);
  });
  return Array.from({ length: steps }, (_, step) =>
    streams.flatMap((stream) => Array.from(stream.subarray(step * size, (step + 1) * size))),
  ).flat();
}

/** Two generated inputs and a fed one; outputs show the former, and the sum of one of them so far. */
function noisy({ dtype }: BackendSuite, maximumBlock?: number): Program {
  const [u, n, x] = [buffer('u', 'input', [2]), buffer('n', 'input', [3]), buffer('x', 'input', [1])];
  const [heardU, heardN] = [buffer('heard u', 'temp', [2]), buffer('heard n', 'temp', [3])];
  const total = buffer('total', 'state', [3]);
  const [fed] = inputsOf(x);
  return program({
    dtype,
    buffers: [u, n, x, heardU, heardN, total],
    step: [
      copyTo(fullView(heardU), fullView(u)),
      copyTo(fullView(heardN), fullView(n)),
      copyTo(fullView(total), fullView(n), 'add'),
    ],
    inputs: [
      { ...inputsOf(u)[0]!, source: UNIFORM },
      { ...fed!, source: 'fed' },
      { ...inputsOf(n)[0]!, source: NORMAL },
    ],
    outputs: outputsOf(heardU, heardN, total),
    symbols: symbolsOf([total]),
    ...(maximumBlock !== undefined && { maximumBlock }),
  });
}

export function describeGeneratedInputs(suite: BackendSuite): void {
  const rounded = (numbers: readonly number[]): readonly number[] =>
    suite.dtype === 'float32' ? numbers.map(Math.fround) : numbers;
  const [uniform, normal] = [rounded(numbersOf(UNIFORM, 2)), rounded(numbersOf(NORMAL, 3))];
  const idle = source(() => undefined);
  const run = async (
    executable: Executable,
    steps: number,
    sink: Recorder,
    {
      feed = { x: idle },
      ...changes
    }: { feed?: Parameters<typeof feedOf>[0]; state?: 'fresh'; signal?: AbortSignal } = {},
  ): Promise<void> => executable.run(runRequest({ steps, items: ITEMS, feed: feedOf(feed), sink, ...changes }));
  const expectWhole = (sink: Recorder, what: string): void => {
    expectSame(sink.of('heard u'), uniform, `${what}: uniform numbers`);
    expectSame(sink.of('heard n'), normal, `${what}: normal numbers`);
  };

  suite.test('generated inputs have the numbers of their seeds, item 0 those of the first itself', async () => {
    expect(numbersOf(UNIFORM, 1, 1, 1)).toEqual([4 * new RandomState(12).random() - 1]);
    await withExecutable(suite, { run: noisy(suite) }, async (executable) => {
      const sink = new Recorder();
      await run(executable, STEPS, sink);
      expectWhole(sink, 'one call');
      const alone = new Recorder();
      await executable.run(
        runRequest({ steps: STEPS, items: 1, feed: feedOf({ x: idle }), sink: alone, state: 'fresh' }),
      );
      expectSame(alone.of('heard u'), rounded(numbersOf(UNIFORM, 2, STEPS, 1)), 'one item');
    });
  });

  suite.test('generated inputs are the same in blocks and calls of any length', async () => {
    for (const maximumBlock of [1, 2, 7]) {
      await withExecutable(suite, { run: noisy(suite, maximumBlock) }, async (executable) => {
        const sink = new Recorder();
        for (const steps of [1, 4, 7]) await run(executable, steps, sink);
        expectWhole(sink, `blocks of ${maximumBlock}`);
      });
    }
  });

  suite.test('the position of generated inputs is saved by their names, and restored', async () => {
    await withExecutable(suite, { run: noisy(suite) }, async (first) => {
      const sink = new Recorder();
      await run(first, 5, sink);
      const saved = await first.save();
      expect([...saved.symbols.keys()].sort()).toEqual(['n', 'total', 'u']);
      await run(first, STEPS - 5, sink);
      expectWhole(sink, 'after saving');
      await withExecutable(suite, { run: noisy(suite, 2) }, async (second) => {
        await run(second, 3, new Recorder());
        await second.restore(saved);
        const rest = new Recorder();
        await run(second, STEPS - 5, rest);
        for (const name of ['heard u', 'heard n', 'total']) {
          const whole = sink.of(name);
          expectSame(rest.of(name), whole.slice((whole.length / STEPS) * 5), `${name}, restored`);
        }
        const without = new Map([...saved.symbols].filter(([name]) => name !== 'u'));
        await expect(second.restore({ ...saved, symbols: without })).rejects.toMatchObject({ code: 'STATE_MISMATCH' });
        expect(second.step).toBe(STEPS);
      });
    });
  });

  suite.test(
    'generated inputs begin anew after a reset, and in fresh runs, which leave carried ones alone',
    async () => {
      await withExecutable(suite, { run: noisy(suite) }, async (executable) => {
        const carried = new Recorder();
        await run(executable, 5, carried);
        const fresh = new Recorder();
        await run(executable, STEPS, fresh, { state: 'fresh' });
        expectWhole(fresh, 'a fresh run');
        await run(executable, STEPS - 5, carried);
        expectWhole(carried, 'carried runs');
        executable.reset();
        const again = new Recorder();
        await run(executable, STEPS, again);
        expectWhole(again, 'after a reset');
      });
    },
  );

  suite.test('what is fed stands in for a generated input, whose position stays', async () => {
    await withExecutable(suite, { run: noisy(suite) }, async (executable) => {
      const sink = new Recorder();
      await run(executable, 2, sink);
      const fed = new Recorder();
      const numbers = Array.from({ length: 2 * ITEMS * 3 }, (_, index) => index);
      await run(executable, 2, fed, { feed: { x: idle, n: sequence(numbers) } });
      expectSame(fed.of('heard n'), numbers, 'what was fed');
      const rest = new Recorder();
      await run(executable, 2, rest);
      expectSame(rest.of('heard n'), normal.slice(2 * ITEMS * 3, 4 * ITEMS * 3), 'what stood still');
      expectSame(rest.of('heard u'), uniform.slice(4 * ITEMS * 2, 6 * ITEMS * 2), 'what went on');
    });
  });

  suite.test('where a source fails or a run is aborted, each step is drawn for once', async () => {
    for (const how of ['fails', 'is aborted'] as const) {
      await withExecutable(suite, { run: noisy(suite, 4) }, async (executable) => {
        const [sink, controller] = [new Recorder(), new AbortController()];
        let isTrouble = true;
        const x = source((_time, step) => {
          if (!isTrouble || step !== 7) return;
          if (how === 'fails') throw new Error('told to');
          controller.abort(new Error('told to'));
        });
        const { signal } = controller;
        await expect(run(executable, STEPS, sink, { feed: { x }, signal })).rejects.toThrow('told to');
        isTrouble = false;
        await run(executable, STEPS - executable.step, sink, { feed: { x } });
        expectWhole(sink, `a run that ${how}`);
      });
    }
  });

  suite.test('where a host function fails, each step is drawn for once', async () => {
    let failingAt = 7;
    const job = noisy(suite, 4);
    const heard = buffer('heard x', 'temp', [1]);
    const listener = host('listener', {
      make: () => ({
        call(_time, step) {
          if (step === failingAt) throw new Error('told to');
        },
      }),
    });
    const [steps] = job.sections;
    const call: Instruction = {
      kind: 'host',
      host: 'listener',
      inputs: [fullView(job.buffers.find(({ id }) => id === 'x')!)],
      outputs: [fullView(heard)],
    };
    const listening: Program = {
      ...job,
      buffers: [...job.buffers, heard],
      hosts: [listener],
      sections: [{ ...steps!, instructions: [...steps!.instructions, call] }],
    };
    await withExecutable(suite, { run: listening }, async (executable) => {
      const sink = new Recorder();
      await expect(run(executable, STEPS, sink)).rejects.toThrow('told to');
      expect(executable.step).toBeLessThan(7);
      failingAt = 0;
      await run(executable, STEPS - executable.step, sink);
      expectWhole(sink, 'a run that fails in a host');
    });
  });

  suite.test('training on generated inputs is training on the numbers that they have', async () => {
    const plain = layer(suite.dtype);
    const data = randomData(plain, ITEMS, 6);
    const numbers = sequence(numbersOf(UNIFORM, INPUT_SIZE, 6));
    for (const [tape, truncation] of [
      ['keep', undefined],
      ['keep', 1],
      ['recompute', undefined],
      ['recompute', 4],
    ] as const) {
      const fed: Training = { ...plain, tape, forward: { ...plain.forward, maximumBlock: 2 } };
      const inputs = fed.forward.inputs.map((input) => (input.name === 'x' ? { ...input, source: UNIFORM } : input));
      const generated: Training = { ...fed, forward: { ...fed.forward, inputs } };
      const results = [];
      for (const training of [fed, generated]) {
        const request = requestOf(training, data);
        const others = [...request.feed].filter(([name]) => name !== 'x');
        const feed: Feed = new Map(training === fed ? [...others, ['x', numbers]] : others);
        const result = await withTraining(suite, training, async (executable) => {
          // A second time the same: each call begins anew.
          await executable.evaluate({ ...request, feed });
          return executable.gradients({ ...request, feed, ...(truncation !== undefined && { truncation }) });
        });
        results.push(result);
      }
      const [expected, actual] = results as [(typeof results)[0], (typeof results)[0]];
      expect(actual.reports).toEqual(expected.reports);
      for (const [id, gradient] of expected.gradients)
        expectSame(actual.gradients.get(id)!.data, gradient.data, `gradient of ${id}`);
    }
  });
}
