/** @file The table of instructions: how each becomes operations on tensors. */
import {
  isClock,
  isView,
  viewSize,
  type CopyInstruction,
  type FillInstruction,
  type Instruction,
  type MapInstruction,
  type Operand,
  type ReduceInstruction,
  type ScalarOperand,
} from '@ndl/ir';
import type { Frame } from '../running/frame.ts';
import { lowerContract } from './lower-contract.ts';
import { lowerHost } from './lower-host.ts';
import { readerOf, targetExtents, writerOf, type Action, type Lowering } from './lowering.ts';
import { makeReduction } from '../arithmetic/reduction.ts';
import type { Tensor } from '../engines/tensors.ts';

export function lowerInstruction(instruction: Instruction, lowering: Lowering): Action {
  switch (instruction.kind) {
    case 'fill':
      return lowerFill(instruction, lowering);
    case 'copy':
      return lowerCopy(instruction, lowering);
    case 'map':
      return lowerMap(instruction, lowering);
    case 'contract':
      return lowerContract(instruction, lowering);
    case 'reduce':
      return lowerReduce(instruction, lowering);
    case 'host':
      return lowerHost(instruction, lowering);
  }
}

/** One number; where steps are an axis, what the clock says at each. */
function numberOf(operand: ScalarOperand, frame: Frame): Tensor | number {
  if (!isClock(operand)) return typeof operand === 'number' ? operand : frame.context.scalars.get(operand.scalar)!;
  const { first, count } = frame;
  const at = (step: number): number =>
    operand.clock === 'time' ? frame.time(step) : frame.stepNumber(step) % operand.modulus;
  if (frame.kind === 'steps') return at(first);
  const values = Float32Array.from({ length: count }, (_, index) => at(first + index));
  return frame.operations.arithmetic.fromArray(values, [count, 1, 1]);
}

function lowerFill({ value, target, mode }: FillInstruction, lowering: Lowering): Action {
  const write = writerOf(target, mode, lowering);
  // By items, of which there are few: steps would make many.
  const made = new Map<number, Tensor>();
  const isOfStep = lowering.kind === 'steps';
  return (frame) => {
    const extents = targetExtents(target, lowering, frame);
    if (typeof value !== 'number') {
      const { arithmetic } = frame.operations;
      const number = numberOf(value, frame);
      write(
        frame,
        typeof number === 'number' ? arithmetic.filled(number, extents) : arithmetic.expand(number, extents),
      );
      return;
    }
    const { arithmetic } = frame.operations;
    const known = made.get(extents[1]);
    const filled =
      known ?? (isOfStep ? lowering.kept.keep(arithmetic.filled(value, extents)) : arithmetic.filled(value, extents));
    if (isOfStep) made.set(extents[1], filled);
    if (value === 0) frame.markZero(filled);
    write(frame, filled);
  };
}

function lowerCopy({ source, target, mode }: CopyInstruction, lowering: Lowering): Action {
  const [read, write] = [readerOf(source, lowering), writerOf(target, mode, lowering)];
  return (frame) => write(frame, frame.ownedOrCopy(read(frame)));
}

/** All operands are read before any output is written, so an output may be an operand. */
function lowerMap({ kernel, inputs, parameters, outputs }: MapInstruction, lowering: Lowering): Action {
  const { shape } = outputs[0]!.target;
  const elements = viewSize(outputs[0]!.target);
  const operandOf = (operand: Operand): ((frame: Frame) => Tensor | number) => {
    if (!isView(operand)) return (frame) => numberOf(operand, frame);
    // One element broadcasts as it is.
    return viewSize(operand) === 1 ? readerOf(operand, lowering) : readerOf(operand, lowering, shape);
  };
  const operands = [...inputs, ...parameters].map(operandOf);
  const writes = outputs.map(({ target, mode }) => writerOf(target, mode, lowering));
  return (frame) => {
    const results = frame.operations.map(
      kernel,
      operands.map((operand) => operand(frame)),
      elements,
    );
    results.forEach((result, index) => writes[index]!(frame, result));
  };
}

function lowerReduce({ operation, source, axes, target, mode }: ReduceInstruction, lowering: Lowering): Action {
  const read = readerOf(source, lowering);
  const write = writerOf(target, mode, lowering);
  const reduction = makeReduction(
    source.shape,
    axes.filter((axis) => typeof axis === 'number'),
  );
  return (frame) => {
    const extents = targetExtents(target, lowering, frame);
    const { operations } = frame;
    const value = read(frame);
    write(
      frame,
      operation === 'sum' ? operations.sum(value, reduction, extents) : operations.greatest(value, reduction, extents),
    );
  };
}
