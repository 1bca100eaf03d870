/** @file What a task computes, as text: tasks with one key share a compiled program, whoever made their objectives, and when. */
import type { Objective, Optimizer } from '@ndl/core';
import { printKernel, type Dtype, type Kernel } from '@ndl/ir';
import { contentKey, refuseSurplus } from '@ndl/numerics';
import type { LearningTask } from './learning-task.ts';
import { writtenBy } from './training-program.ts';

/**
 * Equal for tasks that write the same instructions for the same outputs and reports, under the same weights, and whose
 * optimizers move parameters by the same kernel. Numbers of an optimizer have no part in it, as they are given with each update;
 * an objective that declares host functions is like itself alone.
 * @param sizeOf elements of an output
 */
export function taskKey(
  { objectives, optimizer }: LearningTask,
  sizeOf: (output: string) => number,
  dtype: Dtype,
): string {
  refuseSurplus('taskKey', arguments, 3);
  return contentKey([
    objectives.map(({ report, output, objective, weight }) => [
      report,
      output,
      weight,
      objectiveKey(objective, sizeOf(output), dtype),
    ]),
    optimizer === undefined ? null : optimizerKey(optimizer),
  ]);
}

const identities = new WeakMap<Objective, number>();
let lastIdentity = 0;

function objectiveKey(objective: Objective, size: number, dtype: Dtype): string {
  const { instructions, hosts, measured } = writtenBy(objective, size, dtype);
  if (hosts.length === 0) return contentKey([objective.kind, instructions, measured], withPrintedKernels);
  const identity = identities.get(objective) ?? ++lastIdentity;
  identities.set(objective, identity);
  return `${objective.kind} ${identity}`;
}

function optimizerKey({ kind, update, memory }: Optimizer): string {
  return contentKey([kind, printKernel(update), memory]);
}

/** Kernels by what they compute. */
function withPrintedKernels(name: string, value: unknown): unknown {
  return name === 'kernel' ? printKernel(value as Kernel) : value;
}
