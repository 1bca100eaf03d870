/** @file The backend on as many threads as are wanted, which are used for all that can be shared out, however little it is. */
import type { Backend, BackendEntry } from '@ndl/core';
import { loadWith } from '../backend.ts';
import { wasmEntry } from '../index.ts';
import { threadHost } from '@ndl/threads';
import type { TeamHost } from './team-host.ts';

/** Everything is worth it. */
const EAGER = { meeting: 0, call: -1, block: 0, part: -1 };

export function eagerBackend(threads: number, host: TeamHost = threadHost()): Backend {
  return loadWith({ intra_op_parallelism_threads: threads }, undefined, host, EAGER);
}

export function eagerEntry(threads: number): BackendEntry {
  return { ...wasmEntry, name: `wasm on ${threads} threads`, load: () => Promise.resolve(eagerBackend(threads)) };
}
