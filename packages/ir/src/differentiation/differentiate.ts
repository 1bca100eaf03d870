/**
 * @file Reverse-mode differentiation of a whole program, as programs.
 *
 * The backward program walks the forward one from its end: its prologue is the adjoint of the loss, its step the adjoint of
 * the step, its epilogue the adjoint of the prologue - so that what was computed once per block is differentiated once per
 * block. A buffer that keeps its contents from step to step (state, parameters, what the prologue set) has a gradient that
 * does so too, downwards; a buffer that each step sets anew has a gradient that each step sets anew.
 *
 * Initial values of state are constants: no gradient flows into them.
 */
import { findActivity } from './activity.ts';
import type { AdjointContext } from './adjoint-context.ts';
import { writeAdjoint } from './adjoints.ts';
import { GradientLedger } from './gradient-ledger.ts';
import { buffersOf, type Section, writesOf } from '../program/instruction-access.ts';
import { type Buffer, gradientOf, type HostDeclaration, type Program, type Training } from '../program/program.ts';
import { Tape } from './tape.ts';

export interface Differentiated {
  /**
   * The forward program with `loss` at the end of its epilogue, buffers kept as histories and values copied for the
   * backward program. It has the buffers of the loss, too; those that only `update` uses are left to the training.
   */
  readonly forward: Program;
  /**
   * To be run after `forward` over the same buffers (found by id), with the same items and steps. It leaves the gradient
   * of each trainable buffer in buffer `gradientOf(id)`, summed over items and steps.
   */
  readonly backward: Program;
  /** Labels of the hosts without derivative that stand between a trainable and the objective: no gradient passes them. */
  readonly blocked: readonly string[];
}

/** Differentiates the objective of a training by its trainable buffers. The training must pass `verifyTraining`. */
export function differentiate(training: Training): Differentiated {
  const forward = withLoss(training);
  const { active, blocked } = findActivity(
    [...forward.prologue, ...forward.step, ...forward.epilogue],
    forward.hosts,
    training.trainable,
    training.objective,
  );
  const lives = describeLives(forward);
  const wanted = forward.buffers.filter(({ id }) => active.has(id) || training.trainable.includes(id));
  const gradientBuffers = new Map(wanted.map((buffer) => [buffer.id, gradientBuffer(buffer, lives)]));
  const gradients = new GradientLedger(forward.buffers, gradientBuffers);
  const tape = new Tape(forward);
  const hosts = new Map<string, HostDeclaration>();

  const writeAdjoints = (section: Section): void => {
    forward[section].toReversed().forEach((instruction, fromEnd) => {
      const index = forward[section].length - 1 - fromEnd;
      const context: AdjointContext = {
        gradients,
        valueOf: (view) => tape.valueOf(section, index, view),
        hostOf: (id) => forward.hosts.find((host) => host.id === id)!,
        declareHost: (host) => hosts.set(host.id, host),
      };
      gradients.describe(instruction);
      writeAdjoint(instruction, context);
    });
  };
  const those = (condition: (buffer: Buffer) => boolean): string[] =>
    wanted.filter(condition).map((buffer) => buffer.id);
  const isTrainable = ({ id }: Buffer): boolean => training.trainable.includes(id);
  /** Set anew by each step, and not looked at outside: its gradient lives within a step. */
  const isOfStep = ({ id, role }: Buffer): boolean =>
    role === 'temp' && lives.writtenInStep.has(id) && !lives.inPrologue.has(id) && !lives.inEpilogue.has(id);
  /** Likewise of the prologue. */
  const isOfPrologue = ({ id }: Buffer): boolean =>
    lives.inPrologue.has(id) && !lives.inStep.has(id) && !lives.inEpilogue.has(id);

  gradients.begin(
    false,
    those(() => true),
  );
  if (gradients.isWanted(training.objective)) {
    gradients.emit({ kind: 'fill', value: 1, ...gradients.direct(training.objective) });
  }
  writeAdjoints('epilogue');
  const prologue = gradients.finish(
    those((buffer) => {
      const isUsedLater = lives.inStep.has(buffer.id) || lives.inPrologue.has(buffer.id);
      return isTrainable(buffer) || (isUsedLater && !isOfStep(buffer) && !isOfPrologue(buffer));
    }),
  );
  gradients.begin(true, those(isOfStep));
  writeAdjoints('step');
  const isOverwritten = ({ id, role }: Buffer): boolean =>
    role === 'temp' && lives.writtenInStep.has(id) && !lives.inPrologue.has(id);
  const step = gradients.finish(those((buffer) => !isOverwritten(buffer)));
  gradients.begin(false, those(isOfPrologue));
  writeAdjoints('prologue');
  const epilogue = gradients.finish(those(isTrainable));

  const recorded = tape.recorded();
  const used = buffersOf([...prologue, ...step, ...epilogue]);
  const ownBuffers = [...gradientBuffers.values(), ...gradients.temporaries];
  const backward: Program = {
    dtype: forward.dtype,
    dt: forward.dt,
    scalars: forward.scalars,
    buffers: [...recorded.buffers.filter(({ id }) => used.has(id)), ...ownBuffers.filter(({ id }) => used.has(id))],
    prologue,
    step,
    epilogue,
    direction: forward.direction === 'ascending' ? 'descending' : 'ascending',
    inputs: [],
    outputs: [],
    hosts: [...hosts.values()],
    symbols: {},
  };
  return { forward: recorded, backward, blocked };
}

/** The forward program followed by the loss, with the buffers that the loss names. */
function withLoss({ forward, buffers, targets, scalars, hosts, loss, objective, reports }: Training): Program {
  const named = buffersOf(loss);
  const kept = [objective, ...Object.values(reports)].map((view) => view.buffer);
  for (const id of [...kept, ...targets.map((target) => target.buffer)]) named.add(id);
  return {
    ...forward,
    scalars: [...forward.scalars, ...scalars],
    buffers: [...forward.buffers, ...buffers.filter(({ id }) => named.has(id))],
    epilogue: [...forward.epilogue, ...loss],
    hosts: [...forward.hosts, ...hosts],
  };
}

/** Where buffers are used. */
interface Lives {
  readonly inPrologue: ReadonlySet<string>;
  readonly inStep: ReadonlySet<string>;
  readonly inEpilogue: ReadonlySet<string>;
  readonly writtenInStep: ReadonlySet<string>;
}

function describeLives(program: Program): Lives {
  return {
    inPrologue: buffersOf(program.prologue),
    inStep: buffersOf(program.step),
    inEpilogue: buffersOf(program.epilogue),
    writtenInStep: new Set(program.step.flatMap(writesOf).map(({ target }) => target.buffer)),
  };
}

/** The gradient of a history is one only where something looks at the whole of it. */
function gradientBuffer(buffer: Buffer, { inPrologue, inEpilogue }: Lives): Buffer {
  return {
    id: gradientOf(buffer.id),
    name: `gradient of ${buffer.name}`,
    shape: buffer.shape,
    batched: buffer.batched,
    history: buffer.history && (inPrologue.has(buffer.id) || inEpilogue.has(buffer.id)),
    role: 'gradient',
    initial: 0,
  };
}
