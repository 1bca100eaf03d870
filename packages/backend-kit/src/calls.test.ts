/** @file Calls on an executable: in their order, refused where they are wrong, ended where it is disposed of. */
import type { Executable, RunRequest } from '@ndl/core';
import { fullView, NO_TABLES, type Program } from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import { createBackend } from './index.ts';
import {
  buffer,
  program,
  Recorder,
  run,
  section,
  sequence,
  source,
  totals,
  toyExecutable,
} from './programs.test-helper.ts';
import { toyEngine } from './toy-engine.test-helper.ts';

const held = (...values: readonly number[]): RunRequest['feed'] =>
  new Map([['x', { kind: 'held', data: Float64Array.from(values) }]]);

describe('a run is refused', () => {
  test.each<readonly [code: string, changes: Partial<RunRequest> & { readonly steps?: number }]>([
    ['FEED_MISSING', { feed: new Map() }],
    ['UNKNOWN_FEED', { feed: new Map([...held(1), ...sequence(1)].map(([, each], k) => ['xy'[k]!, each] as const)) }],
    ['UNKNOWN_FEED', { feed: new Map([['X', { kind: 'held', data: Float64Array.of(1) }]]) }],
    ['FEED_SIZE', { feed: held(1, 2) }],
    ['FEED_SIZE', { feed: sequence(1, 2, 3) }],
    ['INVALID_COUNT', { items: 0 }],
    ['INVALID_COUNT', { items: NaN }],
    ['INVALID_COUNT', { steps: -1 }],
    ['INVALID_COUNT', { steps: 1.5 }],
    ['UNKNOWN_OUTPUT', { outputs: new Set(['totla']) }],
    ['UNKNOWN_PROGRAM', { program: 'ran' }],
  ])('%s', async (code, { steps = 2, ...changes }) => {
    const toy = await toyExecutable({ run: totals });
    await expect(run(toy, steps, changes)).rejects.toMatchObject({ code });
    expect(toy.executable.step).toBe(0);
  });

  test('FEED_NOT_HELD', async () => {
    const holding: Program = {
      ...totals,
      buffers: totals.buffers.map((each) => (each.id === 'x' ? { ...each, lifetime: 'window' } : each)),
      inputs: [{ name: 'x', buffer: 'x', held: true }],
    };
    const toy = await toyExecutable({ run: holding });
    await expect(run(toy, 2, { feed: sequence(1, 2) })).rejects.toMatchObject({ code: 'FEED_NOT_HELD' });
    expect((await run(toy, 2, { feed: held(3) })).of('total')).toEqual([3, 6]);
  });

  test('PROGRAM_KIND, of training calls too', async () => {
    const { executable } = await toyExecutable({ run: totals });
    const request = { training: 'run', items: 1, steps: 1, feed: held(1), targets: new Map(), scalars: () => ({}) };
    await expect(executable.gradients(request)).rejects.toMatchObject({ code: 'PROGRAM_KIND' });
    await expect(executable.trainStep({ ...request, steps: 0 })).rejects.toMatchObject({ code: 'INVALID_COUNT' });
    await expect(executable.evaluate({ ...request, truncation: 0 })).rejects.toMatchObject({ code: 'INVALID_COUNT' });
  });
});

describe('a program is refused', () => {
  const add = async (job: Program, name = 'other'): Promise<void> => {
    const { executable } = await toyExecutable({ run: totals });
    await executable.add(name, job, NO_TABLES);
  };
  const noise = { id: 'noise', label: 'noise', scope: 'item', acts: false, differentiable: false } as const;

  test.each([
    ['PROGRAM_DUPLICATE', () => add(totals, 'run')],
    ['IR_INVALID', () => add({ ...totals, dt: -1 })],
    ['IR_INVALID', () => add({ ...totals, hosts: [noise] })],
    ['IR_INVALID', () => add({ ...totals, dtype: 'float32' })],
    ['IR_INVALID', () => add({ ...totals, buffers: [{ ...totals.buffers[0]!, initial: { array: 'nowhere' } }] })],
  ])('%s', async (code, call) => {
    await expect(call()).rejects.toMatchObject({ code });
  });

  test('where it disagrees with another on a buffer, once it is run', async () => {
    const total = buffer('total', 'state', [2]);
    const wider = program({
      buffers: [total],
      sections: [section('steps', [{ kind: 'fill', value: 1, target: fullView(total), mode: 'set' }])],
    });
    const toy = await toyExecutable({ run: totals, wider });
    await run(toy, 1);
    await expect(run(toy, 1, { program: 'wider', feed: new Map() })).rejects.toMatchObject({ code: 'BUFFER_CONFLICT' });
    expect((await run(toy, 1)).of('total')).toEqual([3]);
  });
});

describe('calls', () => {
  test('happen in the order in which they were made', async () => {
    const toy = await toyExecutable({ run: totals }, { isLate: true });
    const { executable } = toy;
    const first = run(toy, 2);
    const early = executable.read('total');
    const second = run(toy, 3);
    const late = executable.read('total');
    expect([(await early).toNested(), (await late).toNested()]).toEqual([[[3]], [[15]]]);
    await Promise.all([first, second]);
  });

  test('that change state at once are refused while a run is under way', async () => {
    const toy = await toyExecutable({ run: totals });
    const refused: unknown[] = [];
    const attempt = (call: () => void): void => {
      try {
        call();
      } catch (error) {
        refused.push(error);
      }
    };
    const sink = new Recorder(() => {
      attempt(() => toy.executable.reset());
      attempt(() => toy.executable.resetOptimizer());
    });
    await run(toy, 2, {}, sink);
    expect(refused).toMatchObject([{ code: 'EXECUTABLE_BUSY' }, { code: 'EXECUTABLE_BUSY' }]);
  });

  test('under way let timers fire, so that an abort from outside is noticed', async () => {
    const toy = await toyExecutable({ run: totals });
    const signal = AbortSignal.timeout(20);
    await expect(run(toy, 1e9, { signal, outputs: new Set() })).rejects.toMatchObject({ name: 'TimeoutError' });
    const { step } = toy.executable;
    expect((await run(toy, 1)).of('total')).toEqual([((step + 1) * (step + 2)) / 2]);
  });

  test('under way end with an error when the executable is disposed of, and give everything back', async () => {
    const { engine, log } = toyEngine();
    const backend = createBackend({ name: 'toy', description: 'one by one' }, engine);
    const executable: Executable = await backend.create();
    await executable.add('run', totals, NO_TABLES);
    const long = run({ executable, log }, 1e9, { outputs: new Set() });
    const next = executable.read('total');
    setTimeout(() => backend.dispose(), 5);
    await expect(long).rejects.toMatchObject({ code: 'EXECUTABLE_DISPOSED' });
    await expect(next).rejects.toMatchObject({ code: 'EXECUTABLE_DISPOSED' });
    expect(() => executable.reset()).toThrow(expect.objectContaining({ code: 'EXECUTABLE_DISPOSED' }));
    expect(log.stores.filter(({ isFreed }) => !isFreed)).toEqual([]);
  });
});

test('an engine that asks for memory too late is told so', async () => {
  const { engine } = toyEngine();
  const late = {
    ...engine,
    emit: (sections: Parameters<typeof engine.emit>[0], frame: Parameters<typeof engine.emit>[1]) =>
      sections.map(() => () => void frame.place('total')),
  };
  const executable = await createBackend({ name: 'late', description: '' }, late).create();
  await executable.add('run', totals, NO_TABLES);
  const request = { program: 'run', items: 1, steps: 1, feed: source(() => 1), sink: new Recorder() };
  await expect(executable.run({ ...request, state: 'carried' })).rejects.toMatchObject({ code: 'PLACE_TOO_LATE' });
});
