/** @file All that was added to an executable, and what it amounts to together: symbols, hosts, and how far back anybody looks. */
import { executableErrors } from '@ndl/core';
import type { Buffer, Dtype, GeneratedSource, Program, Tables, Training, TrainingGoal } from '@ndl/ir';
import type { Pieces } from '@ndl/numerics';
import { dtypeConflict } from '../errors.ts';
import { generatedInputs } from '../feeds/generators.ts';
import { Job, type RunnableProgram } from './job.ts';
import type { KnownHost, Savable } from '../memory/saved-state.ts';
import { isCarried, SymbolTable } from '../memory/symbol-table.ts';

/** The programs and trainings of an executable, by name, and what they amount to together. */
export class JobList implements Savable {
  readonly #jobs = new Map<string, Job>();
  /** Steps before that programs want to be kept, by buffer id. */
  readonly #wanted = new Map<string, number>();
  /** Those that are kept: what was wanted when the present state began. */
  #keep: ReadonlyMap<string, number> = new Map();
  #dtype: Dtype | undefined;
  #symbols: SymbolTable = new SymbolTable([]);

  /** The number format of all; float32 before anything was added. */
  get dtype(): Dtype {
    return this.#dtype ?? 'float32';
  }

  get symbols(): SymbolTable {
    return this.#symbols;
  }

  /** Of programs, as trainings carry nothing on. */
  get hosts(): ReadonlyMap<string, KnownHost> {
    const programs = [...this.#jobs.values()].filter(({ training }) => training === undefined);
    return new Map(programs.flatMap(({ program, tables }) => program.hosts.map((host) => [host.id, { host, tables }])));
  }

  /** Generated inputs of programs, by name. */
  get generated(): ReadonlyMap<string, GeneratedSource> {
    const programs = [...this.#jobs.values()].filter(({ training }) => training === undefined);
    return new Map(programs.flatMap(({ program }) => [...generatedInputs(program)]));
  }

  has(name: string): boolean {
    return this.#jobs.has(name);
  }

  /**
   * Takes a program or training under a name.
   * @throws NdlError IR_INVALID, PROGRAM_DUPLICATE
   */
  *add(name: string, given: Program | Training, tables: Tables): Pieces<void> {
    if (this.#jobs.has(name)) throw executableErrors.programDuplicate(name);
    const job = yield* Job.made(name, given, tables);
    const { dtype } = job.program;
    if (this.#dtype !== undefined && this.#dtype !== dtype) throw dtypeConflict(name, this.#dtype, dtype);
    this.#dtype = dtype;
    this.#jobs.set(name, job);
    this.#symbols = new SymbolTable(this.#jobs.values());
    if (job.training === undefined) this.#want(job);
  }

  /** Forgets a job. Returns it, as a call under way may be at it. */
  remove(name: string): Job | undefined {
    const job = this.#jobs.get(name);
    if (job === undefined) return undefined;
    this.#jobs.delete(name);
    this.#symbols = new SymbolTable(this.#jobs.values());
    return job;
  }

  /** @throws NdlError UNKNOWN_PROGRAM, PROGRAM_KIND */
  get(name: string, kind: 'program' | 'training'): Job {
    const job = this.#jobs.get(name);
    if (job === undefined) throw executableErrors.programUnknown(name, [...this.#jobs.keys()]);
    if ((job.training === undefined) !== (kind === 'program')) throw executableErrors.programKind(name, kind);
    return job;
  }

  runnable(job: Job, goal: TrainingGoal | 'run'): Pieces<RunnableProgram> {
    return job.runnable(goal, this.#keep);
  }

  /** Steps before that are kept of a buffer: as many as any program looks back, and the last one where a symbol shows it. */
  keepOf({ id, steps }: Buffer): number {
    return Math.max(steps === 'one' ? 0 : steps.before, this.#keep.get(id) ?? this.#wanted.get(id) ?? 0);
  }

  /**
   * To be called before anything happens in a state: from now on as much is kept as the programs want that there are. Returns
   * programs that must be bound anew, as they kept less.
   */
  settle(): readonly RunnableProgram[] {
    const isMore = [...this.#wanted].some(([id, wanted]) => wanted > (this.#keep.get(id) ?? 0));
    if (!isMore) return [];
    this.#keep = new Map(this.#wanted);
    return [...this.#jobs.values()].flatMap((job) => job.forgetRunnable());
  }

  #want({ program }: Job): void {
    const shown = new Set(Object.values(program.symbols).map(({ buffer }) => buffer));
    for (const buffer of program.buffers.filter(isCarried)) {
      const { id, steps } = buffer;
      const wanted = steps === 'one' ? 1 : Math.max(steps.before, shown.has(id) ? 1 : 0);
      this.#wanted.set(id, Math.max(wanted, this.#wanted.get(id) ?? 0));
    }
  }
}
