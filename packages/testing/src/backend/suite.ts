/** @file What the parts of the conformance suite of backends share: the backend under test, and named tests that can be skipped for a reason. */
import type { Backend, Executable, Feed, InputFeed, OutputBlock, ProgramSource, RunRequest, Sink } from '@ndl/core';
import type { Dtype, Program } from '@ndl/ir';
import { test } from 'vitest';
import type { Tolerance } from './comparison.ts';

/** The backend under test, in one number format. */
export interface BackendSuite {
  readonly dtype: Dtype;
  readonly tolerance: Tolerance;
  /** Loaded before the first test. */
  backend(): Backend;
  /** Declares a test, unless its name is among the skips. */
  test(name: string, body: () => void | Promise<void>): void;
}

/** Makes `test` of a suite: names are looked up in `skips`, and crossed off in `met`. */
export function testUnlessSkipped(skips: Readonly<Record<string, string>>, met: Set<string>): BackendSuite['test'] {
  return (name, body) => {
    const reason = skips[name];
    if (reason !== undefined) met.add(name);
    test(`${name}`, async (context) => {
      if (reason !== undefined) context.skip(reason);
      await body();
    });
  };
}

/** Compiles, hands over the executable, and disposes of it. */
export async function withExecutable(
  suite: BackendSuite,
  source: ProgramSource | Program,
  work: (executable: Executable) => Promise<void>,
): Promise<void> {
  const executable = await suite.backend().compile('run' in source ? source : { run: () => source });
  try {
    await work(executable);
  } finally {
    executable.dispose();
  }
}

/** Collects what a sink is given: `[steps, items, size]` by output, in the order of the steps. */
export class Recorder implements Sink {
  readonly #blocks = new Map<string, number[]>();
  /** The first steps of the blocks of each output. */
  readonly steps: ReadonlyMap<string, readonly number[]>;
  readonly #steps = new Map<string, number[]>();
  readonly #wanted: ((output: string, step: number) => boolean) | undefined;

  constructor(wanted?: (output: string, step: number) => boolean) {
    this.#wanted = wanted;
    this.steps = this.#steps;
  }

  wants(output: string, step: number): boolean {
    return this.#wanted?.(output, step) ?? true;
  }

  write({ output, firstStep, steps, data }: OutputBlock): void {
    append(this.#blocks, output, data);
    append(
      this.#steps,
      output,
      Array.from({ length: steps }, (_, index) => firstStep + index),
    );
  }

  of(output: string): readonly number[] {
    return this.#blocks.get(output) ?? [];
  }
}

function append(lists: Map<string, number[]>, key: string, values: ArrayLike<number>): void {
  const list = lists.get(key) ?? [];
  for (let index = 0; index < values.length; index++) list.push(values[index]!);
  lists.set(key, list);
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

export function feedOf(entries: Readonly<Record<string, InputFeed>>): Feed {
  return new Map(Object.entries(entries));
}
