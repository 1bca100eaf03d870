/** @file What the parts of the conformance suite of backends share: the backend under test, and tests that can be skipped for a reason. */
import type { Backend, BackendEntry, Executable, Feed, InputFeed, RunRequest } from '@ndl/core';
import type { Dtype, Program, Training } from '@ndl/ir';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Precision } from './comparison.ts';
import { tablesOf } from './write-program.ts';

/** The backend under test, in one number format. */
export interface BackendSuite extends Precision {
  readonly dtype: Dtype;
  readonly entry: BackendEntry;
  /** Loaded before the first test. */
  backend(): Backend;
  /**
   * Declares a test. It counts as skipped where its name is among the skips, and where the backend says in `supports` that it
   * cannot run what the test is about: with the reason of either.
   */
  test(name: string, body: () => void | Promise<void>): void;
}

/** Thrown where the backend says that it cannot run something; its message is the backend's reason. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Makes `test` of a suite: names are looked up in `skips`, and crossed off in `met`. */
export function testUnlessSkipped(skips: Readonly<Record<string, string>>, met: Set<string>): BackendSuite['test'] {
  return (name, body) => {
    const reason = Object.hasOwn(skips, name) ? skips[name] : undefined;
    if (reason !== undefined) met.add(name);
    test(`${name}`, async (context) => {
      if (reason !== undefined) context.skip(reason);
      try {
        await body();
      } catch (error) {
        if (error instanceof Refusal) context.skip(`unsupported: ${error.message}`);
        throw error;
      }
    });
  };
}

/** Ends the test as skipped where the backend does not support a program, or a training. */
export function demand({ entry }: BackendSuite, job: Program | Training): void {
  const support = 'forward' in job ? entry.supports(job.forward, job) : entry.supports(job);
  if (support.supported) return;
  expect(support.reason.trim(), 'the reason of a refusal').not.toBe('');
  throw new Refusal(support.reason);
}

/**
 * Checks a property of cases drawn at random, always the same, so that a failure comes back. Cases that the backend does not
 * support are left out; where it supports none, the test ends as skipped.
 */
export async function checkEach<Case>(
  count: number,
  cases: fc.Arbitrary<Case>,
  check: (value: Case) => Promise<void>,
): Promise<void> {
  let checked = 0;
  let refusal: Refusal | undefined;
  const property = fc.asyncProperty(cases, async (value) => {
    try {
      await check(value);
      checked++;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal = error;
    }
  });
  await fc.assert(property, { numRuns: count, seed: 1 });
  if (checked === 0 && refusal !== undefined) throw refusal;
}

/** Programs and trainings by the name that they are added under. */
export type Jobs = Readonly<Record<string, Program | Training>>;

/** Adds a program, or a training, with the tables that belong to it. */
export async function add(
  suite: BackendSuite,
  executable: Executable,
  name: string,
  job: Program | Training,
): Promise<void> {
  demand(suite, job);
  await executable.add(name, job, tablesOf(job));
}

/** Creates an executable, adds what it is to run, hands it over, and disposes of it. */
export async function withExecutable<Result>(
  suite: BackendSuite,
  jobs: Jobs,
  work: (executable: Executable) => Promise<Result>,
): Promise<Result> {
  for (const job of Object.values(jobs)) demand(suite, job);
  const executable = await suite.backend().create();
  try {
    for (const [name, job] of Object.entries(jobs)) await add(suite, executable, name, job);
    return await work(executable);
  } finally {
    executable.dispose();
  }
}

/** A run with what is usual filled in. */
export function runRequest(request: Partial<RunRequest> & Pick<RunRequest, 'steps' | 'sink'>): RunRequest {
  return { program: 'run', items: 1, feed: new Map(), state: 'carried', ...request };
}

export function sequence(data: ArrayLike<number>): InputFeed & { readonly kind: 'sequence' } {
  return { kind: 'sequence', data: Float64Array.from(data) };
}

export function held(data: ArrayLike<number>): InputFeed & { readonly kind: 'held' } {
  return { kind: 'held', data: Float64Array.from(data) };
}

/** A source that fills its input as told, or that only watches. */
export function source(call: (time: number, step: number, into: Float64Array | Float32Array) => void): InputFeed {
  return { kind: 'source', call };
}

export function feedOf(entries: Readonly<Record<string, InputFeed>>): Feed {
  return new Map(Object.entries(entries));
}

/** The numbers 1 to n. */
export function upTo(n: number): readonly number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}
