/** @file Threads that share work out give the bits of one; what goes wrong in one is told, and none outlives its backend. */
import type { Backend, Executable } from '@ndl/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import { loadWith } from '../backend.ts';
import { wasmEntry } from '../index.ts';
import { eagerBackend } from './eager-threads.test-helper.ts';
import { addSharedProgram, numbersOf, runSharedProgram } from './shared-programs.test-helper.ts';
import { type Thread, threadHost } from '@ndl/threads';
import type { TeamHost } from './team-host.ts';
import type { Order } from './worker-text.ts';

const [ITEMS, STEPS] = [5, 7];

/** This host, and the threads that were started on it. */
function watchedHost(): TeamHost & { readonly started: readonly Thread[]; readonly ended: readonly Thread[] } {
  const [started, ended]: [Thread[], Thread[]] = [[], []];
  const host = threadHost();
  return {
    ...host,
    started,
    ended,
    start(text, events) {
      const thread = host.start(text, events);
      started.push(thread);
      return { ...thread, end: () => (ended.push(thread), thread.end()) };
    },
  };
}

const loaded: Backend[] = [];
const kept = (backend: Backend): Backend => {
  loaded.push(backend);
  return backend;
};
afterEach(() => {
  for (const backend of loaded.splice(0)) backend.dispose();
});

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  test.each([
    [2, ITEMS],
    [3, 1],
    [4, ITEMS],
  ] as const)('%i threads give the bits of one, for %i items', async (threads, items) => {
    const one = await numbersOf(kept(eagerBackend(1)), dtype, items, STEPS);
    const host = watchedHost();
    const backend = kept(eagerBackend(threads, host));
    expect(await numbersOf(backend, dtype, items, STEPS)).toEqual(one);
    expect(host.started).toHaveLength(threads);
    expect(backend.description).toBe(`WebAssembly (SIMD), ${threads} threads`);
  });
});

test('little work starts no threads, and the description tells how many there may be', async () => {
  const host = { ...watchedHost(), cores: 2 };
  const backend = kept(loadWith({}, undefined, host));
  expect(backend.description).toBe('WebAssembly (SIMD), up to 2 threads');
  await numbersOf(backend, 'float32', 1, STEPS, 20);
  expect(host.started).toEqual([]);
  expect(kept(loadWith({ intra_op_parallelism_threads: 1 }, undefined, host)).description).toBe(
    'WebAssembly (SIMD), 1 thread',
  );
});

test('a host that has no threads says so, and why what was asked for has no effect', async () => {
  const host: TeamHost = { ...threadHost(), refusal: 'this page is alone' };
  const ignored: string[][] = [];
  const backend = kept(loadWith({ intra_op_parallelism_threads: 2 }, (...told) => ignored.push(told), host));
  expect(backend.description).toBe('WebAssembly (SIMD), 1 thread: this page is alone');
  expect(ignored).toEqual([['intra_op_parallelism_threads', 'this page is alone']]);
  const one = await numbersOf(kept(await wasmEntry.load({ intra_op_parallelism_threads: 1 })), 'float32', 1, STEPS);
  expect(await numbersOf(backend, 'float32', 1, STEPS)).toEqual(one);
});

describe('a thread', () => {
  const begun = async (host: TeamHost): Promise<Executable> => {
    const executable = await kept(eagerBackend(2, host)).create();
    await addSharedProgram(executable, 'float32');
    return executable;
  };

  test('that is killed in the middle fails the call, with its cause; after a reset, others take its place', async () => {
    const host = watchedHost();
    const executable = await begun(host);
    const expected = await runSharedProgram(executable, ITEMS, STEPS);
    const long = runSharedProgram(executable, ITEMS, 4000);
    const failure = long.then(
      () => undefined,
      (error: unknown) => error,
    );
    await sleep(20);
    host.started[1]!.end();
    expect(await failure).toMatchObject({
      code: 'BACKEND_FAILED',
      message: expect.stringContaining('a thread ended with code 1'),
    });
    executable.reset();
    expect(await runSharedProgram(executable, ITEMS, STEPS)).toEqual(expected);
    expect(host.started).toHaveLength(4);
  });

  test('that fails tells of what, not that the others were told', async () => {
    const { start, ...host } = threadHost();
    let number = 0;
    const executable = await begun({
      ...host,
      start: (text, events) => {
        const broken = text.replace('exports[name]();', "exports[name.replace('thread', 'nobody')]();");
        return start(number++ === 0 ? text : broken, events);
      },
    });
    await expect(runSharedProgram(executable, ITEMS, STEPS)).rejects.toMatchObject({
      code: 'BACKEND_FAILED',
      message: expect.stringMatching(/not a function/),
    });
  });

  /** This host, whose threads do not hear what they are told of a kind, until they are to. */
  const deafHost = (order: Order['order']): { readonly host: TeamHost; hear(): void } => {
    const { start, ...host } = threadHost();
    const patience = { [order]: 200 };
    let isDeaf = true;
    const deaf = <Given>(thread: Thread<Given>): Thread<Given> => ({
      ...thread,
      tell: (given) => {
        if (!isDeaf || (given as Order).order !== order) thread.tell(given);
      },
    });
    return {
      host: { ...host, patience, start: (...given) => deaf(start(...given)) },
      hear() {
        isDeaf = false;
        delete patience[order];
      },
    };
  };

  test('that is gone without a word is noticed, and others take its place', async () => {
    const { host, hear } = deafHost('run');
    const executable = await begun(host);
    await expect(runSharedProgram(executable, ITEMS, STEPS)).rejects.toMatchObject({
      code: 'BACKEND_FAILED',
      message: expect.stringMatching(/have not answered a call for 0.2 s.*intra_op_parallelism_threads: 1/),
    });
    hear();
    executable.reset();
    const one = await numbersOf(kept(eagerBackend(1)), 'float32', ITEMS, STEPS);
    expect(await runSharedProgram(executable, ITEMS, STEPS)).toEqual(one[0]);
  });

  test.each([
    ['begin', /have not answered their start/],
    ['add', /have not answered their code/],
  ] as const)('that does not answer when it is told to %s is done without', async (order, told) => {
    const backend = kept(eagerBackend(2, deafHost(order).host));
    const one = await numbersOf(kept(eagerBackend(1)), 'float32', ITEMS, STEPS);
    expect(await numbersOf(backend, 'float32', ITEMS, STEPS)).toEqual(one);
    expect(backend.description).toMatch(told);
  });

  test('that cannot be started is done without', async () => {
    const start = (): never => {
      throw new Error('no workers here');
    };
    const backend = kept(eagerBackend(2, { ...threadHost(), start }));
    const one = await numbersOf(kept(eagerBackend(1)), 'float32', ITEMS, STEPS);
    expect(await numbersOf(backend, 'float32', ITEMS, STEPS)).toEqual(one);
    expect(backend.description).toMatch(/1 thread: threads do not start: no workers here/);
  });

  test('lets its process end while it is idle, and ends with its backend', async () => {
    const host = watchedHost();
    const backend = eagerBackend(2, host);
    const holding = (): readonly string[] => process.getActiveResourcesInfo().filter((what) => what === 'Worker');
    const before = holding();
    await numbersOf(backend, 'float32', 1, STEPS);
    expect(holding()).toEqual(before);
    expect(host.ended).toEqual([]);
    backend.dispose();
    await expect.poll(() => host.ended.length).toBe(2);
  });

  test('ends with a backend that is forgotten', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const host = watchedHost();
    await (async () => void (await numbersOf(eagerBackend(2, host), 'float32', 1, STEPS)))();
    expect(host.started).toHaveLength(2);
    const isOver = (): boolean => {
      collect();
      return host.ended.length === 2;
    };
    await expect.poll(isOver, { timeout: 20_000 }).toBe(true);
  });
});
