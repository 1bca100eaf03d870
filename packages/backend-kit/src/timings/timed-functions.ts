/** @file Emitted functions that say when they begin and, where the engine does not tell of its parts, when they are done. */
import { CallCosts } from '@ndl/ir';
import type { BlockFunction, EmittedSection, Frame, TimedPart } from '../engine.ts';
import { type PartTimes, UNCOUNTED } from './part-times.ts';

/** Functions of an engine that tells of its parts itself. */
export function begun(functions: readonly BlockFunction[], times: PartTimes): readonly BlockFunction[] {
  return functions.map((run): BlockFunction => (block) => {
    times.begin(block);
    return run(block);
  });
}

/** Functions that do one instruction each, which is a part. */
export function timed<Store>(
  functions: readonly BlockFunction[],
  sections: readonly EmittedSection<Store>[],
  times: PartTimes,
  { program, items }: Pick<Frame<Store>, 'program' | 'items'>,
): readonly BlockFunction[] {
  const costs = new CallCosts(program, items);
  return functions.map((run, number): BlockFunction => {
    const part = times.part(number, partOf(sections[number]!, costs));
    return (block) => {
      times.begin(block);
      const result = run(block);
      if (result === undefined) return times.done(part);
      return result.then(() => times.done(part));
    };
  });
}

function partOf<Store>({ kind, instructions }: EmittedSection<Store>, costs: CallCosts): TimedPart {
  const [instruction] = instructions;
  if (instruction === undefined) return { kind: 'instruction', labels: [], cost: UNCOUNTED };
  const labels = [`${instruction.kind} ${instruction.label ?? ''}`.trimEnd()];
  return { kind: 'instruction', labels, cost: costs.of(instruction, kind) };
}
