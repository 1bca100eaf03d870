/** @file The reference backend as a choice: what it can do, and how it is loaded. */
import { createBackend, type Engine } from '@ndl/backend-kit';
import type { BackendEntry, Support } from '@ndl/core';
import { type Dtype, expectedSeconds, type Program } from '@ndl/ir';
import { REFERENCE_COSTS } from './costs.ts';
import { emitSection } from './emit.ts';
import { dtypeUnsupported } from './errors.ts';
import { ArrayMemory, type Store } from './memory.ts';

const DTYPES: readonly Dtype[] = ['float32', 'float64'];

/** Steps of a block: enough that what is done once per block does not count. */
const BLOCK_STEPS = 32;

/** The reference backend: runs every program, in plain loops. Any faster backend that supports the job outranks it. */
export const referenceEntry: BackendEntry = {
  name: 'reference',
  priority: 0,
  dtypes: DTYPES,
  sessionConfig: [],
  supports({ dtype }: Program): Support {
    if (DTYPES.includes(dtype)) return { supported: true };
    return { supported: false, reason: dtypeUnsupported(dtype, DTYPES) };
  },
  estimate(program, job) {
    const seconds = expectedSeconds(program, job, REFERENCE_COSTS);
    if (seconds !== undefined) return { supported: true, seconds };
    return { supported: false, reason: dtypeUnsupported(program.dtype, DTYPES) };
  },
  load: () => Promise.resolve(createBackend(DESCRIPTION, referenceEngine())),
};

const DESCRIPTION = { name: 'reference', description: 'plain JavaScript loops, 1 thread' };

function referenceEngine(): Engine<Store> {
  return {
    memory: new ArrayMemory(),
    blockSteps: () => BLOCK_STEPS,
    takesItemRanges: true,
    emit: (sections, frame) => sections.map((section) => emitSection(section, frame)),
  };
}
