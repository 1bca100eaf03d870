/** @file What neurons run, as neuron definitions and gradient approximations give it, checked where it comes in. */
import type { NeuronStep } from '@ndl/core';
import { isNdlError, showValue } from '@ndl/numerics';
import { badNeuronStep } from './errors.ts';

/**
 * The step of neurons of a kind. `source`: who gives it, for error messages.
 * @throws NdlError NEURON_STEP_INVALID for what is no step, or where making it throws
 */
export function checkedStep(kind: string, source: string, make: () => NeuronStep): NeuronStep {
  const step = made(kind, source, make) as Partial<NeuronStep> | null | undefined;
  const refuse = (problem: string): never => {
    throw badNeuronStep(kind, `is no { kernel, parameters }: ${source} ${problem}`);
  };
  if (typeof step !== 'object' || step === null) return refuse(`returned ${showValue(step)}`);
  if ('then' in step) return refuse('returned a promise');
  const { kernel, parameters } = step;
  const lists = [kernel?.inputs, kernel?.parameters, kernel?.outputs];
  if (!lists.every(Array.isArray)) return refuse('returned a kernel that kernel() has not made');
  if (typeof parameters !== 'object' || parameters === null) return refuse('returned no values of parameters');
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value !== 'number' || !Number.isFinite(value))
      return refuse(`gave the parameter '${name}' the value ${showValue(value)}, which is no finite number`);
  }
  if (!kernel!.outputs.some(({ name }) => name === 'output')) return refuse("returned a kernel without 'output'");
  return step as NeuronStep;
}

function made(kind: string, source: string, make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    if (isNdlError(error) && error.about !== 'program') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw badNeuronStep(kind, `could not be made: ${source} threw: ${reason.replace(/\.+$/, '')}`, error);
  }
}
