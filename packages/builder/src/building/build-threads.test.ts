/** @file Builds on several threads: the decoders of one thread, threads only for what is long, and none that outlives its build. */
import type { OperatorGraph } from '@ndl/core';
import { Connection, Ensemble, Network } from '@ndl/model';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { build } from './build.test-helper.ts';

/** A machine may be busy. */
const PATIENT = { timeout: 20_000 };

/** Workers that builds have started, and those of them that are gone. */
const workers: Worker[] = [];
let gone = 0;

/** As Node's, and known to this test. */
class WatchedWorker extends Worker {
  constructor(...given: ConstructorParameters<typeof Worker>) {
    super(...given);
    workers.push(this);
    this.on('exit', () => gone++);
  }
}

beforeEach(() => {
  workers.length = gone = 0;
  const inner = process.getBuiltinModule.bind(process);
  const getBuiltinModule = (name: string): unknown =>
    name === 'node:worker_threads'
      ? { ...inner('node:worker_threads'), Worker: WatchedWorker }
      : inner(name as 'node:os');
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(getBuiltinModule as typeof process.getBuiltinModule);
});
afterEach(() => vi.restoreAllMocks());

/** An ensemble that is connected to itself: 1500² · 3000 / 2 multiply-adds for 1500 neurons at 3000 points. */
const recurrent = (nNeurons: number): Network =>
  new Network({ seed: 0 }, () => {
    const ensemble = new Ensemble({ nNeurons, dimensions: 1 });
    new Connection(ensemble, ensemble);
  });

/** The numbers of all signals, by their names. */
const numbersOf = ({ signals }: OperatorGraph): ReadonlyMap<string, string> =>
  new Map(
    signals.map(({ name, initial: { data } }) => [
      name,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
    ]),
  );

test('two threads build what one does; they are gone with the build', async () => {
  const alone = await build(recurrent(1500), { threads: 1 });
  expect(workers).toHaveLength(0);
  const together = await build(recurrent(1500), { threads: 2 });
  expect(workers).toHaveLength(1);
  await expect.poll(() => gone, PATIENT).toBe(1);
  expect(numbersOf(together)).toEqual(numbersOf(alone));
});

test('what is short is built by one thread', async () => {
  await build(recurrent(300), { threads: 2 });
  expect(workers).toHaveLength(0);
});

describe('a build in the middle', () => {
  /** Calls something once a thread is there, in a turn that the build gives. */
  const onceThereIsAThread = async (call: () => void): Promise<void> => {
    while (workers.length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    workers[0]!.once('message', call);
  };

  test('fails with its cause where a thread is killed', async () => {
    const building = build(recurrent(2500), { threads: 2 });
    void onceThereIsAThread(() => void workers[0]!.terminate());
    await expect(building).rejects.toMatchObject({
      code: 'THREAD_FAILED',
      message: expect.stringMatching(/a thread ended with code 1\./),
    });
  });

  test('ends its threads where it is aborted', async () => {
    const controller = new AbortController();
    const building = build(recurrent(2500), { threads: 2, signal: controller.signal });
    void onceThereIsAThread(() => controller.abort('enough'));
    await expect(building).rejects.toBe('enough');
    await expect.poll(() => gone, PATIENT).toBe(1);
  });
});
