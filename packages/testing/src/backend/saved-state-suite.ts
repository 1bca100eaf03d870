/** @file Conformance of saved state: it is kept by symbol and host, so that a program that lays them out otherwise can go on. */
import type { Executable, ExecutableState } from '@ndl/core';
import {
  type Buffer,
  fullView,
  type HostDeclaration,
  type Instruction,
  kernel,
  type Kernel,
  type Program,
  type View,
} from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import { expect } from 'vitest';
import { expectAgreement } from './comparison.ts';
import { Recorder } from './recorder.ts';
import { feedOf, runRequest, source, withExecutable, type BackendSuite } from './suite.ts';
import { recurrence } from './training-fixtures.ts';
import { buffer, copyTo, host, inputsOf, keeping, lagged, mapTo, program, storedNumbers } from './write-program.ts';

const MIX: Kernel = /* @__PURE__ */ kernel({ name: 'mix', inputs: ['x', 'own', 'other'] }, (k) => ({
  output: k.add(k.multiply(0.5, k.inputs.own), k.multiply(0.25, k.inputs.other), k.inputs.x),
}));

/** Where the signals lie: a and b, of 2 and 3 elements, in place; c, of 2, of which steps before are read. */
interface Layout {
  readonly buffers: readonly Buffer[];
  readonly a: View;
  readonly b: View;
  readonly c: View;
}

const [A, B]: readonly [readonly number[], readonly number[]] = [
  [1, 2],
  [3, 4, 5],
];

/** One buffer for each. */
function apart(): Layout {
  const [a, b] = [
    buffer('buffer of a', 'state', [2], { initial: storedNumbers(A) }),
    buffer('buffer of b', 'state', [3], { initial: storedNumbers(B) }),
  ];
  const c = buffer('buffer of c', 'state', [2], { ...keeping(2), initial: 0.5 });
  return { buffers: [a, b, c], a: fullView(a), b: fullView(b), c: fullView(c) };
}

/** One buffer for two of them, b first and a backwards; and c in the middle of a larger one. */
function together(): Layout {
  const both = buffer('both', 'state', [5], { initial: storedNumbers([...B, ...A.toReversed()]) });
  const larger = buffer('larger', 'state', [4], { ...keeping(2, 'window'), initial: 0.5 });
  return {
    buffers: [both, larger],
    a: { buffer: 'both', offset: 4, shape: [2], strides: [-1] },
    b: { buffer: 'both', offset: 0, shape: [3], strides: [1] },
    c: { buffer: 'larger', offset: 1, shape: [2], strides: [1] },
  };
}

function counter(): HostDeclaration {
  return host('counter', {
    make() {
      let calls = 0;
      return {
        call: (_time, _step, _inputs, [result]) => void (result![0] = ++calls),
        save: () => ({ calls }),
        restore: (saved) => void ({ calls } = saved as { calls: number }),
      };
    },
  });
}

/** Every signal takes from the others, c from itself two steps ago, and a from a host that counts. */
function mixing(suite: BackendSuite, { buffers, a, b, c }: Layout): Program {
  const [x, next, count] = [buffer('x', 'input', [2]), buffer('next', 'temp', [2]), buffer('count', 'temp', [1])];
  const part = (view: View, start: number): View => ({
    ...view,
    offset: view.offset + start * view.strides[0]!,
    shape: [2],
  });
  const beside: View = { buffer: c.buffer, offset: 0, shape: [2], strides: [3] };
  const step: Instruction[] = [
    { kind: 'host', host: 'counter', inputs: [fullView(x)], outputs: [fullView(count)] },
    mapTo(fullView(next), MIX, [fullView(x), lagged(c, 2), a]),
    ...(c.offset === 1 ? [{ kind: 'fill', value: 9, target: beside, mode: 'set' } as const] : []),
    copyTo(c, fullView(next)),
    mapTo(a, MIX, [fullView(count), a, part(b, 0)]),
    mapTo(part(b, 1), MIX, [lagged(c, 1), part(b, 1), fullView(next)]),
  ];
  return program({
    dtype: suite.dtype,
    buffers: [x, next, count, ...buffers],
    hosts: [counter()],
    step,
    inputs: inputsOf(x),
    outputs: Object.entries({ a, b, c }).map(([name, view]) => ({ name, view, every: 1 })),
    symbols: { a, b, c },
  });
}

const ITEMS = 2;

async function run(executable: Executable, steps: number): Promise<Recorder> {
  const sink = new Recorder();
  const x = source((_time, step, into) => into.forEach((_, index) => (into[index] = Math.sin(step + index))));
  await executable.run(runRequest({ items: ITEMS, steps, sink, feed: feedOf({ x }) }));
  return sink;
}

export function describeSavedState(suite: BackendSuite): void {
  const expectSame = (actual: Recorder, expected: Recorder, what: string): void => {
    expect(actual.stepsOf('a')).toEqual(expected.stepsOf('a'));
    for (const name of ['a', 'b', 'c']) expectAgreement(suite, actual.of(name), expected.of(name), `${what}: ${name}`);
  };

  suite.test('a saved state goes on, also in another executable', async () => {
    const jobs = { run: mixing(suite, apart()) };
    await withExecutable(suite, jobs, async (executable) => {
      await run(executable, 3);
      const saved = await executable.save();
      expect([saved.step, saved.items]).toEqual([3, ITEMS]);
      const rest = await run(executable, 4);
      await executable.restore(saved);
      expect(executable.step).toBe(3);
      expectSame(await run(executable, 4), rest, 'again');
      await withExecutable(suite, jobs, async (other) => {
        await other.restore(saved);
        expectSame(await run(other, 4), rest, 'in another executable');
      });
    });
  });

  suite.test('a state is saved by symbol, steps before in front, and survives cloning', async () => {
    await withExecutable(suite, { run: mixing(suite, together()) }, async (executable) => {
      const sink = await run(executable, 3);
      const { step, items, symbols, hosts } = await executable.save();
      expect([...symbols.keys()].sort()).toEqual(['a', 'b', 'c']);
      expect(symbols.get('a')!.shape).toEqual([ITEMS, 2]);
      expect(symbols.get('b')!.shape).toEqual([ITEMS, 3]);
      expect(symbols.get('c')!.shape).toEqual([2, ITEMS, 2]);
      expectAgreement(suite, symbols.get('a')!.data, sink.of('a').slice(-ITEMS * 2), 'saved a');
      expectAgreement(suite, symbols.get('c')!.data, sink.of('c').slice(-ITEMS * 4), 'saved c, oldest first');
      expect(hosts.get('counter')).toEqual([{ calls: 3 }, { calls: 3 }]);
      const rest = await run(executable, 2);
      const cloned = new Map(
        [...symbols].map(([name, { data, shape }]) => [name, new NdArray(structuredClone(data), [...shape])]),
      );
      await executable.restore({ step, items, symbols: cloned, hosts: structuredClone(hosts) });
      expectSame(await run(executable, 2), rest, 'from a clone');
    });
  });

  suite.test('a state goes on under another layout of the same symbols', async () => {
    const layouts = [mixing(suite, apart()), mixing(suite, together())];
    for (const [from, to] of [layouts, layouts.toReversed()] as [Program, Program][]) {
      await withExecutable(suite, { run: from }, async (executable) => {
        await run(executable, 3);
        const saved = await executable.save();
        const rest = await run(executable, 4);
        await withExecutable(suite, { run: to }, async (other) => {
          await other.restore(saved);
          expectSame(await run(other, 4), rest, 'under the other layout');
        });
      });
    }
  });

  suite.test('what only one side has is refused by name, and nothing changes', async () => {
    await withExecutable(suite, { run: mixing(suite, apart()) }, async (executable) => {
      await run(executable, 2);
      const saved = await executable.save();
      const rest = await run(executable, 3);
      await executable.restore(saved);
      const without = (symbol: string): ExecutableState['symbols'] =>
        new Map([...saved.symbols].filter(([name]) => name !== symbol));
      const refused: Readonly<Record<string, ExecutableState>> = {
        b: { ...saved, symbols: without('b') },
        zeta: { ...saved, symbols: new Map([...saved.symbols, ['zeta', saved.symbols.get('a')!]]) },
        counter: { ...saved, hosts: new Map() },
        stranger: { ...saved, hosts: new Map([...saved.hosts, ['stranger', [1, 2]]]) },
        a: { ...saved, symbols: new Map([...saved.symbols, ['a', new NdArray(new Float64Array(6), [ITEMS, 3])]]) },
      };
      for (const [name, state] of Object.entries(refused)) {
        const error = expect.objectContaining({
          code: 'STATE_MISMATCH',
          message: expect.stringMatching(new RegExp(`"${name}"`)) as string,
        }) as Error;
        await expect(executable.restore(state)).rejects.toEqual(error);
      }
      expect(executable.step).toBe(2);
      expectSame(await run(executable, 3), rest, 'after what was refused');
    });
  });

  suite.test('a state is that of programs: what only a training has is refused', async () => {
    const training = recurrence(suite.dtype);
    const saved = await withExecutable(suite, { run: training.forward }, async (executable) => {
      const feed = feedOf({ x: source((_time, _step, into) => void into.fill(1)) });
      await executable.run(runRequest({ steps: 2, sink: new Recorder(), feed }));
      return executable.save();
    });
    await withExecutable(suite, { training }, async (executable) => {
      await expect(executable.restore(saved)).rejects.toMatchObject({ code: 'STATE_MISMATCH' });
      expect(executable.step).toBe(0);
    });
  });

  suite.test('a state in which nothing has happened is the beginning', async () => {
    await withExecutable(suite, { run: mixing(suite, apart()) }, async (executable) => {
      const nothing = await executable.save();
      expect([nothing.step, nothing.symbols.size, nothing.hosts.size]).toEqual([0, 0, 0]);
      const first = await run(executable, 3);
      await executable.restore(nothing);
      expect(executable.step).toBe(0);
      expectSame(await run(executable, 3), first, 'from the beginning');
    });
  });
}
