/** @file Conformance of outputs: which are read, at which steps, and when their samples arrive. */
import { type Executable, isNdlError } from '@ndl/core';
import { fullView, type Program } from '@ndl/ir';
import { expect } from 'vitest';
import { expectClose } from './comparison.ts';
import { Recorder } from './recorder.ts';
import { runRequest, upTo, withExecutable, type BackendSuite } from './suite.ts';
import { buffer, program, setTo } from './write-program.ts';

/** Periods in steps, as fractions, so that the steps that end one are found in whole numbers. */
const PERIODS: Readonly<Record<string, readonly [steps: number, per: number]>> = {
  'each step': [1, 1],
  'every 3': [3, 1],
  'every 2.5': [5, 2],
  'every 1.1': [11, 10],
  'every 33.3': [333, 10],
};

/** `count` ← the number of the step modulo 4096, by outputs of every period. */
function counting(suite: BackendSuite): Program {
  const count = buffer('count', 'temp', [1]);
  const modulus = 4096;
  return program({
    dtype: suite.dtype,
    buffers: [count],
    step: [{ kind: 'fill', value: { clock: 'step', modulus }, ...setTo(fullView(count)) }],
    outputs: Object.entries(PERIODS).map(([name, [steps, per]]) => {
      return { name, view: fullView(count), every: steps / per };
    }),
  });
}

/** The steps after `from` and up to `to` in which a period ends. */
function samplesOf(name: string, from: number, to: number): number[] {
  const [steps, per] = PERIODS[name]!;
  const ended = (step: number): number => Math.floor((step * per) / steps);
  const all = upTo(to - from).map((step) => from + step);
  return all.filter((step) => ended(step) > ended(step - 1));
}

async function run(executable: Executable, steps: number, changes: object = {}): Promise<Recorder> {
  const sink = new Recorder();
  await executable.run(runRequest({ steps, sink, ...changes }));
  return sink;
}

export function describeOutputs(suite: BackendSuite): void {
  const expectSamples = (sink: Recorder, from: number, to: number, items = 1): void => {
    for (const name of Object.keys(PERIODS)) {
      const steps = samplesOf(name, from, to);
      expect(sink.stepsOf(name), `steps of ${name}`).toEqual(steps);
      const counts = steps.flatMap((step) => Array<number>(items).fill(step % 4096));
      expectClose(sink.of(name), counts, 0, `samples ${name}`);
    }
  };

  suite.test('outputs are read at the ends of their periods, which go on from call to call', async () => {
    await withExecutable(suite, { run: counting(suite) }, async (executable) => {
      expectSamples(await run(executable, 7, { items: 2 }), 0, 7, 2);
      expectSamples(await run(executable, 1, { items: 2 }), 7, 8, 2);
      expectSamples(await run(executable, 33, { items: 2 }), 8, 41, 2);
      expectSamples(await run(executable, 12, { state: 'fresh' }), 0, 12);
      executable.reset();
      expectSamples(await run(executable, 4), 0, 4);
    });
  });

  suite.test('periods stay where they are in long runs', async () => {
    await withExecutable(suite, { run: counting(suite) }, async (executable) => {
      expectSamples(await run(executable, 2000), 0, 2000);
      const late = 12_345_678;
      await executable.restore({ ...(await executable.save()), step: late });
      expectSamples(await run(executable, 100), late, late + 100);
    });
  });

  suite.test('the sink gets the outputs that are wanted, and nothing else', async () => {
    await withExecutable(suite, { run: counting(suite) }, async (executable) => {
      const some = await run(executable, 6, { outputs: new Set(['every 3']) });
      expect(Object.keys(PERIODS).map((name) => some.stepsOf(name))).toEqual([[], [3, 6], [], [], []]);
      const none = await run(executable, 6, { outputs: new Set() });
      expect(Object.keys(PERIODS).flatMap((name) => none.stepsOf(name))).toEqual([]);
      expect(executable.step).toBe(12);
    });
  });

  suite.test('an output that there is none of is refused by name', async () => {
    await withExecutable(suite, { run: counting(suite) }, async (executable) => {
      const refused = run(executable, 1, { outputs: new Set(['evry 3']) });
      await expect(refused).rejects.toSatisfy((error) => isNdlError(error, 'UNKNOWN_OUTPUT'));
      expect(executable.step).toBe(0);
    });
  });
}
