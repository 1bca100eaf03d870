/** @file Refuses numbers of losses, metrics and optimizers that the dtype of the simulation makes infinite. */
import { optimizerScalars, outputName, writtenBy, type LearningTask } from '@ndl/compiler';
import type { Optimizer } from '@ndl/core';
import { isFiniteIn, type Dtype, type Instruction, type Kernel } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import type { BuiltNetwork } from '../composition/built-network.ts';
import { divisorTooSmall, numberNotFinite } from './finite-errors.ts';
import { overflowIn } from './finite-graph.ts';

/** @throws NdlError NOT_FINITE naming the loss, metric or optimizer, and its parameter or kernel. */
export function requireFiniteTask(
  where: string,
  { objectives, optimizer }: LearningTask,
  { graph, dtype }: Pick<BuiltNetwork, 'graph' | 'dtype'>,
): void {
  if (dtype === 'float64') return;
  for (const { report, output, objective, weight } of objectives) {
    const { view } = graph.probes.find((_, index) => outputName(index) === output)!;
    const owner = `${where}: the ${weight === null ? 'metric' : 'loss'} '${report}'`;
    for (const instruction of writtenBy(objective, sizeOf(view.shape), dtype).instructions)
      requireFiniteInstruction(owner, instruction, dtype);
  }
  if (optimizer !== undefined) requireFiniteKernel(`train: the optimizer '${optimizer.kind}'`, optimizer.update, dtype);
}

function requireFiniteInstruction(owner: string, instruction: Instruction, dtype: Dtype): void {
  if (instruction.kind === 'fill' && isOverflow(instruction.value, dtype))
    throw numberNotFinite(`${owner}: a number that it fills with`, instruction.value, dtype);
  if (instruction.kind !== 'map') return;
  const { kernel, inputs, parameters } = instruction;
  requireFiniteKernel(owner, kernel, dtype);
  const named = [
    ...inputs.map((operand, index) => ['input', kernel.inputs[index], operand] as const),
    ...parameters.map((operand, index) => ['parameter', kernel.parameters[index], operand] as const),
  ];
  for (const [what, name, operand] of named) {
    if (isOverflow(operand, dtype))
      throw numberNotFinite(`${owner}: ${what} '${name}' of its kernel '${kernel.name}'`, operand, dtype);
  }
}

function requireFiniteKernel(owner: string, kernel: Kernel, dtype: Dtype): void {
  const bad = overflowIn(kernel, dtype);
  if (bad !== undefined) throw numberNotFinite(`${owner}: a constant of its kernel '${kernel.name}'`, bad, dtype);
}

/** What double precision holds, and `dtype` does not. */
function isOverflow(value: unknown, dtype: Dtype): value is number {
  return typeof value === 'number' && Number.isFinite(value) && !isFiniteIn(dtype, value);
}

/** The least numbers that a dtype holds with all its digits; in float64 even smaller ones do as divisors. */
const LEAST: Readonly<Record<Dtype, number>> = { float32: 2 ** -126, float64: Number.MIN_VALUE };

/**
 * The scalars of one update.
 * @throws NdlError NOT_FINITE for a learning rate, or another number of an optimizer, that the dtype cannot hold, and for a divisor
 * that it makes 0. OPTIMIZER_INVALID.
 */
export function finiteScalars(optimizer: Optimizer, update: number, dtype: Dtype): Readonly<Record<string, number>> {
  const scalars = optimizerScalars(optimizer, update);
  for (const [key, value] of Object.entries(scalars)) {
    // Behind the prefix that keeps them apart from other scalars.
    const name = key.slice(key.indexOf('.') + 1);
    const what = `train: ${name} of the optimizer '${optimizer.kind}'`;
    if (!isFiniteIn(dtype, value)) throw numberNotFinite(`${what}, at update ${update},`, value, dtype);
    const isDivisor = optimizer.divisors?.includes(name) === true;
    if (isDivisor && Math.abs(value) < LEAST[dtype]) throw divisorTooSmall(what, value, LEAST[dtype], dtype);
  }
  return scalars;
}
