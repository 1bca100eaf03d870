/** @file A training as one program: what a backend that brings no derivatives of its own runs, window by window. */
import { complete, type Pieces } from '@ndl/numerics';
import { instructionsOf, writesOf } from '../program/instruction-access.ts';
import type { Instruction } from '../program/instructions.ts';
import type { Buffer, Program, Section, Training } from '../program/program.ts';
import { type Tables } from '../program/tables.ts';
import { takeApartInPieces, takeLagFormApart } from '../distribution/take-apart.ts';
import { differentiateInPieces, recomputes, withLoss } from './differentiate.ts';

/** What is done once the losses of a window are known. */
export type TrainingGoal = 'evaluate' | 'gradients' | 'update';

/** A training as one program, and what it names. */
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
  return complete(assembleTrainingInPieces(training, tables, goal));
}

/** `assembleTraining` in pieces. */
export function* assembleTrainingInPieces(
  training: Training,
  tables: Tables,
  goal: TrainingGoal,
): Pieces<AssembledTraining> {
  if (goal === 'evaluate') {
    return { program: yield* takeApartInPieces({ ...withLoss(training), outputs: [] }, tables), tables };
  }
  const differentiated = yield* differentiateInPieces(training, tables);
  const { forward, backward } = differentiated;
  const update: Section = {
    kind: 'window',
    direction: 'ascending',
    instructions: goal === 'update' ? training.update : [],
  };
  const adjoint = recomputes(training, forward) ? withPassAgain(backward.sections, forward) : backward.sections;
  const sections = [...forward.sections, ...adjoint, ...(update.instructions.length > 0 ? [update] : [])];
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
  return { program: yield* takeLagFormApart(program, differentiated.tables), tables: differentiated.tables };
}

/** The sections of an adjoint, its pass begun by what the forward pass sets within a block; what is there for the window is not set again. */
function withPassAgain(sections: readonly Section[], { buffers, sections: all }: Program): readonly Section[] {
  const isWalked = ({ kind }: Section): boolean => kind === 'steps' || kind === 'block';
  const first = sections.findIndex(isWalked);
  if (first < 0) return sections;
  // Sums over steps, too: nothing is added to them twice.
  const lastsWindow = ({ steps, lifetime }: Buffer): boolean =>
    steps === 'one' ? lifetime === 'window' : steps.span === 'window';
  const there = new Set(buffers.filter(lastsWindow).map(({ id }) => id));
  const setOnceMore = setTogether(instructionsOf({ sections: all.filter(isWalked) }), there);
  const isThere = (instruction: Instruction): boolean =>
    instruction.kind === 'host' || writesOf(instruction).every(({ target }) => !setOnceMore.has(target.buffer));
  const again = all.filter(isWalked).map((section) => ({
    ...section,
    instructions: section.instructions.filter((each) => !isThere(each)),
  }));
  return [
    ...sections.slice(0, first),
    ...again.filter(({ instructions }) => instructions.length > 0),
    ...sections.slice(first),
  ];
}

/**
 * Ids of what is not there, and of what is set together with it, and with that: with all that is added to it, it is set once more.
 * `there`: ids of what the first pass leaves
 */
function setTogether(instructions: readonly Instruction[], there: ReadonlySet<string>): ReadonlySet<string> {
  const togetherWith = new Map<string, (readonly string[])[]>();
  const found = new Set<string>();
  for (const instruction of instructions) {
    const ids = writesOf(instruction).map(({ target }) => target.buffer);
    for (const id of ids) {
      if (!there.has(id)) found.add(id);
      const known = togetherWith.get(id);
      if (known === undefined) togetherWith.set(id, [ids]);
      else known.push(ids);
    }
  }
  // What is added to a set is visited too.
  for (const id of found) for (const ids of togetherWith.get(id) ?? []) for (const other of ids) found.add(other);
  return found;
}

function firstOfEach<Value>(values: readonly Value[], keyOf: (value: Value) => string): readonly Value[] {
  const first = new Map<string, Value>();
  for (const value of values) if (!first.has(keyOf(value))) first.set(keyOf(value), value);
  return [...first.values()];
}
