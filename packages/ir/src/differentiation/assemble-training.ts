/** @file A training as one program: what a backend that brings no derivatives of its own runs, window by window. */
import type { Program, Section, Training } from '../program/program.ts';
import { type Tables } from '../program/tables.ts';
import { takeApart } from '../distribution/take-apart.ts';
import { differentiate, withLoss } from './differentiate.ts';

/** What is done once the losses of a window are known. */
export type TrainingGoal = 'evaluate' | 'gradients' | 'update';

export interface AssembledTraining {
  readonly program: Program;
  /** The given tables and the hosts that gradients need. */
  readonly tables: Tables;
}

/**
 * Forward pass, loss, and as the goal says the gradients, left in buffers `gradientOf(id)`, and the update. It has no outputs; the
 * views of the objective and of the reports hold their numbers at the end of each window. The training must pass
 * `verifyTraining`.
 */
export function assembleTraining(training: Training, tables: Tables, goal: TrainingGoal): AssembledTraining {
  if (goal === 'evaluate') {
    return { program: takeApart({ ...withLoss(training), outputs: [] }, tables), tables };
  }
  const differentiated = differentiate(training, tables);
  const { forward, backward } = differentiated;
  const update: Section = {
    kind: 'window',
    direction: 'ascending',
    instructions: goal === 'update' ? training.update : [],
  };
  const sections = [...forward.sections, ...backward.sections, ...(update.instructions.length > 0 ? [update] : [])];
  const program: Program = {
    ...forward,
    sections,
    buffers: firstOfEach(
      [...forward.buffers, ...backward.buffers, ...(goal === 'update' ? training.buffers : [])],
      ({ id }) => id,
    ),
    scalars: firstOfEach([...forward.scalars, ...training.scalars], ({ name }) => name),
    hosts: firstOfEach([...forward.hosts, ...backward.hosts], ({ id }) => id),
    outputs: [],
  };
  return { program: takeApart(program, differentiated.tables), tables: differentiated.tables };
}

function firstOfEach<Value>(values: readonly Value[], keyOf: (value: Value) => string): readonly Value[] {
  const first = new Map<string, Value>();
  for (const value of values) if (!first.has(keyOf(value))) first.set(keyOf(value), value);
  return [...first.values()];
}
