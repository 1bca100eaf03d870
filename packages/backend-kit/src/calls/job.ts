/** @file What was added to an executable under a name: a program, or a training with the programs that are made of it. */
import {
  assembleTrainingInPieces,
  type Buffer,
  type Program,
  type Tables,
  type Training,
  type TrainingGoal,
  verifyProgramInPieces,
  verifyTrainingInPieces,
} from '@ndl/ir';
import type { Pieces } from '@ndl/numerics';
import { hostAbsent } from '../errors.ts';
import { prepareProgram, type PreparedProgram } from '../programs/phases.ts';

/** Operations that preparing a program takes: more than a piece. */
const LONG = 2 ** 20;

/** A program that can be bound, with what it names. */
export interface RunnableProgram {
  /** Of the job that it was made for. */
  readonly name: string;
  readonly goal: TrainingGoal | 'run';
  readonly prepared: PreparedProgram;
  readonly tables: Tables;
}

/** A program or a training that was added, and what is made of it when it is first run. */
export class Job {
  readonly name: string;
  readonly training: Training | undefined;
  /** Of a training the forward program. */
  readonly program: Program;
  /** Of the program, and of the training. */
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly tables: Tables;
  readonly #runnable = new Map<TrainingGoal | 'run', RunnableProgram>();

  /** A job that is checked. @throws NdlError IR_INVALID */
  static *made(name: string, given: Program | Training, tables: Tables): Pieces<Job> {
    if ('forward' in given) yield* verifyTrainingInPieces(given, tables.arrays);
    else yield* verifyProgramInPieces(given, { arrays: tables.arrays });
    return new Job(name, given, tables);
  }

  private constructor(name: string, given: Program | Training, tables: Tables) {
    this.name = name;
    this.tables = tables;
    this.training = 'forward' in given ? given : undefined;
    this.program = 'forward' in given ? given.forward : given;
    for (const { id, differentiable } of [...this.program.hosts, ...(this.training?.hosts ?? [])]) {
      const functions = tables.hosts.get(id);
      if (functions === undefined) throw hostAbsent(name, id, 'functions');
      if (differentiable && functions.derivative === undefined) throw hostAbsent(name, id, 'derivative');
    }
    const all = [...this.program.buffers, ...(this.training?.buffers ?? [])];
    this.buffers = new Map(all.map((buffer) => [buffer.id, buffer]));
  }

  /**
   * The program that does this, prepared when it is first asked for.
   * @param keep steps before that buffers keep for the sake of other programs, by id
   */
  *runnable(goal: TrainingGoal | 'run', keep: ReadonlyMap<string, number>): Pieces<RunnableProgram> {
    const known = this.#runnable.get(goal);
    if (known !== undefined) return known;
    const { program, tables } =
      goal === 'run' || this.training === undefined
        ? this
        : yield* assembleTrainingInPieces(this.training, this.tables, goal);
    yield LONG;
    const made = { name: this.name, goal, prepared: prepareProgram(program, keep), tables };
    yield LONG;
    this.#runnable.set(goal, made);
    return made;
  }

  /** What was prepared is prepared anew when it is asked for. Returns what it was. */
  forgetRunnable(): readonly RunnableProgram[] {
    const known = [...this.#runnable.values()];
    this.#runnable.clear();
    return known;
  }
}
