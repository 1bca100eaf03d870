/** @file The backend as a choice. */
import { createBackend, type Engine } from '@ndl/backend-kit';
import type { BackendEntry } from '@ndl/core';
import { emitSection } from './emit.ts';
import { memory, type Store } from './memory.ts';
import type { Tally } from './tally.ts';

/** Steps of a block. What is counted does not depend on it. */
const BLOCK_STEPS = 16;

/** A backend that runs every program, and counts in `tally` what it takes. It is taken where it is asked for, or alone. */
export function countingEntry(tally: Tally): BackendEntry {
  const engine: Engine<Store> = {
    memory,
    blockSteps: () => BLOCK_STEPS,
    emit: (sections, frame) => sections.map((section) => emitSection(section, frame, tally)),
  };
  return {
    name: 'counting',
    priority: -1,
    dtypes: ['float32', 'float64'],
    sessionConfig: [],
    supports: () => ({ supported: true }),
    load: async () => createBackend({ name: 'counting', description: 'loops over lists of elements, counted' }, engine),
  };
}
