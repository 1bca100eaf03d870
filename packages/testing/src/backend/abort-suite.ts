/** @file Conformance of what is left where a run is aborted or a host fails: the last whole block, and no sample beyond it. */
import type { Executable } from '@ndl/core';
import { fullView, type Program } from '@ndl/ir';
import { expect } from 'vitest';
import { expectClose } from './comparison.ts';
import { Recorder } from './recorder.ts';
import { feedOf, runRequest, source, upTo, withExecutable, type BackendSuite } from './suite.ts';
import { buffer, copyTo, host, inputsOf, outputsOf, program, symbolsOf } from './write-program.ts';

interface Told {
  /** Called by the host, before it does anything. */
  readonly inHost?: (step: number) => void;
  readonly acts?: boolean;
  readonly maximumBlock?: number;
}

/**
 * `sum` ← sum + x, `calls` ← how often the host was called, which its instance counts: both say how many steps there were, and
 * whether any was done twice.
 */
function counting(suite: BackendSuite, { inHost = () => {}, acts = false, maximumBlock }: Told): Program {
  const [x, calls] = [buffer('x', 'input', [1]), buffer('calls', 'temp', [1])];
  const sum = buffer('sum', 'state', [1]);
  const counter = host(
    'counter',
    {
      make() {
        let count = 0;
        return {
          call(_time, step, _inputs, [result]) {
            inHost(step);
            result![0] = ++count;
          },
          save: () => count,
          restore: (saved) => void (count = saved as number),
        };
      },
    },
    { acts },
  );
  return program({
    dtype: suite.dtype,
    buffers: [x, calls, sum],
    hosts: [counter],
    step: [
      { kind: 'host', host: 'counter', inputs: [fullView(x)], outputs: [fullView(calls)] },
      copyTo(fullView(sum), fullView(x), 'add'),
    ],
    inputs: inputsOf(x),
    outputs: outputsOf(sum, calls),
    symbols: symbolsOf([sum]),
    ...(maximumBlock !== undefined && { maximumBlock }),
  });
}

const ITEMS = 2;
const STEPS = 400;

/** What step `step` of the source is worth: sums of these tell which steps they are of. */
const worth = (step: number): number => step * step;

export function describeAborts(suite: BackendSuite): void {
  const run = (
    executable: Executable,
    steps: number,
    sink: Recorder,
    { signal, onAsk = () => {} }: { signal?: AbortSignal; onAsk?: (step: number) => void } = {},
  ): Promise<void> => {
    const x = source((_time, step, into) => {
      onAsk(step);
      into.fill(worth(step));
    });
    return executable.run(runRequest({ items: ITEMS, steps, sink, signal, feed: feedOf({ x }) }));
  };

  /** Samples and state are those of whole steps up to `executable.step`, and so is what comes after. */
  const expectWholeSteps = async (executable: Executable, sink: Recorder): Promise<void> => {
    const done = executable.step;
    const expectUpTo = (steps: number): void => {
      const sums = upTo(steps).map((step) => upTo(step).reduce((sum, each) => sum + worth(each), 0));
      const perItem = (values: readonly number[]): number[] => values.flatMap((value) => Array(ITEMS).fill(value));
      expect(sink.stepsOf('sum')).toEqual(upTo(steps));
      expectClose(sink.of('sum'), perItem(sums), suite.tolerance, 'sums');
      expectClose(sink.of('calls'), perItem(upTo(steps)), suite.tolerance, 'calls');
    };
    expectUpTo(done);
    await run(executable, 3, sink);
    expectUpTo(done + 3);
  };

  suite.test('an abort leaves the last whole block', async () => {
    const reason = new Error('enough');
    const atStep4 = (controller: AbortController) => (step: number) => {
      if (step === 4) controller.abort(reason);
    };
    const from: Readonly<Record<string, (controller: AbortController) => readonly [Told, object, Recorder]>> = {
      sink: (controller) => [{ acts: true }, {}, new Recorder((_, step) => atStep4(controller)(step))],
      source: (controller) => [{ maximumBlock: 4 }, { onAsk: atStep4(controller) }, new Recorder()],
      host: (controller) => [{ maximumBlock: 4, inHost: atStep4(controller) }, {}, new Recorder()],
      'acting host': (controller) => [{ acts: true, inHost: atStep4(controller) }, {}, new Recorder()],
    };
    for (const [name, aborting] of Object.entries(from)) {
      const controller = new AbortController();
      const [told, changes, sink] = aborting(controller);
      await withExecutable(suite, { run: counting(suite, told) }, async (executable) => {
        const aborted = run(executable, STEPS, sink, { ...changes, signal: controller.signal });
        await expect(aborted).rejects.toBe(reason);
        expect(executable.step, `steps when aborted by the ${name}`).toBeLessThanOrEqual(12);
        await expectWholeSteps(executable, sink);
      });
    }
  });

  suite.test('a run that was aborted before it began does nothing', async () => {
    const reason = new Error('never mind');
    await withExecutable(suite, { run: counting(suite, {}) }, async (executable) => {
      const sink = new Recorder();
      const asked: number[] = [];
      const aborted = run(executable, 3, sink, {
        signal: AbortSignal.abort(reason),
        onAsk: (step) => asked.push(step),
      });
      await expect(aborted).rejects.toBe(reason);
      expect([executable.step, asked, sink.stepsOf('sum')]).toEqual([0, [], []]);
      await expectWholeSteps(executable, sink);
    });
  });

  suite.test('a host function that throws leaves the last whole block', async () => {
    for (const told of [{ maximumBlock: 1 }, { maximumBlock: 3 }, {}, { acts: true }]) {
      let isFailing = true;
      let calls = 0;
      // The instance of the first item has done its call when that of the second fails.
      const inHost = (step: number): void => {
        if (isFailing && step === 5 && ++calls === ITEMS) throw new Error(`no step ${step}`);
      };
      await withExecutable(suite, { run: counting(suite, { ...told, inHost }) }, async (executable) => {
        const sink = new Recorder();
        await expect(run(executable, 7, sink)).rejects.toThrow('no step 5');
        const { maximumBlock = told.acts ? 1 : 7 } = told;
        expect(executable.step).toBeLessThan(5);
        expect(executable.step).toBeGreaterThan(4 - maximumBlock);
        isFailing = false;
        await expectWholeSteps(executable, sink);
      });
    }
  });

  suite.test('a sink that throws fails the run and leaves whole steps', async () => {
    await withExecutable(suite, { run: counting(suite, { maximumBlock: 2 }) }, async (executable) => {
      let isFailing = true;
      const sink = new Recorder(() => {
        if (isFailing) throw new Error('full');
      });
      await expect(run(executable, 6, sink)).rejects.toThrow('full');
      isFailing = false;
      const { step } = executable;
      const rest = new Recorder();
      await run(executable, 2, rest);
      const sums = [step + 1, step + 2].map((last) => upTo(last).reduce((sum, each) => sum + worth(each), 0));
      expectClose(
        rest.of('sum'),
        sums.flatMap((sum) => Array<number>(ITEMS).fill(sum)),
        suite.tolerance,
        'sums after a sink failed',
      );
    });
  });
}
