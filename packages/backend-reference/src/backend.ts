/** @file The reference backend as a choice: what it can do, and how it is loaded. */
import type { Backend, BackendEntry, ProgramSource, Support } from '@ndl/core';
import type { Dtype, Program } from '@ndl/ir';
import { dtypeUnsupported } from './errors.ts';
import { ReferenceExecutable } from './executable.ts';

const DTYPES: readonly Dtype[] = ['float32', 'float64'];

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
  load: () => Promise.resolve(new ReferenceBackend()),
};

class ReferenceBackend implements Backend {
  readonly name = 'reference';
  readonly description = 'plain JavaScript loops, 1 thread';
  readonly #executables = new Set<ReferenceExecutable>();

  compile(source: ProgramSource): Promise<ReferenceExecutable> {
    const executable = new ReferenceExecutable(source);
    this.#executables.add(executable);
    return Promise.resolve(executable);
  }

  /** Disposes of all that it compiled. */
  dispose(): void {
    for (const executable of this.#executables) executable.dispose();
    this.#executables.clear();
  }
}
