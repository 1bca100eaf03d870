/** @file A training as one program: what a backend that brings no derivatives of its own runs, window by window. */
import type { Program, Section, Training } from '../program/program.ts';
import { type Tables } from '../program/tables.ts';
import { distribute } from '../distribution/distribute.ts';
import { toLagForm } from '../lag-form/lag-form.ts';
import { narrow } from '../lag-form/narrow.ts';
import { splitBuffers } from '../lag-form/split-buffers.ts';
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
    return { program: takenApart({ ...toLagForm(withLoss(training)), outputs: [] }, tables), tables };
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
  return { program: takenApart(program, differentiated.tables), tables: differentiated.tables };
}

/** Loops taken apart, forwards and backwards, once it is known what each step leaves for others. */
function takenApart(program: Program, { arrays }: Tables): Program {
  const context = { keep: [], arrays: new Map(arrays) };
  return [distribute, splitBuffers, narrow].reduce((current, pass) => pass.apply(current, context), program);
}

function firstOfEach<Value>(values: readonly Value[], keyOf: (value: Value) => string): readonly Value[] {
  const first = new Map<string, Value>();
  for (const value of values) if (!first.has(keyOf(value))) first.set(keyOf(value), value);
  return [...first.values()];
}
