/** @file Conformance of sources: in which order they are asked, how far ahead, and what is kept of a run in which one fails. */
import { fullView, type Program } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { expect } from 'vitest';
import { expectClose } from './comparison.ts';
import { sumOfInputs } from './run-suite.ts';
import { Recorder } from './recorder.ts';
import { feedOf, held, runRequest, source, upTo, withExecutable, type BackendSuite } from './suite.ts';
import { buffer, copyTo, host, inputsOf, outputsOf, program, symbolsOf } from './write-program.ts';

/** total ← total + what a host makes of x, which is x. `calls` collects the steps in which it was called. */
function listening(suite: BackendSuite, acts: boolean, calls: string[], maximumBlock?: number): Program {
  const [x, told] = [buffer('x', 'input', [1]), buffer('told', 'temp', [1])];
  const total = buffer('total', 'state', [1]);
  const listener = host(
    'listener',
    {
      make: () => ({
        call(_time, step, [given], [result]) {
          calls.push(`host ${step}`);
          result![0] = given![0]!;
        },
      }),
    },
    { acts },
  );
  return program({
    dtype: suite.dtype,
    buffers: [x, told, total],
    hosts: [listener],
    step: [
      { kind: 'host', host: 'listener', inputs: [fullView(x)], outputs: [fullView(told)] },
      copyTo(fullView(total), fullView(told), 'add'),
    ],
    inputs: inputsOf(x),
    outputs: outputsOf(total),
    symbols: symbolsOf([total]),
    ...(maximumBlock !== undefined && { maximumBlock }),
  });
}

export function describeAskingAhead(suite: BackendSuite): void {
  suite.test('sources are asked step by step, in the order of the feed, never beyond the call', async () => {
    await withExecutable(suite, { run: sumOfInputs(suite) }, async (executable) => {
      const asked: string[] = [];
      const ask = (name: string) => source((time, step) => void asked.push(`${name} at step ${step}, ${time} s`));
      const feed = feedOf({ c: ask('c'), a: ask('a'), b: ask('b') });
      const expected = (from: number, to: number): string[] =>
        upTo(to)
          .slice(from)
          .flatMap((step) => ['c', 'a', 'b'].map((name) => `${name} at step ${step}, ${step * 0.001} s`));
      for (const [from, to] of [
        [0, 4],
        [4, 5],
      ] as const) {
        await executable.run(runRequest({ steps: to - from, feed, sink: new Recorder() }));
        expect(asked.splice(0)).toEqual(expected(from, to));
      }
    });
  });

  suite.test('where a host acts, it and the sink have seen a step before the next is asked for', async () => {
    const calls: string[] = [];
    await withExecutable(suite, { run: listening(suite, true, calls) }, async (executable) => {
      const sink = new Recorder((_, step) => calls.push(`sink ${step}`));
      const x = source((_time, step) => void calls.push(`source ${step}`));
      await executable.run(runRequest({ steps: 3, feed: feedOf({ x }), sink }));
    });
    const order = (call: string): number => Number(call.split(' ')[1]);
    expect(calls.map(order)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(calls.filter((call) => !call.startsWith('sink'))).toEqual(
      [1, 2, 3].flatMap((step) => [`source ${step}`, `host ${step}`]),
    );
  });

  suite.test('a loop may be closed through a host that acts, or through the sink', async () => {
    for (const through of ['host', 'sink'] as const) {
      const calls: string[] = [];
      await withExecutable(suite, { run: listening(suite, true, calls) }, async (executable) => {
        let last = 0;
        const sink = new Recorder((_, step) => {
          if (through === 'sink') last = 2 ** step;
        });
        const x = source((_time, step, into) => {
          if (through === 'host') last = 2 ** calls.length;
          into[0] = step === 1 ? 1 : last;
        });
        await executable.run(runRequest({ steps: 5, feed: feedOf({ x }), sink }));
        expectClose(sink.of('total'), [1, 3, 7, 15, 31], suite.tolerance, `totals through the ${through}`);
      });
    }
  });

  suite.test('sources are asked no more than a block ahead', async () => {
    for (const maximumBlock of [1, 2, 5]) {
      const calls: string[] = [];
      await withExecutable(suite, { run: listening(suite, false, calls, maximumBlock) }, async (executable) => {
        const x = source((_time, step) => {
          expect(step - calls.length, `steps asked ahead at step ${step}`).toBeLessThanOrEqual(maximumBlock);
        });
        await executable.run(runRequest({ steps: 12, feed: feedOf({ x }), sink: new Recorder() }));
        expect(calls).toEqual(upTo(12).map((step) => `host ${step}`));
      });
    }
  });

  suite.test('a live source is asked for one step first, and no further ahead than it was heard', async () => {
    const calls: string[] = [];
    await withExecutable(suite, { run: listening(suite, false, calls) }, async (executable) => {
      const call = (_time: number, step: number, into: FloatArray): void => {
        expect(step - calls.length, `steps asked ahead at step ${step}`).toBeLessThanOrEqual(calls.length + 1);
        into[0] = step;
      };
      const sink = new Recorder();
      const feed = feedOf({ x: { kind: 'source', live: true, call } });
      await executable.run(runRequest({ steps: 12, feed, sink }));
      expect(calls).toEqual(upTo(12).map((step) => `host ${step}`));
      expectClose(sink.of('total'), [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 66, 78], suite.tolerance, 'totals');
    });
  });

  suite.test('a source that fails keeps all steps before it', async () => {
    for (const [acts, failingAt] of [
      [false, 1],
      [false, 4],
      [true, 4],
    ] as const) {
      await withExecutable(suite, { run: listening(suite, acts, []) }, async (executable) => {
        let failing = true;
        const x = source((_time, step, into) => {
          if (failing && step === failingAt) throw new Error('told to');
          into[0] = 10 ** step;
        });
        const [sink, feed] = [new Recorder(), feedOf({ x })];
        await expect(executable.run(runRequest({ steps: 6, feed, sink }))).rejects.toThrow('told to');
        expect(sink.stepsOf('total')).toEqual(upTo(failingAt - 1));
        expect(executable.step).toBe(failingAt - 1);
        failing = false;
        await executable.run(runRequest({ steps: 6 - failingAt + 1, feed, sink }));
        expect(sink.stepsOf('total')).toEqual(upTo(6));
        expectClose(sink.of('total'), [10, 110, 1110, 11110, 111110, 1111110], suite.tolerance, 'totals');
      });
    }
  });

  suite.test('the first of several sources to fail is the one that is heard of', async () => {
    await withExecutable(suite, { run: sumOfInputs(suite) }, async (executable) => {
      const failing = (name: string, at: number) =>
        source((_time, step) => {
          if (step === at) throw new Error(`${name} at ${step}`);
        });
      const feed = feedOf({ a: failing('a', 4), b: failing('b', 3), c: held([1, 2]) });
      const sink = new Recorder();
      await expect(executable.run(runRequest({ steps: 5, feed, sink }))).rejects.toThrow('b at 3');
      expect(sink.stepsOf('output')).toEqual([1, 2]);
      expect(executable.step).toBe(2);
    });
  });
}
