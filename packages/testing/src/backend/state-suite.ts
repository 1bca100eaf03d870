/** @file Conformance of what lasts: carried and fresh state, symbols that are read and written, and the end. */
import type { Executable, InputFeed } from '@ndl/core';
import { fullView, type HostDeclaration, kernel, type Kernel, type Program } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import { expect } from 'vitest';
import { expectClose } from './comparison.ts';
import { Recorder } from './recorder.ts';
import { feedOf, runRequest, source, withExecutable, type BackendSuite } from './suite.ts';
import {
  buffer,
  copyTo,
  host,
  inputsOf,
  mapTo,
  outputsOf,
  program,
  storedNumbers,
  symbolsOf,
} from './write-program.ts';

const LEAK: Kernel = /* @__PURE__ */ kernel({ name: 'leak', inputs: ['x', 'state', 'rate'] }, (k) => ({
  output: k.add(k.multiply(k.subtract(1, k.inputs.rate), k.inputs.state), k.multiply(k.inputs.rate, k.inputs.x)),
}));

const RATE = 0.25;
const INITIAL: readonly number[] = [1, -2];

/** Its number of calls, where those keep up with the steps. */
function counter(): HostDeclaration {
  return host('counter', {
    make() {
      let calls = 0;
      return {
        call: (_time, step, _inputs, [result]) => void (result![0] = 2 * ++calls - step),
        save: () => calls,
        restore: (saved) => void (calls = saved as number),
      };
    },
  });
}

/** state ← (1 - rate)·state + rate·x, then `total` grows by a count kept by a host function. */
function leaky(suite: BackendSuite): Program {
  const x = buffer('x', 'input', [2]);
  const state = buffer('state', 'state', [2], { initial: storedNumbers(INITIAL) });
  const rate = buffer('rate', 'parameter', [1], { initial: RATE });
  const calls = buffer('calls', 'temp', [1]);
  const total = buffer('total', 'state', [1]);
  return program({
    dtype: suite.dtype,
    buffers: [x, state, rate, calls, total],
    hosts: [counter()],
    step: [
      mapTo(fullView(state), LEAK, [fullView(x), fullView(state), fullView(rate)]),
      { kind: 'host', host: 'counter', inputs: [fullView(x)], outputs: [fullView(calls)] },
      copyTo(fullView(total), fullView(calls), 'add'),
    ],
    inputs: inputsOf(x),
    outputs: outputsOf(state, total),
    symbols: symbolsOf([state, rate, total]),
  });
}

/** x of element e of item b at step s. */
const inputAt = (step: number, item: number, element: number): number => Math.sin(step + item + element / 2);

const X: InputFeed = /* @__PURE__ */ source((_time, step, into) => {
  into.forEach((_, index) => (into[index] = inputAt(step, Math.floor(index / 2), index % 2)));
});

/** The states of steps 1 to `steps`, `[steps, items, 2]`. */
function expectedStates(
  steps: number,
  items: number,
  { initial = INITIAL, rate = RATE, firstStep = 1 } = {},
): number[] {
  const state = Array.from({ length: items }, () => [...initial]);
  return Array.from({ length: steps }, (_, index) =>
    state.map((own, item) => {
      own.forEach(
        (value, element) => (own[element] = (1 - rate) * value + rate * inputAt(firstStep + index, item, element)),
      );
      return [...own];
    }),
  ).flat(2);
}

async function runSteps(
  executable: Executable,
  steps: number,
  { items = 1, state = 'carried' }: { items?: number; state?: 'carried' | 'fresh' } = {},
): Promise<Recorder> {
  const sink = new Recorder();
  await executable.run(runRequest({ items, steps, state, sink, feed: feedOf({ x: X }) }));
  return sink;
}

export function describeState(suite: BackendSuite): void {
  const jobs = { run: leaky(suite) };
  const expectStates = (actual: readonly number[], expected: readonly number[]): void =>
    expectClose(actual, expected, suite.tolerance, 'states');

  suite.test('carried runs go on where the last one ended', async () => {
    for (const items of [1, 3]) {
      await withExecutable(suite, jobs, async (executable) => {
        const [first, second] = [await runSteps(executable, 2, { items }), await runSteps(executable, 3, { items })];
        expectStates([...first.of('state'), ...second.of('state')], expectedStates(5, items));
        expect(second.stepsOf('state')).toEqual([3, 4, 5]);
        expect(executable.step).toBe(5);
        // 1 + 2 + 3 + 4 + 5 calls: the host function is carried on as well.
        expect(second.of('total').slice(-items)).toEqual(Array(items).fill(15));
      });
    }
  });

  suite.test('fresh runs begin anew and leave the carried state alone', async () => {
    await withExecutable(suite, jobs, async (executable) => {
      await runSteps(executable, 2);
      for (let repeat = 0; repeat < 2; repeat++) {
        const fresh = await runSteps(executable, 4, { items: 3, state: 'fresh' });
        expectStates(fresh.of('state'), expectedStates(4, 3));
        expect(fresh.of('total').slice(-3)).toEqual([10, 10, 10]);
        expect(fresh.stepsOf('state')).toEqual([1, 2, 3, 4]);
      }
      expect(executable.step).toBe(2);
      const rest = await runSteps(executable, 3);
      expectStates(rest.of('state'), expectedStates(5, 1).slice(4));
      expect(rest.of('total').at(-1)).toBe(15);
    });
  });

  suite.test('another number of items asks for a reset', async () => {
    await withExecutable(suite, jobs, async (executable) => {
      await runSteps(executable, 2, { items: 3 });
      await expect(runSteps(executable, 1, { items: 2 })).rejects.toMatchObject({ code: 'STATE_ITEMS_MISMATCH' });
      expect(executable.step).toBe(2);
      executable.reset();
      expect(executable.step).toBe(0);
      const sink = await runSteps(executable, 2, { items: 2 });
      expectStates(sink.of('state'), expectedStates(2, 2));
      expect(sink.of('total').slice(-2)).toEqual([3, 3]);
    });
  });

  suite.test('symbols are read and written', async () => {
    await withExecutable(suite, jobs, async (executable) => {
      expect((await executable.read('rate')).toNested()).toEqual([RATE]);
      await executable.write('rate', new NdArray(Float64Array.of(0.5), [1]));
      expect((await executable.read('rate')).toNested()).toEqual([0.5]);
      const sink = await runSteps(executable, 2, { items: 3 });
      expectStates(sink.of('state'), expectedStates(2, 3, { rate: 0.5 }));
      const state = await executable.read('state');
      expect(state.shape).toEqual([3, 2]);
      expectStates(Array.from(state.data), sink.of('state').slice(6));
      await executable.write('state', new NdArray(Float64Array.of(5, 6, 5, 6, 5, 6), [3, 2]));
      const rest = await runSteps(executable, 2, { items: 3 });
      expectStates(rest.of('state'), expectedStates(2, 3, { rate: 0.5, initial: [5, 6], firstStep: 3 }));
      executable.reset();
      // Parameters outlive a reset.
      expect((await executable.read('rate')).toNested()).toEqual([0.5]);
      const refused = executable.write('rate', new NdArray(new Float64Array(2), [2]));
      await expect(refused).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
      await expect(executable.read('raet')).rejects.toMatchObject({ code: 'UNKNOWN_SYMBOL' });
      expect((await executable.read('rate')).toNested()).toEqual([0.5]);
    });
  });

  suite.test('what is read is a copy, and what was written stays what it was', async () => {
    await withExecutable(suite, jobs, async (executable) => {
      const given = new NdArray(Float64Array.of(0.5), [1]);
      await executable.write('rate', given);
      given.data.fill(7);
      (await executable.read('rate')).data.fill(8);
      expect((await executable.read('rate')).toNested()).toEqual([0.5]);
    });
  });

  suite.test('after dispose, every call is refused', async () => {
    await withExecutable(suite, jobs, async (executable) => {
      await runSteps(executable, 1);
      executable.dispose();
      const refused = { code: 'EXECUTABLE_DISPOSED' };
      await expect(runSteps(executable, 1)).rejects.toMatchObject(refused);
      await expect(executable.read('rate')).rejects.toMatchObject(refused);
      await expect(executable.save()).rejects.toMatchObject(refused);
      expect(() => executable.reset()).toThrow(expect.objectContaining(refused));
      expect(() => executable.dispose()).not.toThrow();
    });
  });
}
