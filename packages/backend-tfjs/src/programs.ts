/** @file The programs and trainings of an executable, by name, and the symbols of all of them. */
import { executableErrors } from '@ndl/core';
import {
  verifyProgram,
  verifyTraining,
  type Buffer,
  type HostDeclaration,
  type Program,
  type Tables,
  type Training,
  type View,
} from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { hostMissing, programUnsupported } from './errors.ts';
import { LoweredProgram } from './lowered-program.ts';
import type { TensorFlow } from './tensors.ts';
import { whyUnsupported } from './unsupported.ts';

/** What a symbol stands for, in one of the programs that have it. */
export interface SymbolPlace {
  readonly name: string;
  readonly view: View;
  readonly buffer: Buffer;
  readonly lowered: LoweredProgram;
}

export class Programs {
  readonly #tf: TensorFlow;
  readonly #programs = new Map<string, LoweredProgram>();

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  /** @throws NdlError IR_INVALID, PROGRAM_DUPLICATE, TFJS_PROGRAM_UNSUPPORTED, BUFFER_CONFLICT */
  add(name: string, job: Program | Training, tables: Tables): void {
    if (this.has(name)) throw executableErrors.programDuplicate(name);
    const training = 'forward' in job ? job : undefined;
    const program = 'forward' in job ? job.forward : job;
    if (training !== undefined) verifyTraining(training, tables.arrays);
    else verifyProgram(program, { arrays: tables.arrays });
    const missing = [...program.hosts, ...(training?.hosts ?? [])].find(({ id }) => !tables.hosts.has(id));
    if (missing !== undefined) throw hostMissing(name, missing);
    const reason = whyUnsupported(program, training);
    if (reason !== undefined) throw programUnsupported(name, reason);
    const lowered = new LoweredProgram(this.#tf, program, tables, training);
    this.#checkBuffers(lowered.buffers);
    this.#programs.set(name, lowered);
  }

  has(name: string): boolean {
    return this.#programs.has(name);
  }

  /** What was added under the name, if anything; it is not disposed of. */
  remove(name: string): LoweredProgram | undefined {
    const known = this.#programs.get(name);
    this.#programs.delete(name);
    return known;
  }

  /** @throws NdlError PROGRAM_UNKNOWN, PROGRAM_KIND */
  get(name: string, kind: 'program' | 'training'): LoweredProgram {
    const known = this.#programs.get(name);
    if (known === undefined) throw executableErrors.programUnknown(name, [...this.#programs.keys()]);
    if ((known.training === undefined) !== (kind === 'program')) throw executableErrors.programKind(name, kind);
    return known;
  }

  /** @param first the program that is asked first, if any. @throws NdlError SYMBOL_UNKNOWN */
  symbol(name: string, first?: LoweredProgram): SymbolPlace {
    const all = [...(first ? [first] : []), ...this.#programs.values()];
    const lowered = all.find(({ program }) => Object.hasOwn(program.symbols, name));
    if (lowered === undefined) throw executableErrors.symbolUnknown(name, [...this.#symbolNames()]);
    const view = lowered.program.symbols[name]!;
    return { name, view, buffer: lowered.segments.buffer(view.buffer), lowered };
  }

  /** All symbols, once each. */
  symbols(): readonly SymbolPlace[] {
    return [...this.#symbolNames()].map((name) => this.symbol(name));
  }

  /** Host functions of all programs, once each, but for those of losses. */
  hosts(): readonly { readonly host: HostDeclaration; readonly functions: Tables['hosts'] }[] {
    const known = new Map<string, { readonly host: HostDeclaration; readonly functions: Tables['hosts'] }>();
    for (const { program, tables } of this.#programs.values())
      for (const host of program.hosts) if (!known.has(host.id)) known.set(host.id, { host, functions: tables.hosts });
    return [...known.values()];
  }

  dispose(): void {
    for (const program of this.#programs.values()) program.dispose();
    this.#programs.clear();
  }

  #symbolNames(): ReadonlySet<string> {
    return new Set([...this.#programs.values()].flatMap(({ program }) => Object.keys(program.symbols)));
  }

  /** Buffers that programs share keep their size. */
  #checkBuffers(buffers: readonly Buffer[]): void {
    const known = new Map(
      [...this.#programs.values()].flatMap((each) => each.buffers.map((own) => [own.id, own] as const)),
    );
    for (const { id, shape, lifetime } of buffers) {
      const other = known.get(id);
      const lasts = lifetime === 'run' || lifetime === 'forever';
      if (other === undefined || !lasts || other.lifetime !== lifetime) continue;
      if (sizeOf(shape) !== sizeOf(other.shape))
        throw executableErrors.bufferConflict(id, sizeOf(other.shape), sizeOf(shape));
    }
  }
}
