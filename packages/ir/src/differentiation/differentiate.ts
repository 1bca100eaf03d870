/**
 * @file Reverse-mode differentiation of a whole program, as programs.
 *
 * The backward program walks the sections of the forward one from its end, the loss, to its beginning: each becomes a section of
 * its own kind that runs the other way. So what was computed once per window is differentiated once per window.
 *
 * State that begins as a parameter hands what is left of its gradient, before the first step, to that parameter; other initial
 * values are constants.
 */
import { findActivity } from './activity.ts';
import type { AdjointContext } from './adjoint-context.ts';
import { adjointOfBeginning, type Beginning, beginningsOf, dependencesOfBeginnings } from './adjoint-of-beginnings.ts';
import { AdjointWriter } from './adjoint-writer.ts';
import { writeAdjoint } from './adjoints.ts';
import { GradientLedger } from './gradient-ledger.ts';
import { GradientLives } from './gradient-lives.ts';
import { buffersOf, instructionsOf } from '../program/instruction-access.ts';
import type { Buffer, HostDeclaration, Program, Section, Training } from '../program/program.ts';
import { type HostFunctions, NO_TABLES, type Tables } from '../program/tables.ts';
import { refuseLags } from './refuse-lags.ts';
import { Tape } from './tape.ts';

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
 * @throws NdlError IR_INVALID where the forward program reads at a lag
 */
export function differentiate(training: Training, tables: Tables = NO_TABLES): Differentiated {
  const forward = withLoss(training);
  refuseLags(forward);
  const beginnings = beginningsOf(forward);
  const { active, blocked } = findActivity(
    instructionsOf(forward),
    forward.hosts,
    training.trainable,
    training.objective,
    dependencesOfBeginnings(beginnings),
  );
  const adjoint = new Adjoint(training, forward, active, tables);
  const sections = forward.sections.map((_, fromEnd) => adjoint.section(forward.sections.length - 1 - fromEnd));
  sections.push(adjoint.before(beginnings));
  return { ...adjoint.programs(sections), blocked };
}

/** The backward program while its sections are written, and what it asks of the forward one. */
class Adjoint {
  readonly #training: Training;
  readonly #forward: Program;
  readonly #tables: Tables;
  readonly #trainable: ReadonlySet<string>;
  readonly #lives: GradientLives;
  /** Forward buffers that have a gradient. */
  readonly #wanted: readonly Buffer[];
  readonly #gradientBuffers: ReadonlyMap<string, Buffer>;
  readonly #writer = new AdjointWriter();
  readonly #gradients: GradientLedger;
  readonly #tape: Tape;
  readonly #forwardHosts: ReadonlyMap<string, HostDeclaration>;
  readonly #hosts = new Map<string, HostDeclaration>();
  readonly #functions = new Map<string, HostFunctions>();

  constructor(training: Training, forward: Program, active: ReadonlySet<string>, tables: Tables) {
    this.#training = training;
    this.#forward = forward;
    this.#tables = tables;
    this.#trainable = new Set(training.trainable);
    this.#lives = new GradientLives(forward, this.#trainable);
    this.#wanted = forward.buffers.filter(({ id }) => active.has(id) || this.#trainable.has(id));
    this.#gradientBuffers = new Map(this.#wanted.map((buffer) => [buffer.id, this.#lives.declare(buffer)]));
    this.#gradients = new GradientLedger(this.#writer, forward.buffers, this.#gradientBuffers);
    this.#tape = new Tape(forward);
    this.#forwardHosts = new Map(forward.hosts.map((host) => [host.id, host]));
  }

  /** The adjoint of a section of the forward program; to be asked for from the last to the first. */
  section(number: number): Section {
    const { kind, direction, instructions } = this.#forward.sections[number]!;
    const [gradients, { objective }] = [this.#gradients, this.#training];
    gradients.begin(
      kind,
      this.#those((buffer) => this.#lives.beginsAtZero(buffer, number)),
    );
    if (number === this.#forward.sections.length - 1 && gradients.isWanted(objective))
      this.#writer.emit({ kind: 'fill', value: 1, ...gradients.direct(objective) });
    for (let index = instructions.length - 1; index >= 0; index--) {
      this.#writer.describe(instructions[index]!);
      writeAdjoint(instructions[index]!, this.#contextAt(number, index));
    }
    return {
      kind,
      direction: direction === 'ascending' ? 'descending' : 'ascending',
      instructions: gradients.finish(this.#those((buffer) => this.#lives.outlives(buffer, number))),
    };
  }

  /** The adjoint of how state begins. */
  before(beginnings: readonly Beginning[]): Section {
    const [gradients, writer] = [this.#gradients, this.#writer];
    gradients.begin('before', []);
    for (const beginning of beginnings) adjointOfBeginning(beginning, { gradients, writer });
    return { kind: 'before', direction: 'descending', instructions: gradients.finish([]) };
  }

  programs(sections: readonly Section[]): Omit<Differentiated, 'blocked'> {
    const { dtype, dt, scalars } = this.#forward;
    const forward = this.#tape.recorded();
    const used = buffersOf(instructionsOf({ sections }));
    for (const { state, parameter } of beginningsOf(forward)) if (used.has(state.id)) used.add(parameter.id);
    const buffers = [...forward.buffers, ...this.#gradientBuffers.values(), ...this.#writer.temporaries];
    const backward: Program = {
      dtype,
      dt,
      scalars,
      buffers: buffers.filter(({ id }) => used.has(id)),
      sections: sections.filter(({ instructions }) => instructions.length > 0),
      inputs: [],
      outputs: [],
      hosts: [...this.#hosts.values()],
      symbols: {},
    };
    const { arrays, hosts } = this.#tables;
    return { forward, backward, tables: { arrays, hosts: new Map([...hosts, ...this.#functions]) } };
  }

  #those(condition: (buffer: Buffer) => boolean): string[] {
    return this.#wanted.filter(condition).map(({ id }) => id);
  }

  #contextAt(section: number, index: number): AdjointContext {
    return {
      gradients: this.#gradients,
      writer: this.#writer,
      valueOf: (view) => this.#tape.valueOf(section, index, view),
      hostOf: (id) => this.#forwardHosts.get(id)!,
      functionsOf: (id) => this.#tables.hosts.get(id)!,
      declareHost: (host, functions) => {
        this.#hosts.set(host.id, host);
        this.#functions.set(host.id, functions);
      },
    };
  }
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
