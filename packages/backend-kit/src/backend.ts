/** @file A backend made of an engine. */
import type { Backend, Executable } from '@ndl/core';
import type { Clock } from './calls/block-pace.ts';
import { checkedEngine } from './calls/checked-engine.ts';
import type { Engine } from './engine.ts';
import { KitExecutable } from './calls/executable.ts';
import { TimedExecutable } from './timings/timed-executable.ts';

/** What a backend is called. */
export interface BackendDescription {
  readonly name: string;
  /** What it runs on, in words for people. It is asked for anew each time. */
  readonly description: string;
}

/** What backends made of an engine may have otherwise. */
export interface BackendOptions {
  /** What measures how long blocks take, in milliseconds: for tests, which must not depend on time. Default: `performance.now`. */
  readonly now?: Clock;
}

/**
 * A backend whose executables all use one engine; with it, all of them are disposed of. Calls that an engine has nothing usable for
 * reject with ENGINE_RESULT; those in which it throws something that is no NdlError, with BACKEND_FAILED. What host functions,
 * sources and sinks throw is passed on as it is.
 */
export function createBackend<Store>(
  described: BackendDescription,
  given: Engine<Store>,
  { now = () => performance.now() }: BackendOptions = {},
): Backend {
  const { name } = described;
  const engine = checkedEngine(name, given, now);
  const executables = new Set<Executable>();
  return {
    name,
    get description() {
      return described.description;
    },
    create({ timesParts = false } = {}) {
      const executable = timesParts ? new TimedExecutable(engine) : new KitExecutable(engine);
      executables.add(executable);
      return Promise.resolve(executable);
    },
    dispose() {
      for (const executable of executables) executable.dispose();
      executables.clear();
      engine.dispose?.();
    },
  };
}
