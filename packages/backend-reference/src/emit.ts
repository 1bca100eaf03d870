/** @file Sections as functions over blocks: instructions one after another, and the samples that are taken of them. */
import type { Block, BlockFunction, EmittedSection, Frame, Sample } from '@ndl/backend-kit';
import type { Instruction } from '@ndl/ir';
import { type Action, Binding } from './binding.ts';
import { bindContract } from './contract.ts';
import { bindCopy, bindFill } from './fill-and-copy.ts';
import { bindHost } from './host.ts';
import { bindMap } from './map.ts';
import type { Store } from './memory.ts';
import { bindReduce } from './reduce.ts';

export function emitSection(section: EmittedSection<Store>, frame: Frame<Store>): BlockFunction {
  const binding = new Binding(frame, section.kind);
  const actions = section.instructions.map((instruction) => bindInstruction(instruction, binding));
  const takeSamples = section.samples.map((sample) => bindSample(sample, binding));
  if (section.kind !== 'steps') {
    return (block) => {
      const steps = stepsOf(section, block);
      for (const action of actions) action(steps, block);
      takeSamples.forEach((take, k) => block.sampled[k]!.forEach((step, slice) => take(step, slice, block)));
    };
  }
  return (block) => {
    for (const step of stepsOf(section, block)) {
      for (const action of actions) action([step], block);
      takeSamples.forEach((take, k) => {
        const slice = block.sampled[k]!.indexOf(step);
        if (slice >= 0) take(step, slice, block);
      });
    }
  };
}

/** The steps of a block in the order in which a section walks them. */
function stepsOf({ direction }: EmittedSection<Store>, { steps }: Block): readonly number[] {
  const isAscending = direction === 'ascending';
  return Array.from({ length: steps }, (_, index) => (isAscending ? index : steps - 1 - index));
}

function bindInstruction(instruction: Instruction, binding: Binding): Action {
  switch (instruction.kind) {
    case 'fill':
      return bindFill(instruction, binding);
    case 'copy':
      return bindCopy(instruction, binding);
    case 'map':
      return bindMap(instruction, binding);
    case 'contract':
      return bindContract(instruction, binding);
    case 'reduce':
      return bindReduce(instruction, binding);
    case 'host':
      return bindHost(instruction, binding);
  }
}

/** Copies what a view shows at a step into a slice of the sample's store. */
function bindSample(
  { view, into }: Sample<Store>,
  binding: Binding,
): (step: number, slice: number, block: Block) => void {
  const from = binding.access(view);
  const offsets = from.offsets();
  return (step, slice, { firstItem, items }) => {
    for (let item = firstItem; item < firstItem + items; item++) {
      const start = from.start(step, item);
      const to = (slice * binding.frame.items + item) * offsets.length;
      for (let element = 0; element < offsets.length; element++)
        into.array[to + element] = from.array[start + offsets[element]!]!;
    }
  };
}
