/** @file A backend made of an engine. */
import type { Backend, Executable } from '@ndl/core';
import { checkedEngine } from './checked-engine.ts';
import type { Engine } from './engine.ts';
import { KitExecutable } from './executable.ts';

/** What a backend is called. */
export interface BackendDescription {
  readonly name: string;
  /** What it runs on, in words for people. */
  readonly description: string;
}

/**
 * A backend whose executables all use one engine; with it, all of them are disposed of. Calls that an engine has nothing usable for
 * reject with ENGINE_RESULT.
 */
export function createBackend<Store>({ name, description }: BackendDescription, given: Engine<Store>): Backend {
  const engine = checkedEngine(name, given);
  const executables = new Set<Executable>();
  return {
    name,
    description,
    create() {
      const executable = new KitExecutable(engine);
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
