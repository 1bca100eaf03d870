/** @file Optimizers come from anywhere: their parts are held against each other at the door, and what they throw is said of them. */
import type { Optimizer } from '@ndl/core';
import type { Kernel } from '@ndl/ir';
import { isNdlError, showValue, suggest } from '@ndl/numerics';
import { badOption } from '../errors.ts';
import { optimizerFailed, optimizerMisfit } from './training-errors.ts';

/**
 * An optimizer as it is at the call, whatever becomes of it meanwhile.
 * @throws NdlError INVALID_OPTION for what is none; OPTIMIZER_INVALID for one whose kernel, memory and divisors do not fit each other
 */
export function checkedOptimizer(optimizer: unknown): Optimizer {
  requireOptimizer(optimizer);
  return copyOfOptimizer(optimizer);
}

function copyOfOptimizer(optimizer: Optimizer): Optimizer {
  const { kind, memory, update, divisors = [], scalars } = optimizer;
  return {
    kind,
    memory: [...memory],
    update,
    divisors: [...divisors],
    scalars: (update) => {
      try {
        return scalars.call(optimizer, update);
      } catch (error) {
        throw isNdlError(error) ? error : optimizerFailed(kind, update, error);
      }
    },
  };
}

function requireOptimizer(optimizer: unknown): asserts optimizer is Optimizer {
  const {
    kind,
    memory,
    update,
    divisors = [],
    scalars,
  } = (optimizer ?? {}) as Partial<Record<keyof Optimizer, unknown>>;
  const isKernel = typeof update === 'object' && update !== null && 'inputs' in update && 'outputs' in update;
  const isOptimizer = typeof kind === 'string' && Array.isArray(memory) && isKernel && typeof scalars === 'function';
  if (!isOptimizer) throw badOption('train', 'optimizer', 'must be an optimizer such as adam()', optimizer);
  if (!Array.isArray(divisors))
    throw badOption('train', 'optimizer', 'must have divisors that are a list of names', divisors);
  const problem = misfitOf(optimizer as Optimizer, divisors);
  if (problem !== undefined) throw optimizerMisfit(kind, problem);
}

/** What is wrong with how an optimizer's kernel and its names go together, to follow "the optimizer 'adam' …". */
function misfitOf({ memory, update }: Optimizer, divisors: readonly unknown[]): string | undefined {
  const bad = memory.findIndex((name: unknown) => typeof name !== 'string' || name === '');
  if (bad >= 0) return `has a memory whose element ${bad} is ${showValue(memory[bad])}, which is no name`;
  const again = memory.find((name, index) => memory.indexOf(name) < index);
  if (again !== undefined) return `has the memory '${again}' twice; each has a name of its own`;
  const { inputs, outputs, parameters } = update as Partial<Kernel>;
  if (!Array.isArray(outputs) || !outputs.every((output) => typeof output?.name === 'string'))
    return 'has an update that kernel() has not made';
  const written = outputs.map(({ name }) => name);
  const wanted = (what: string, names: readonly string[], given: unknown): string | undefined =>
    Array.isArray(given) && given.join() === names.join()
      ? undefined
      : `has a kernel with the ${what} ${showNames(given)}, where parameter${what === 'inputs' ? ', gradient' : ''} and its memory, in this ` +
        `order, are wanted: ${showNames(names)}`;
  const misfit =
    wanted('inputs', ['parameter', 'gradient', ...memory], inputs) ??
    wanted('outputs', ['parameter', ...memory], written);
  if (misfit !== undefined) return misfit;
  const strange = divisors.find((name) => parameters?.includes(name as string) !== true);
  return strange === undefined
    ? undefined
    : `has the divisor ${showValue(strange)}, which is no parameter of its kernel. ${suggest(String(strange), parameters ?? [])}`;
}

function showNames(names: unknown): string {
  return Array.isArray(names) ? names.map(String).join(', ') || 'none' : showValue(names);
}
