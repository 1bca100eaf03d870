/** @file An engine held to its contract: what it gives is checked where it comes in, and what is wrong is said of the backend. */
import { showValue } from '@ndl/core';
import type { BlockFunction, Engine } from './engine.ts';
import { engineResult } from './errors.ts';

/** @param backend its name */
export function checkedEngine<Store>(backend: string, engine: Engine<Store>): Engine<Store> {
  return {
    memory: engine.memory,
    takesItemRanges: engine.takesItemRanges === true,
    blockSteps(program, items) {
      const steps: unknown = engine.blockSteps(program, items);
      if (Number.isInteger(steps) && (steps as number) >= 1) return steps as number;
      throw engineResult(backend, 'blockSteps', 'a whole number from 1 on', showValue(steps));
    },
    async emit(sections, frame) {
      const functions: unknown = await engine.emit(sections, frame);
      const wanted = `a function for each of ${sections.length} sections`;
      if (!Array.isArray(functions)) throw engineResult(backend, 'emit', wanted, showValue(functions));
      if (functions.length !== sections.length)
        throw engineResult(backend, 'emit', wanted, `${functions.length} of them`);
      const stray = functions.findIndex((each) => typeof each !== 'function');
      if (stray >= 0)
        throw engineResult(backend, 'emit', wanted, `${showValue(functions[stray])} for section ${stray}`);
      return functions as readonly BlockFunction[];
    },
    dispose: () => engine.dispose?.(),
  };
}
