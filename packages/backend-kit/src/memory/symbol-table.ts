/** @file What the symbols of all programs of an executable stand for. */
import { executableErrors } from '@ndl/core';
import type { Buffer, View } from '@ndl/ir';
import type { Job } from '../calls/job.ts';
import type { StateOwner } from './run-state.ts';

/** What a symbol stands for: a view, its buffer, and whose it is. */
export interface NamedView {
  readonly name: string;
  readonly view: View;
  readonly buffer: Buffer;
  /** The program whose symbol it is. */
  readonly owner: StateOwner;
}

/** Where programs lay a symbol out in several ways, that one counts which keeps its contents. */
export class SymbolTable {
  readonly #all = new Map<string, NamedView>();
  /** Those of programs, as trainings carry nothing on. */
  readonly #state = new Map<string, NamedView>();
  readonly #ofPrograms = new Set<string>();

  constructor(jobs: Iterable<Job>) {
    const byKind = [...jobs].toSorted((a, b) => Number(a.training !== undefined) - Number(b.training !== undefined));
    for (const job of byKind) {
      for (const [name, view] of Object.entries(job.program.symbols)) {
        const named = { name, view, buffer: job.buffers.get(view.buffer)!, owner: job };
        const known = this.#all.get(name);
        if (known === undefined || (!keepsContents(known.buffer) && keepsContents(named.buffer)))
          this.#all.set(name, named);
        if (job.training !== undefined) continue;
        this.#ofPrograms.add(name);
        if (isCarried(named.buffer) && !this.#state.has(name)) this.#state.set(name, named);
      }
    }
  }

  /** @throws NdlError UNKNOWN_SYMBOL */
  get(name: string): NamedView {
    const named = this.#all.get(name);
    if (named === undefined) throw executableErrors.symbolUnknown(name, [...this.#all.keys()]);
    return named;
  }

  /** Whether a program has it, trainings aside. */
  has(name: string): boolean {
    return this.#ofPrograms.has(name);
  }

  /** What runs carry on, by name. */
  get state(): ReadonlyMap<string, NamedView> {
    return this.#state;
  }
}

/** Whether a buffer's contents are carried from run to run. */
export function isCarried({ lifetime }: Buffer): boolean {
  return lifetime === 'run';
}

function keepsContents(buffer: Buffer): boolean {
  return isCarried(buffer) || buffer.role === 'parameter';
}
