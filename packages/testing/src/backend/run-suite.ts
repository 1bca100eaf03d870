/** @file Conformance of runs: what flows in and out, and in which order host functions are called. */
import { type Feed, isNdlError } from '@ndl/core';
import { fullView, kernel, type Kernel, type Program, specialize, type View } from '@ndl/ir';
import { expect } from 'vitest';
import { expectAgreement, expectClose } from './comparison.ts';
import { Recorder } from './recorder.ts';
import { feedOf, held, runRequest, sequence, source, upTo, withExecutable, type BackendSuite } from './suite.ts';
import { recurrence } from './training-fixtures.ts';
import {
  buffer,
  copyTo,
  EACH_STEP_OF_BLOCK,
  host,
  inputsOf,
  mapTo,
  outputsOf,
  program,
  section,
  setTo,
} from './write-program.ts';

const WEIGHTED: Kernel = /* @__PURE__ */ kernel({ name: 'weighted', inputs: ['a', 'b', 'c'] }, (k) => ({
  output: k.add(k.inputs.a, k.multiply(10, k.inputs.b), k.multiply(100, k.inputs.c)),
}));

/** output = a + 10 b + 100 c, of vectors of two elements. */
export function sumOfInputs(suite: BackendSuite): Program {
  const inputs = ['a', 'b', 'c'].map((name) => buffer(name, 'input', [2]));
  const output = buffer('output', 'temp', [2]);
  return program({
    dtype: suite.dtype,
    buffers: [...inputs, output],
    step: [mapTo(fullView(output), WEIGHTED, inputs.map(fullView))],
    inputs: inputsOf(...inputs),
    outputs: outputsOf(output),
  });
}

const [MANY_ITEMS, REPEATS] = [5000, 110];

/** A step that backends of the kit are asked for in parts: some millions of operations, by instructions that take most of them. */
function longStep(suite: BackendSuite): Program {
  const x = buffer('x', 'input', [1]);
  const sums = ['filled', 'copied', 'multiplied'].map((id) => buffer(id, 'temp', [1]));
  const mapped = buffer('mapped', 'temp', [30]);
  const ones = buffer('ones', 'constant', [1], { initial: 1 });
  const often = (id: string): View => ({ buffer: id, offset: 0, shape: [REPEATS], strides: [0] });
  return program({
    dtype: suite.dtype,
    buffers: [x, ones, mapped, ...sums],
    step: [
      ...sums.map((sum) => ({ kind: 'fill', value: 0, ...setTo(fullView(sum)) }) as const),
      { kind: 'fill', value: 1, target: often('filled'), mode: 'add' },
      copyTo(often('copied'), often('x'), 'add'),
      {
        kind: 'contract',
        members: [{ left: often('ones'), right: often('x'), target: often('multiplied') }],
        mode: 'set',
      },
      mapTo(fullView(mapped), WEIGHTED, [fullView(x), fullView(x), fullView(x)]),
    ],
    inputs: inputsOf(x),
    outputs: [
      ...outputsOf(...sums),
      { name: 'mapped', view: { ...fullView(mapped), offset: 29, shape: [1] }, every: 1 },
    ],
  });
}

/** Two hosts that put out what they are told of each call: [time, input]. In a block, the calls of each come in a row. */
function logging(suite: BackendSuite, scope: 'item' | 'batch', kind: 'steps' | 'block', calls: string[]): Program {
  const time = kind === 'block' ? EACH_STEP_OF_BLOCK : {};
  const input = buffer('input', 'input', [1], time);
  const outputs = ['early', 'late'].map((id) => buffer(id, 'temp', [2], time));
  const hosts = outputs.map(({ id }) =>
    host(
      id,
      {
        make: (item) => ({
          call(now, step, [given], [result]) {
            calls.push(`${id} of ${scope} ${item} at step ${step}`);
            for (let b = 0; b < given!.length; b++) result!.set([now, given![b]!], b * 2);
          },
        }),
      },
      { scope },
    ),
  );
  const instructions = outputs.map(
    (output) => ({ kind: 'host', host: output.id, inputs: [fullView(input)], outputs: [fullView(output)] }) as const,
  );
  return program({
    dtype: suite.dtype,
    dt: 0.1,
    buffers: [input, ...outputs],
    hosts,
    sections: [section(kind, instructions)],
    inputs: inputsOf(input),
    outputs: outputsOf(...outputs),
  });
}

export function describeRuns(suite: BackendSuite): void {
  // What is refused counts as skipped; without this, a backend could pass by refusing everything.
  suite.test('a loop of products and maps is supported, and so is its training', () => {
    const training = recurrence(suite.dtype);
    for (const support of [suite.entry.supports(training.forward), suite.entry.supports(training.forward, training)])
      expect(support).toEqual({ supported: true });
  });

  suite.test('held, sequence and source inputs flow in', async () => {
    for (const [items, steps] of [
      [1, 1],
      [3, 5],
    ] as const) {
      await withExecutable(suite, { run: sumOfInputs(suite) }, async (executable) => {
        const sink = new Recorder();
        const a = Float64Array.from({ length: items * 2 }, (_, index) => index / 4);
        const b = Float64Array.from({ length: steps * items * 2 }, (_, index) => Math.sin(index));
        const feed = feedOf({
          a: held(a),
          b: sequence(b),
          c: source((_time, step, into) => into.forEach((_, index) => (into[index] = step - index / 8))),
        });
        await executable.run(runRequest({ items, steps, feed, sink }));
        const expected = Array.from(b, (value, index) => {
          const [step, position] = [Math.floor(index / (items * 2)) + 1, index % (items * 2)];
          return a[position]! + 10 * value + 100 * (step - position / 8);
        });
        expectClose(sink.of('output'), expected, suite.tolerance, 'sum of inputs');
        expect(sink.stepsOf('output')).toEqual(upTo(steps));
      });
    }
  });

  suite.test('a program that holds inputs computes the same, and takes nothing else for them', async () => {
    const written = sumOfInputs(suite);
    const jobs = {
      run: written,
      'a held': specialize(written, new Set(['a'])),
      'all held': specialize(written, new Set(['a', 'b', 'c'])),
    };
    await withExecutable(suite, jobs, async (executable) => {
      const feed = feedOf({ a: held([1, 2, 3, 4]), b: held([5, 6, 7, 8]), c: held([9, 10, 11, 12]) });
      for (const name of Object.keys(jobs)) {
        const sink = new Recorder();
        await executable.run(runRequest({ program: name, items: 2, steps: 3, feed, sink }));
        const each = [951, 1062, 1173, 1284];
        expectAgreement(suite, sink.of('output'), [...each, ...each, ...each], name);
      }
      expect(executable.step).toBe(9);
      const changing: Feed = new Map([...feed, ['a', sequence([1, 2, 3, 4])]]);
      const refused = executable.run(
        runRequest({ program: 'a held', items: 2, steps: 1, feed: changing, sink: new Recorder() }),
      );
      await expect(refused).rejects.toSatisfy((error) => isNdlError(error, 'FEED_NOT_HELD'));
      expect(executable.step).toBe(9);
    });
  });

  for (const scope of ['item', 'batch'] as const) {
    for (const [kind, where] of [
      ['steps', 'steps'],
      ['block', 'blocks'],
    ] as const) {
      suite.test(`host functions of scope ${scope} in ${where} are called in order, at step · dt`, async () => {
        const calls: string[] = [];
        await withExecutable(suite, { run: logging(suite, scope, kind, calls) }, async (executable) => {
          const sink = new Recorder();
          const given = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5];
          await executable.run(runRequest({ items: 2, steps: 3, feed: feedOf({ input: sequence(given) }), sink }));
          const expected = given.flatMap((value, index) => [(Math.floor(index / 2) + 1) * 0.1, value]);
          for (const id of ['early', 'late']) expectClose(sink.of(id), expected, suite.tolerance, `told to ${id}`);
        });
        const instances = scope === 'item' ? [0, 1] : [0];
        const callsOf = (id: string, step: number): string[] =>
          instances.map((item) => `${id} of ${scope} ${item} at step ${step}`);
        if (kind === 'steps') {
          expect(calls).toEqual([1, 2, 3].flatMap((step) => ['early', 'late'].flatMap((id) => callsOf(id, step))));
          return;
        }
        for (const id of ['early', 'late'])
          expect(calls.filter((call) => call.startsWith(id))).toEqual([1, 2, 3].flatMap((step) => callsOf(id, step)));
      });
    }
  }

  suite.test('no steps, no outputs', async () => {
    await withExecutable(suite, { run: sumOfInputs(suite) }, async (executable) => {
      const sink = new Recorder();
      const feed = feedOf({ a: held([1, 2]), b: sequence([]), c: sequence([]) });
      await executable.run(runRequest({ steps: 0, feed, sink }));
      expect(sink.of('output')).toEqual([]);
      expect(executable.step).toBe(0);
    });
  });

  suite.test('bad feeds are refused and leave the executable usable', async () => {
    await withExecutable(suite, { run: sumOfInputs(suite) }, async (executable) => {
      const [pair, sink] = [held([1, 2]), new Recorder()];
      const bad = {
        FEED_MISSING: [{ a: pair, b: pair }],
        UNKNOWN_FEED: [{ a: pair, b: pair, c: pair, d: pair }],
        FEED_SIZE: [
          { a: pair, b: pair, c: held([1]) },
          { a: pair, b: pair, c: sequence([1, 2, 3]) },
        ],
      };
      for (const [code, feeds] of Object.entries(bad)) {
        for (const feed of feeds) {
          const refused = executable.run(runRequest({ steps: 1, feed: feedOf(feed), sink }));
          await expect(refused).rejects.toMatchObject({ code });
        }
      }
      for (const counts of [{ steps: -1 }, { steps: 1.5 }, { steps: 1, items: 0 }]) {
        const refused = executable.run(runRequest({ ...counts, feed: feedOf({ a: pair, b: pair, c: pair }), sink }));
        await expect(refused).rejects.toMatchObject({ code: 'INVALID_COUNT' });
      }
      expect(executable.step).toBe(0);
      await executable.run(runRequest({ steps: 1, feed: feedOf({ a: pair, b: pair, c: pair }), sink }));
      expectClose(sink.of('output'), [111, 222], suite.tolerance, 'the run after');
    });
  });

  suite.test('the same run gives the same bits, in the format of the program', async () => {
    const runOnce = async (): Promise<readonly number[]> => {
      const sink = new Recorder();
      const data = (salt: number): Float64Array =>
        Float64Array.from({ length: 24 }, (_, index) => Math.sin(index * salt));
      const feed = feedOf({ a: sequence(data(1)), b: sequence(data(2)), c: sequence(data(3)) });
      await withExecutable(suite, { run: sumOfInputs(suite) }, (executable) =>
        executable.run(runRequest({ items: 3, steps: 4, feed, sink })),
      );
      return sink.of('output');
    };
    const outputs = await runOnce();
    expect(await runOnce()).toEqual(outputs);
    if (suite.dtype === 'float32') expect(outputs).toEqual(outputs.map(Math.fround));
    else expect(outputs).not.toEqual(outputs.map(Math.fround));
  });

  suite.test('what takes long, and may be done for some items at a time, is done for each item once', async () => {
    // Once is enough: who does it right for one format of numbers does it for all.
    if (suite.dtype !== suite.entry.dtypes[0]) return;
    await withExecutable(suite, { run: longStep(suite) }, async (executable) => {
      const x = Array.from({ length: MANY_ITEMS }, (_, item) => item % 7);
      const sink = new Recorder();
      await executable.run(runRequest({ items: MANY_ITEMS, steps: 1, feed: feedOf({ x: sequence(x) }), sink }));
      const expected = {
        filled: x.map(() => REPEATS),
        copied: x.map((own) => REPEATS * own),
        multiplied: x.map((own) => REPEATS * own),
        mapped: x.map((own) => 111 * own),
      };
      for (const [name, values] of Object.entries(expected)) expectAgreement(suite, sink.of(name), values, name);
    });
  });

  suite.test('calls run one after another', async () => {
    await withExecutable(suite, { run: sumOfInputs(suite) }, async (executable) => {
      const [sink, pair] = [new Recorder(), held([1, 2])];
      const order: string[] = [];
      const feed = feedOf({ a: pair, b: pair, c: source((_time, step) => void order.push(`step ${step}`)) });
      const first = executable.run(runRequest({ steps: 3, feed, sink })).then(() => order.push('first'));
      const second = executable.run(runRequest({ steps: 2, feed, sink })).then(() => order.push('second'));
      await Promise.all([first, second]);
      expect(order).toEqual(['step 1', 'step 2', 'step 3', 'first', 'step 4', 'step 5', 'second']);
    });
  });
}
