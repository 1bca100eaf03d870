/**
 * @file Reverse-mode differentiation of a whole program in lag form, as programs.
 *
 * The backward program walks the sections of the forward one from its end, the loss, to its beginning: each becomes a section of
 * its own kind that runs the other way. So what was computed once per window is differentiated once per window.
 *
 * State that begins as a parameter hands what is left of its gradient, before the first step, to that parameter; other initial
 * values are constants.
 */
import { complete, type Pieces } from '@ndl/numerics';
import { findActivity } from './activity.ts';
import type { AdjointContext } from './adjoint-context.ts';
import { adjointOfBeginning, type Beginning, beginningsOf, dependencesOfBeginnings } from './adjoint-of-beginnings.ts';
import { AdjointWriter } from './adjoint-writer.ts';
import { writeAdjoint } from './adjoints.ts';
import { GradientLedger } from './gradient-ledger.ts';
import { GradientLives } from './gradient-lives.ts';
import { toLagForm } from '../lag-form/lag-form.ts';
import { withDepths } from '../lag-form/lags.ts';
import { BufferUses } from '../program/buffer-uses.ts';
import { buffersOf, instructionsOf } from '../program/instruction-access.ts';
import type { Instruction } from '../program/instructions.ts';
import type { Buffer, HostDeclaration, Program, Section, Training } from '../program/program.ts';
import { type HostFunctions, NO_TABLES, type Tables } from '../program/tables.ts';
import { sectionPasses } from '../program/section-passes.ts';
import type { View } from '../program/view.ts';
import { lagsOf } from '../program/views.ts';
import { Tape } from './tape.ts';

/** The two programs that derivatives of a loss are computed by. */
export interface Differentiated {
  /**
   * The forward program with `loss` as its last section, buffers kept for each step and values copied for the backward program.
   * It has the buffers of the loss, too; those that only `update` uses are left to the training.
   */
  readonly forward: Program;
  /**
   * To be run after `forward` over the same buffers (found by id), with the same items and steps. It leaves the gradient
   * of each trainable buffer in buffer `gradientOf(id)`, summed over items and steps.
   */
  readonly backward: Program;
  /** The given tables and the hosts of the backward program. */
  readonly tables: Tables;
  /** Labels of the hosts without derivative that stand between a trainable and the objective: no gradient passes them. */
  readonly blocked: readonly string[];
}

/**
 * Differentiates the objective of a training by its trainable buffers. The training must pass `verifyTraining`.
 * @param tables where the functions of its differentiable hosts are found
 */
export function differentiate(training: Training, tables: Tables = NO_TABLES): Differentiated {
  return complete(differentiateInPieces(training, tables));
}

/** What writing the adjoint of an instruction takes, in operations. */
const INSTRUCTION_COST = 2 ** 14;

/** `differentiate` in pieces, of which a section is one. */
export function* differentiateInPieces(training: Training, tables: Tables): Pieces<Differentiated> {
  const forward = toLagForm(withLoss(training));
  yield INSTRUCTION_COST * instructionsOf(forward).length;
  const beginnings = beginningsOf(forward);
  const { active, blocked } = findActivity(
    instructionsOf(forward),
    forward.hosts,
    training.trainable,
    training.objective,
    dependencesOfBeginnings(beginnings),
  );
  const adjoint = new Adjoint(training, forward, active, tables);
  for (let number = forward.sections.length - 1; number >= 0; number--) {
    yield INSTRUCTION_COST * forward.sections[number]!.instructions.length;
    adjoint.writeSection(number);
  }
  adjoint.writeEnd(beginnings);
  yield INSTRUCTION_COST;
  return { ...adjoint.programs(), blocked };
}

/** Whether the pass of a training computes its blocks once more for their adjoint; where there are several, all is kept. */
export function recomputes({ tape }: Training, forward: Program): boolean {
  return tape === 'recompute' && new Set(sectionPasses(forward.sections)).size === 2;
}

/** A section of the backward program while others may still add to it. */
interface Draft extends Section {
  readonly instructions: Instruction[];
  /** Instructions before the first that reads a gradient. */
  readonly head: number;
}

/** What the steps before the first hand on. */
interface Early {
  readonly view: View;
  readonly source: View;
  readonly label: string | undefined;
}

/** The backward program while its sections are written, and what it asks of the forward one. */
class Adjoint {
  readonly #training: Training;
  readonly #forward: Program;
  readonly #tables: Tables;
  readonly #trainable: ReadonlySet<string>;
  readonly #lives: GradientLives;
  readonly #uses: BufferUses;
  /** Forward buffers that have a gradient. */
  readonly #wanted: readonly Buffer[];
  readonly #gradientBuffers: ReadonlyMap<string, Buffer>;
  readonly #writer = new AdjointWriter();
  readonly #gradients: GradientLedger;
  readonly #tape: Tape;
  readonly #forwardHosts: ReadonlyMap<string, HostDeclaration>;
  readonly #hosts = new Map<string, HostDeclaration>();
  readonly #functions = new Map<string, HostFunctions>();
  /** By number of the forward section, last first. */
  readonly #drafts = new Map<number, Draft>();
  readonly #passes: readonly number[];
  /** The number of the section that is written, and what its sums at a lag are. */
  #section = -1;
  #late: Instruction[] = [];
  readonly #early: Early[] = [];
  readonly #end: Section[] = [];

  constructor(training: Training, forward: Program, active: ReadonlySet<string>, tables: Tables) {
    this.#training = training;
    this.#forward = forward;
    this.#tables = tables;
    this.#trainable = new Set(training.trainable);
    this.#lives = new GradientLives(forward);
    this.#uses = new BufferUses(forward);
    this.#passes = sectionPasses(forward.sections);
    this.#wanted = forward.buffers.filter(({ id }) => active.has(id) || this.#trainable.has(id));
    this.#gradientBuffers = new Map(this.#wanted.map((buffer) => [buffer.id, this.#lives.declare(buffer)]));
    const beginnings = new Set(beginningsOf(forward).map(({ state }) => state.id));
    this.#gradients = new GradientLedger({
      writer: this.#writer,
      forward: forward.buffers,
      gradients: this.#gradientBuffers,
      late: (view, instruction) => this.#takeLate(view, instruction),
      early: (view, source) => this.#early.push({ view, source, label: this.#writer.label }),
      hasBeginning: (id) => beginnings.has(id) && this.#gradientBuffers.has(id),
    });
    this.#tape = new Tape(forward, recomputes(training, forward));
    this.#forwardHosts = new Map(forward.hosts.map((host) => [host.id, host]));
  }

  /** Writes the adjoint of a section of the forward program; to be asked for from the last to the first. */
  writeSection(number: number): void {
    const { kind, direction, instructions } = this.#forward.sections[number]!;
    const [gradients, { objective }] = [this.#gradients, this.#training];
    this.#section = number;
    this.#late = [];
    const awaited = this.#those((buffer) => this.#awaitsLags(buffer, number));
    gradients.begin(
      kind,
      this.#those((buffer) => this.#lives.beginsAtZero(buffer, number)),
      awaited,
    );
    const head = this.#writer.count;
    if (number === this.#forward.sections.length - 1 && gradients.isWanted(objective))
      this.#writer.emit({ kind: 'fill', label: 'gradient of the objective', value: 1, ...gradients.direct(objective) });
    for (let index = instructions.length - 1; index >= 0; index--) {
      this.#writer.describe(instructions[index]!);
      writeAdjoint(instructions[index]!, this.#context());
    }
    this.#writer.insert(head, this.#late);
    const needed = this.#those((buffer) => this.#lives.outlives(buffer, number));
    const written = gradients.finish([...needed, ...awaited]);
    this.#drafts.set(number, {
      kind,
      direction: direction === 'ascending' ? 'descending' : 'ascending',
      instructions: [...written],
      head: head + this.#late.length,
    });
    this.#open(number);
  }

  /** The adjoint of how state begins, and the gradients of what is trained. */
  writeEnd(beginnings: readonly Beginning[]): void {
    const [gradients, writer] = [this.#gradients, this.#writer];
    gradients.begin('window', []);
    // Also what is zero is written in each window: only the first has something from before its first step to add.
    const inWindow = gradients.finish(this.#those(({ id }) => this.#trainable.has(id)));
    gradients.begin('before', []);
    for (const { view, source, label } of this.#early) {
      const { parameter } = beginnings.find(({ state }) => state.id === view.buffer)!;
      if (!this.#gradientBuffers.has(parameter.id)) continue;
      writer.describe(label === undefined ? {} : { label });
      gradients.addBeginning(view, source, parameter.id);
    }
    for (const beginning of beginnings) adjointOfBeginning(beginning, { gradients, writer });
    this.#end.push(
      { kind: 'window', direction: 'descending', instructions: inWindow },
      { kind: 'before', direction: 'descending', instructions: gradients.finish([]) },
    );
  }

  programs(): Omit<Differentiated, 'blocked'> {
    const { dtype, dt, scalars } = this.#forward;
    const sections = joinWindows([...this.#drafts.values(), ...this.#end]);
    const forward = this.#tape.recorded();
    const used = buffersOf(instructionsOf({ sections }));
    for (const { state, parameter } of beginningsOf(forward)) if (used.has(state.id)) used.add(parameter.id);
    const buffers = [...forward.buffers, ...this.#gradientBuffers.values(), ...this.#writer.temporaries];
    const backward: Program = withDepths({
      dtype,
      dt,
      scalars,
      buffers: buffers.filter(({ id }) => used.has(id)),
      sections,
      inputs: [],
      outputs: [],
      hosts: [...this.#hosts.values()],
      symbols: {},
    });
    const { arrays, hosts } = this.#tables;
    return { forward, backward, tables: { arrays, hosts: new Map([...hosts, ...this.#functions]) } };
  }

  /** What the adjoint of a pass asks for is done in the window section before it. */
  #open(number: number): void {
    if (this.#passes[number] === -1 || this.#passes[number - 1] === this.#passes[number]) return;
    let before = number;
    while (this.#passes[before] !== -1) before++;
    this.#drafts.get(before)!.instructions.push(...this.#gradients.takeOpenings());
  }

  /** Whether a sum that reads at a lag is to be added to a gradient before anything else of a section. */
  #awaitsLags({ id, steps }: Buffer, number: number): boolean {
    if (steps === 'one' || this.#lastWriter(id) !== number) return false;
    return this.#uses.readsOf(id).some(({ view, section }) => lagsOf(view).least > 0 && this.#isLate(section, number));
  }

  /** A sum at a lag is known before its step begins; the adjoint of whatever wrote the state may want it first. */
  #takeLate(view: View, instruction: Instruction): void {
    const writer = this.#lastWriter(view.buffer);
    if (writer === undefined || !this.#isLate(this.#section, writer)) this.#writer.emit(instruction);
    else if (writer === this.#section) this.#late.push(instruction);
    else {
      const { instructions, head } = this.#drafts.get(writer)!;
      instructions.splice(head, 0, instruction);
    }
  }

  /** Whether the adjoint of the writer's section has begun before that of the reader's has. */
  #isLate(reader: number, writer: number): boolean {
    return writer > reader || (writer === reader && this.#forward.sections[writer]!.kind === 'steps');
  }

  #lastWriter(id: string): number | undefined {
    return this.#uses.writesOf(id).at(-1)?.section;
  }

  #those(condition: (buffer: Buffer) => boolean): string[] {
    return this.#wanted.filter(condition).map(({ id }) => id);
  }

  #context(): AdjointContext {
    return {
      gradients: this.#gradients,
      writer: this.#writer,
      valueOf: (view) => this.#tape.valueOf(view),
      hostOf: (id) => this.#forwardHosts.get(id)!,
      functionsOf: (id) => this.#tables.hosts.get(id)!,
      declareHost: (host, functions) => {
        this.#hosts.set(host.id, host);
        this.#functions.set(host.id, functions);
      },
    };
  }
}

/** Window sections that follow one another are one; sections without instructions go. */
function joinWindows(sections: readonly Section[]): readonly Section[] {
  const joined: Section[] = [];
  for (const { kind, direction, instructions } of sections) {
    if (instructions.length === 0) continue;
    const last = joined.at(-1);
    if (kind === 'window' && last?.kind === 'window' && last.direction === direction)
      joined[joined.length - 1] = { kind, direction, instructions: [...last.instructions, ...instructions] };
    else joined.push({ kind, direction, instructions });
  }
  return joined;
}

/** The forward program followed by the loss, with the buffers that the loss names. */
export function withLoss({ forward, buffers, targets, scalars, hosts, loss, objective, reports }: Training): Program {
  const named = buffersOf(loss);
  const kept = [objective, ...Object.values(reports)].map((view) => view.buffer);
  for (const id of [...kept, ...targets.map((target) => target.buffer)]) named.add(id);
  return {
    ...forward,
    scalars: [...forward.scalars, ...scalars],
    buffers: [...forward.buffers, ...buffers.filter(({ id }) => named.has(id))],
    sections: [...forward.sections, { kind: 'window', direction: 'ascending', instructions: loss }],
    hosts: [...forward.hosts, ...hosts],
  };
}
