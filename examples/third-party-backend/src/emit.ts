/** @file Sections → functions over blocks of steps. */
import type { Block, BlockFunction, EmittedSection, Frame, Sample } from '@ndl/backend-kit';
import { viewSize, type Instruction } from '@ndl/ir';
import { emitCopy, emitFill } from './fill-and-copy.ts';
import { emitHost } from './host.ts';
import { emitMap } from './map.ts';
import type { Store } from './memory.ts';
import { emitContract, emitReduce } from './sums.ts';
import type { Tally } from './tally.ts';
import { type Action, Workshop } from './workshop.ts';

/** The label of what is read of a program. */
export const OUTPUTS = 'outputs';

/** A section as a function that runs, and counts, it. */
export function emitSection(
  { kind, direction, instructions, samples }: EmittedSection<Store>,
  frame: Frame<Store>,
  tally: Tally,
): BlockFunction {
  const actions = instructions.map((instruction) =>
    emitInstruction(instruction, new Workshop(frame, tally.ledger(instruction.label))),
  );
  const takes = samples.map((sample) => emitSample(sample, new Workshop(frame, tally.ledger(OUTPUTS))));
  return ({ stepsBefore, steps: count, sampled }) => {
    const ascending = Array.from({ length: count }, (_, step) => step);
    const steps = direction === 'ascending' ? ascending : ascending.toReversed();
    for (const walked of kind === 'steps' ? steps.map((step) => [step]) : [steps]) {
      for (const action of actions) action({ steps: walked, stepsBefore });
      takes.forEach((take, index) => take(walked, sampled[index]!));
    }
  };
}

function emitInstruction(instruction: Instruction, workshop: Workshop): Action {
  switch (instruction.kind) {
    case 'fill':
      return emitFill(instruction, workshop);
    case 'copy':
      return emitCopy(instruction, workshop);
    case 'map':
      return emitMap(instruction, workshop);
    case 'contract':
      return emitContract(instruction, workshop);
    case 'reduce':
      return emitReduce(instruction, workshop);
    case 'host':
      return emitHost(instruction, workshop);
  }
}

/** Copies a sample at those of some steps that ask for it. */
function emitSample(
  { view, into }: Sample<Store>,
  workshop: Workshop,
): (steps: readonly number[], sampled: Block['sampled'][number]) => void {
  const { frame, ledger } = workshop;
  const elements = workshop.elements(view);
  const size = viewSize(view);
  return (steps, sampled) => {
    sampled.forEach((step, slice) => {
      if (!steps.includes(step)) return;
      for (let item = 0; item < frame.items; item++) {
        for (let position = 0; position < size; position++) {
          into.numbers[(slice * frame.items + item) * size + position] = elements.read(step, item, position);
          ledger.writes++;
          ledger.bytes += into.numbers.BYTES_PER_ELEMENT;
        }
      }
    });
  };
}
