/** @file One step of neurons outside of any network: for rates, for tests of one's own kinds, for plots. */
import { refuseSurplus } from '@ndl/numerics';
import type { NeuronStep } from '@ndl/core';
import { evaluateKernel, type Dtype } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { evaluationOption, stepOperandMissing } from './errors.ts';
import { checkOptionNames } from './option-names.ts';

const DTYPES: readonly Dtype[] = ['float32', 'float64'];

/** How a step is taken. */
export interface EvaluationOptions {
  /** Length of the step in seconds. Default 1. */
  readonly dt?: number;
  /** Number format of each operation. Default float64. */
  readonly dtype?: Dtype;
}

/**
 * The outputs, by name, of a step's kernel: one element per neuron. `inputs` holds an array per input of the kernel
 * (`current`, states); one of a single element stands for all neurons.
 * @throws NdlError STEP_OPERAND_MISSING, INVALID_OPTION, UNKNOWN_OPTION
 */
export function evaluateStep(
  step: NeuronStep,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  options: EvaluationOptions = {},
): Readonly<Record<string, FloatArray>> {
  refuseSurplus('evaluateStep', arguments, 3);
  checkOptionNames('evaluateStep', options, ['dt', 'dtype'], '{ dt: 0.001 }');
  const { dt = 1, dtype = 'float64' } = options;
  if (!Number.isFinite(dt)) throw evaluationOption('dt', 'a finite number of seconds', dt);
  if (!DTYPES.includes(dtype)) throw evaluationOption('dtype', "'float32' or 'float64'", dtype);
  const { kernel } = step;
  const FloatArrayOf = dtype === 'float32' ? Float32Array : Float64Array;
  const operands = kernel.inputs.map((name) => {
    const values = inputs[name];
    if (values === undefined) throw stepOperandMissing(kernel.name, 'input', name);
    return values instanceof FloatArrayOf ? values : new FloatArrayOf(values);
  });
  const values: Readonly<Record<string, number>> = { dt, ...step.parameters };
  const parameters = kernel.parameters.map((name) => {
    const value = values[name];
    if (value === undefined) throw stepOperandMissing(kernel.name, 'parameter', name);
    return FloatArrayOf.of(value);
  });
  const count = operands.reduce((longest, operand) => Math.max(longest, operand.length), 0);
  const outputs = kernel.outputs.map(() => new FloatArrayOf(count));
  evaluateKernel(kernel, operands, parameters, outputs, dtype);
  return Object.fromEntries(kernel.outputs.map(({ name }, index) => [name, outputs[index]!]));
}
