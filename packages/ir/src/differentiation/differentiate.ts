/**
 * @file Reverse-mode differentiation of a whole program, as programs.
 *
 * The backward program walks the sections of the forward one from its end, the loss, to its beginning: each becomes a section of
 * its own kind that runs the other way. So what was computed once per window is differentiated once per window. A buffer that
 * keeps its contents from step to step (state, parameters, what a window section set) has a gradient that does so too,
 * downwards; a buffer that each step sets anew has a gradient that each step sets anew.
 *
 * State that begins as a parameter hands what is left of its gradient, before the first step, to that parameter; other initial
 * values are constants.
 */
import { findActivity } from './activity.ts';
import type { AdjointContext } from './adjoint-context.ts';
import { writeAdjoint } from './adjoints.ts';
import { Extents } from './extents.ts';
import { GradientLedger } from './gradient-ledger.ts';
import { buffersOf, instructionsOf } from '../program/instruction-access.ts';
import {
  type Buffer,
  gradientOf,
  type HostDeclaration,
  type Program,
  type Section,
  type Training,
} from '../program/program.ts';
import { type HostFunctions, NO_TABLES, type Tables } from '../program/tables.ts';
import { fullView } from '../program/views.ts';
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
    beginnings.map(({ parameter, state }) => ({ from: parameter.id, to: state.id })),
  );
  const extents = new Extents(forward);
  const isTrainable = ({ id }: Buffer): boolean => training.trainable.includes(id);
  const wanted = forward.buffers.filter((buffer) => active.has(buffer.id) || isTrainable(buffer));
  const gradientBuffers = new Map(wanted.map((buffer) => [buffer.id, gradientBuffer(buffer, extents)]));
  const gradients = new GradientLedger(forward.buffers, gradientBuffers);
  const tape = new Tape(forward);
  const hosts = new Map<string, HostDeclaration>();
  const functions = new Map<string, HostFunctions>();

  const writeAdjoints = ({ instructions }: Section, section: number): void => {
    instructions.toReversed().forEach((instruction, fromEnd) => {
      const index = instructions.length - 1 - fromEnd;
      const context: AdjointContext = {
        gradients,
        valueOf: (view) => tape.valueOf(section, index, view),
        hostOf: (id) => forward.hosts.find((host) => host.id === id)!,
        functionsOf: (id) => tables.hosts.get(id)!,
        declareHost: (host, own) => {
          hosts.set(host.id, host);
          functions.set(host.id, own);
        },
      };
      gradients.describe(instruction);
      writeAdjoint(instruction, context);
    });
  };
  const those = (condition: (buffer: Buffer) => boolean): string[] =>
    wanted.filter(condition).map((buffer) => buffer.id);

  const adjoint = (section: Section, number: number): Section => {
    const isFirst = number === forward.sections.length - 1;
    gradients.begin(
      section.kind,
      those((buffer) => isFirst || extents.isLocal(buffer, number)),
    );
    if (isFirst && gradients.isWanted(training.objective))
      gradients.emit({ kind: 'fill', value: 1, ...gradients.direct(training.objective) });
    writeAdjoints(section, number);
    const isWalked = section.kind === 'steps';
    const needed = those((buffer) =>
      isWalked ? !extents.isSetAnew(buffer, number) : isTrainable(buffer) || extents.outlives(buffer, number),
    );
    return {
      kind: section.kind,
      direction: section.direction === 'ascending' ? 'descending' : 'ascending',
      instructions: gradients.finish(needed),
    };
  };
  const sections = forward.sections.map((_, fromEnd) => {
    const number = forward.sections.length - 1 - fromEnd;
    return adjoint(forward.sections[number]!, number);
  });
  sections.push(adjointOfBeginnings(beginnings, gradients, those(isTrainable)));

  const recorded = tape.recorded();
  const used = buffersOf(instructionsOf({ sections }));
  const ownBuffers = [...gradientBuffers.values(), ...gradients.temporaries];
  const backward: Program = {
    dtype: forward.dtype,
    dt: forward.dt,
    scalars: forward.scalars,
    buffers: [...recorded.buffers.filter(({ id }) => used.has(id)), ...ownBuffers.filter(({ id }) => used.has(id))],
    sections: sections.filter(({ instructions }) => instructions.length > 0),
    inputs: [],
    outputs: [],
    hosts: [...hosts.values()],
    symbols: {},
  };
  const all = { arrays: tables.arrays, hosts: new Map([...tables.hosts, ...functions]) };
  return { forward: recorded, backward, tables: all, blocked };
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

/** The gradient of what has a value for each step has one only where something looks at all of them. */
function gradientBuffer(buffer: Buffer, extents: Extents): Buffer {
  const isOfStep = extents.isOfStep(buffer);
  return {
    id: gradientOf(buffer.id),
    name: `gradient of ${buffer.name}`,
    shape: buffer.shape,
    items: buffer.items,
    steps: buffer.steps !== 'one' && extents.isSeenWhole(buffer) ? { span: 'window', before: 0 } : 'one',
    role: 'temp',
    lifetime: isOfStep ? 'step' : 'window',
    initial: 0,
  };
}

/** State that begins as a parameter. */
interface Beginning {
  readonly state: Buffer;
  readonly parameter: Buffer;
}

function beginningsOf({ buffers }: Program): readonly Beginning[] {
  return buffers.flatMap((state) => {
    const { initial } = state;
    if (typeof initial === 'number' || !('parameter' in initial)) return [];
    return [{ state, parameter: buffers.find(({ id }) => id === initial.parameter)! }];
  });
}

/** What is left of the gradients of such state, over all items, goes to the parameters. */
function adjointOfBeginnings(
  beginnings: readonly Beginning[],
  gradients: GradientLedger,
  needed: readonly string[],
): Section {
  gradients.begin('before', []);
  for (const { state, parameter } of beginnings) {
    const gradient = gradients.gradientAt(fullView(state));
    const into = fullView(parameter);
    if (gradient === undefined || !gradients.isWanted(into)) continue;
    gradients.describe({
      kind: 'copy',
      source: into,
      target: gradient,
      mode: 'set',
      label: `beginning of ${state.name}`,
    });
    gradients.addFrom(into, gradient, gradients.layoutOf(fullView(state)));
  }
  return { kind: 'before', direction: 'descending', instructions: gradients.finish(needed) };
}
