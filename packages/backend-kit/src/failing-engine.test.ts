/** @file What fails in an engine is told with the name of its backend; what a host function throws is not, and no state is made up. */
import type { Executable } from '@ndl/core';
import { fullView, NO_TABLES, type Instruction, type Program, type Tables } from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import { createBackend, type Engine, type Memory } from './index.ts';
import { buffer, program, Recorder, section, sequence, totals } from './programs.test-helper.ts';
import { toyEngine, type ToyStore } from './toy-engine.test-helper.ts';

type Toy = Engine<ToyStore>;

const broken = (): never => {
  throw new RangeError('device lost.');
};
const brokenLater = (): Promise<never> => Promise.reject(new RangeError('device lost.'));

async function executableOn(
  changes: Partial<Toy>,
  job: Program = totals,
  tables: Tables = NO_TABLES,
): Promise<Executable> {
  const engine: Toy = { ...toyEngine().engine, ...changes };
  const executable = await createBackend({ name: 'toy', description: 'one by one' }, engine, { now: () => 0 }).create();
  await executable.add('run', job, tables);
  return executable;
}

const runOf = (executable: Executable, sink = new Recorder(), steps = 6): Promise<void> =>
  executable.run({
    program: 'run',
    items: 1,
    steps,
    feed: sequence(...Array.from({ length: steps }, (_, index) => index + 1)),
    sink,
    state: 'carried',
  });

function withMemory(changes: Partial<Memory<ToyStore>>): Partial<Toy> {
  const { memory } = toyEngine().engine;
  return { memory: { ...memory, ...changes } };
}

/** The toy's functions, of which the one that does a block that begins with step `step` fails. */
function failingAt(step: number, fail: () => void | Promise<void>): Partial<Toy> {
  const { engine } = toyEngine();
  return {
    emit: async (...given) => {
      const functions = await engine.emit(...given);
      return functions.map((run) => (block) => {
        const done = run(block);
        return block.stepsBefore + 1 >= step ? fail() : done;
      });
    },
  };
}

describe('BACKEND_FAILED names the backend, what it was asked for, and why it failed', () => {
  const named = { ...totals.sections[0]!.instructions[0]!, label: 'a: neurons' } as Instruction;
  const labelled: Program = { ...totals, sections: [section('steps', [named])] };

  test.each<readonly [told: RegExp, changes: Partial<Toy>]>([
    [/in blockSteps\(\): device lost\./, { blockSteps: broken }],
    [/in emit\(\): device lost\./, { emit: broken }],
    [/in emit\(\): device lost\./, { emit: brokenLater }],
    [/in memory\.allocate\(\): device lost\./, withMemory({ allocate: broken })],
    [/in memory\.fill\(\): device lost\./, withMemory({ fill: broken })],
    [/in memory\.write\(\): device lost\./, withMemory({ write: broken })],
    [/in memory\.read\(\): device lost\./, withMemory({ read: broken })],
    [/in memory\.read\(\): device lost\./, withMemory({ read: brokenLater })],
    [/in the function of section 0 \(steps, from "a: neurons" on\): device lost\./, failingAt(1, broken)],
    [/in the function of section 0 \(steps, from "a: neurons" on\): device lost\./, failingAt(1, brokenLater)],
  ])('%s', async (told, changes) => {
    const failure = runOf(await executableOn(changes, labelled));
    await expect(failure).rejects.toMatchObject({ code: 'BACKEND_FAILED', message: expect.stringMatching(told) });
    await expect(failure).rejects.toMatchObject({
      message: expect.stringMatching(/^The backend "toy" failed/),
      cause: expect.any(RangeError),
    });
  });

  test('when it is disposed of', () => {
    const backend = createBackend({ name: 'toy', description: '' }, { ...toyEngine().engine, dispose: broken });
    expect(() => backend.dispose()).toThrow(/The backend "toy" failed in dispose\(\): device lost\./);
  });
});

describe('what a host function throws is passed on as it is', () => {
  const given = buffer('given', 'state');
  const job = program({
    buffers: [buffer('x', 'input'), given],
    fed: ['x'],
    read: ['given'],
    hosts: [{ id: 'node', label: 'node', scope: 'item', acts: false, differentiable: false }],
    sections: [section('steps', [{ kind: 'host', host: 'node', inputs: [], outputs: [fullView(given)] }])],
  });

  test.each([new TypeError('my own mistake'), 'not even an error', undefined])('%s', async (mine) => {
    const fail = (): never => {
      throw mine;
    };
    for (const make of [() => ({ call: fail }), fail]) {
      const executable = await executableOn({}, job, { arrays: new Map(), hosts: new Map([['node', { make }]]) });
      const failure = await runOf(executable).then(
        () => expect.fail('the run succeeded'),
        (error: unknown) => ({ error }),
      );
      expect(failure.error).toBe(mine);
    }
  });
});

test('state that a failing engine left in the middle is refused until it is reset or restored', async () => {
  let isBroken = true;
  const executable = await executableOn(failingAt(5, () => (isBroken ? broken() : undefined)));
  await runOf(executable, undefined, 4);
  const saved = await executable.save();
  await expect(runOf(executable)).rejects.toMatchObject({ code: 'BACKEND_FAILED' });
  isBroken = false;
  const refused = { code: 'STATE_LOST', message: expect.stringMatching(/after step 4\b.*reset\(\)/) };
  await expect(runOf(executable)).rejects.toMatchObject(refused);
  await expect(executable.save()).rejects.toMatchObject(refused);
  await executable.restore(saved);
  const sink = new Recorder();
  await runOf(executable, sink, 2);
  expect(sink.of('total')).toEqual([11, 13]);
  executable.reset();
  await runOf(executable, sink, 1);
  expect(sink.of('total')).toEqual([11, 13, 1]);
});

test('a sink gets nothing after a block that never arrived', async () => {
  let reads = 0;
  const { memory } = toyEngine({ isLate: true }).engine;
  const read: Memory<ToyStore>['read'] = (...given) => (++reads === 2 ? brokenLater() : memory.read(...given));
  const executable = await executableOn({ memory: { ...memory, read } });
  const sink = new Recorder();
  await expect(runOf(executable, sink, 30)).rejects.toMatchObject({ code: 'BACKEND_FAILED' });
  expect(sink.stepsOf('total')).toEqual([1, 2, 3, 4]);
});
