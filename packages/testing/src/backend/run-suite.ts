/** @file Conformance of runs: what flows in and out, the order of calls, and programs by the set of held inputs. */
import { isNdlError, type ProgramSource } from '@ndl/core';
import { fullView, kernel, type HostDeclaration, type Kernel, type Program } from '@ndl/ir';
import { expect } from 'vitest';
import { expectClose } from './comparison.ts';
import { feedOf, held, Recorder, runRequest, sequence, withExecutable, type BackendSuite } from './suite.ts';
import { buffer, copyTo, mapTo, program, symbolsOf } from './write-program.ts';

const WEIGHTED: Kernel = /* @__PURE__ */ kernel({ name: 'weighted', inputs: ['a', 'b', 'c'] }, (k) => ({
  output: k.add(k.inputs.a, k.multiply(10, k.inputs.b), k.multiply(100, k.inputs.c)),
}));

/** output = a + 10 b + 100 c, of vectors of two elements. */
function sumOfInputs(suite: BackendSuite): ProgramSource {
  const inputs = ['a', 'b', 'c'].map((name) => buffer(name, 'input', [2]));
  const output = buffer('output', 'temp', [2]);
  return {
    run: (heldInputs) =>
      program({
        dtype: suite.dtype,
        buffers: [...inputs, output],
        step: [mapTo(fullView(output), WEIGHTED, inputs.map(fullView))],
        inputs: inputs.map(({ id }) => ({ name: id, buffer: id, held: heldInputs.has(id) })),
        outputs: [{ name: 'output', view: fullView(output) }],
      }),
  };
}

/** Copies what a host function says of each call: [time, step, input]. */
function logging(suite: BackendSuite, scope: 'item' | 'batch', calls: string[]): Program {
  const input = buffer('input', 'input', [1]);
  const [first, second] = [buffer('first', 'temp', [2]), buffer('second', 'temp', [2])];
  const host = (id: string): HostDeclaration => ({
    id,
    label: id,
    scope,
    acts: false,
    make: (item) => ({
      call(time, step, [given], [result]) {
        calls.push(`${id} of ${scope} ${item} at step ${step}`);
        const items = given!.length;
        for (let b = 0; b < items; b++) result!.set([time, given![b]!], b * 2);
      },
    }),
  });
  return program({
    dtype: suite.dtype,
    dt: 0.1,
    buffers: [input, first, second],
    hosts: [host('early'), host('late')],
    step: [
      { kind: 'host', host: 'early', inputs: [fullView(input)], outputs: [fullView(first)] },
      { kind: 'host', host: 'late', inputs: [fullView(input)], outputs: [fullView(second)] },
    ],
    inputs: [{ name: 'input', buffer: 'input', held: false }],
    outputs: [
      { name: 'first', view: fullView(first) },
      { name: 'second', view: fullView(second) },
    ],
  });
}

export function describeRuns(suite: BackendSuite): void {
  suite.test('held, sequence and source inputs flow in', async () => {
    for (const [items, steps] of [
      [1, 1],
      [3, 5],
    ] as const) {
      await withExecutable(suite, sumOfInputs(suite), async (executable) => {
        const sink = new Recorder();
        const a = Float64Array.from({ length: items * 2 }, (_, index) => index / 4);
        const b = Float64Array.from({ length: steps * items * 2 }, (_, index) => Math.sin(index));
        const feed = feedOf({
          a: held(a),
          b: sequence(b),
          c: {
            kind: 'source',
            call: (_time, step, into) => into.forEach((_, index) => (into[index] = step - index / 8)),
          },
        });
        await executable.run(runRequest({ items, steps, feed, sink }));
        const expected = Array.from(b, (value, index) => {
          const [step, position] = [Math.floor(index / (items * 2)) + 1, index % (items * 2)];
          return a[position]! + 10 * value + 100 * (step - position / 8);
        });
        expectClose(sink.of('output'), expected, suite.tolerance, 'sum of inputs');
        expect(sink.steps.get('output')).toEqual(Array.from({ length: steps }, (_, step) => step + 1));
      });
    }
  });

  suite.test('a program is asked for once per set of held inputs', async () => {
    const asked: string[][] = [];
    const source = sumOfInputs(suite);
    const watched: ProgramSource = {
      run(heldInputs) {
        asked.push([...heldInputs].sort());
        return source.run(heldInputs);
      },
    };
    await withExecutable(suite, watched, async (executable) => {
      const asked0 = asked.length;
      const [constant, changing] = [held([1, 2]), sequence([3, 4, 5, 6])];
      for (let repeat = 0; repeat < 2; repeat++) {
        for (const feed of [
          { a: constant, b: changing, c: changing },
          { a: constant, b: constant, c: changing },
        ]) {
          await executable.run(runRequest({ steps: 2, feed: feedOf(feed), sink: new Recorder() }));
        }
      }
      expect(asked.slice(asked0).filter((names) => names.length > 0)).toEqual([['a'], ['a', 'b']]);
    });
  });

  suite.test('sources are asked before each step, in the order of the feed', async () => {
    await withExecutable(suite, sumOfInputs(suite), async (executable) => {
      const asked: string[] = [];
      const source = (name: string): { kind: 'source'; call(time: number, step: number): void } => ({
        kind: 'source',
        call: (time, step) => void asked.push(`${name} at step ${step}, ${time} s`),
      });
      const feed = feedOf({ c: source('c'), a: source('a'), b: source('b') });
      await executable.run(runRequest({ steps: 2, feed, sink: new Recorder() }));
      expect(asked).toEqual(
        [1, 2].flatMap((step) => ['c', 'a', 'b'].map((name) => `${name} at step ${step}, ${step * 0.001} s`)),
      );
    });
  });

  suite.test('sources are asked after the host functions of the step before', async () => {
    const calls: string[] = [];
    await withExecutable(suite, logging(suite, 'item', calls), async (executable) => {
      const source = {
        kind: 'source',
        call: (_time: number, step: number) => void calls.push(`source ${step}`),
      } as const;
      await executable.run(runRequest({ steps: 2, feed: feedOf({ input: source }), sink: new Recorder() }));
    });
    expect(calls).toEqual(
      [1, 2].flatMap((step) => [`source ${step}`, ...['early', 'late'].map((id) => `${id} of item 0 at step ${step}`)]),
    );
  });

  suite.test('outputs of completed steps reach the sink before a failed run settles', async () => {
    await withExecutable(suite, sumOfInputs(suite), async (executable) => {
      const [pair, sink] = [held([1, 2]), new Recorder()];
      const failing = {
        kind: 'source',
        call(_time: number, step: number) {
          if (step === 3) throw new Error('told to');
        },
      } as const;
      const feed = feedOf({ a: pair, b: pair, c: failing });
      await expect(executable.run(runRequest({ steps: 5, feed, sink }))).rejects.toThrow('told to');
      expect(sink.steps.get('output')).toEqual([1, 2]);
    });
  });

  for (const scope of ['item', 'batch'] as const) {
    suite.test(`host functions of scope ${scope} are called in order, at step · dt`, async () => {
      const calls: string[] = [];
      await withExecutable(suite, logging(suite, scope, calls), async (executable) => {
        const sink = new Recorder();
        const given = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5];
        await executable.run(runRequest({ items: 2, steps: 3, feed: feedOf({ input: sequence(given) }), sink }));
        const expected = given.flatMap((value, index) => [(Math.floor(index / 2) + 1) * 0.1, value]);
        expectClose(sink.of('first'), expected, suite.tolerance, 'what the early host was told');
        expectClose(sink.of('second'), expected, suite.tolerance, 'what the late host was told');
      });
      const instances = scope === 'item' ? [0, 1] : [0];
      expect(calls).toEqual(
        [1, 2, 3].flatMap((step) =>
          ['early', 'late'].flatMap((id) => instances.map((item) => `${id} of ${scope} ${item} at step ${step}`)),
        ),
      );
    });
  }

  suite.test('no steps, no outputs', async () => {
    await withExecutable(suite, sumOfInputs(suite), async (executable) => {
      const sink = new Recorder();
      const feed = feedOf({ a: held([1, 2]), b: sequence([]), c: sequence([]) });
      await executable.run(runRequest({ steps: 0, feed, sink }));
      expect(sink.of('output')).toEqual([]);
      expect(executable.step).toBe(0);
    });
  });

  suite.test('the sink gets what it wants, and nothing else', async () => {
    const [input, twice] = [buffer('input', 'input', [1]), buffer('twice', 'temp', [1])];
    const written = program({
      dtype: suite.dtype,
      buffers: [input, twice],
      step: [copyTo(fullView(twice), fullView(input)), copyTo(fullView(twice), fullView(input), 'add')],
      inputs: [{ name: 'input', buffer: 'input', held: false }],
      outputs: [
        { name: 'once', view: fullView(input) },
        { name: 'twice', view: fullView(twice) },
      ],
      symbols: symbolsOf([input, twice]),
    });
    await withExecutable(suite, written, async (executable) => {
      const sink = new Recorder((output, step) => output === 'twice' && step % 2 === 0);
      await executable.run(runRequest({ steps: 5, feed: feedOf({ input: sequence([1, 2, 3, 4, 5]) }), sink }));
      expect(sink.of('once')).toEqual([]);
      expect(sink.of('twice')).toEqual([4, 8]);
      expect(sink.steps.get('twice')).toEqual([2, 4]);
    });
  });

  suite.test('bad feeds are refused and leave the executable usable', async () => {
    await withExecutable(suite, sumOfInputs(suite), async (executable) => {
      const [pair, sink] = [held([1, 2]), new Recorder()];
      const bad = [
        { a: pair, b: pair },
        { a: pair, b: pair, c: pair, d: pair },
        { a: pair, b: pair, c: held([1]) },
        { a: pair, b: pair, c: sequence([1, 2, 3]) },
      ];
      for (const feed of bad) {
        await expect(executable.run(runRequest({ steps: 1, feed: feedOf(feed), sink }))).rejects.toSatisfy((error) =>
          isNdlError(error),
        );
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
      await withExecutable(suite, sumOfInputs(suite), (executable) =>
        executable.run(runRequest({ items: 3, steps: 4, feed, sink })),
      );
      return sink.of('output');
    };
    const outputs = await runOnce();
    expect(await runOnce()).toEqual(outputs);
    if (suite.dtype === 'float32') expect(outputs).toEqual(outputs.map(Math.fround));
    else expect(outputs).not.toEqual(outputs.map(Math.fround));
  });
}
