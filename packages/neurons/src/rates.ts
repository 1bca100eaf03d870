/** @file Steady-state rates from a rate kernel: the kernel is the one place where a rate is written down. */
import { refuseSurplus } from '@ndl/numerics';
import type { NeuronStep } from '@ndl/core';
import { rateStepInvalid } from './errors.ts';
import { evaluateStep } from './evaluate-step.ts';

/**
 * The rates, in Hz, of neurons at constant currents, elementwise and in float64: what `NeuronDefinition.rates` returns for a
 * kind that has a rate kernel. A parameter `dt` without a value is 1: one step of one second.
 * @throws NdlError RATE_STEP_INVALID where the kernel is no function of a current, STEP_OPERAND_MISSING.
 */
export function ratesFromStep(step: NeuronStep, current: Float64Array): Float64Array {
  refuseSurplus('ratesFromStep', arguments, 2);
  const { name, inputs, outputs } = step.kernel;
  if (inputs.length !== 1 || inputs[0] !== 'current')
    throw rateStepInvalid(name, `its inputs are ${inputs.join(', ')}`);
  const rates = evaluateStep(step, { current })['output'];
  if (rates === undefined)
    throw rateStepInvalid(name, `its outputs are ${outputs.map((output) => output.name).join(', ')}`);
  return rates instanceof Float64Array ? rates : new Float64Array(rates);
}
