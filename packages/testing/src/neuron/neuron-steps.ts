/** @file Runs the kernels of neurons outside of any network. */
import type { NeuronStep } from '@ndl/core';
import { createKernelEvaluator, topologicalOrder, type Dtype, type Kernel } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';

/** Elements by name: outputs of a step, states. */
export type Named = Readonly<Record<string, FloatArray>>;

export function floats(dtype: Dtype, values: ArrayLike<number>): FloatArray {
  return dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values);
}

/** Makes a function that takes one step: from one array per input of the kernel to one per output. */
export function stepFunction({ kernel, parameters }: NeuronStep, dt: number, dtype: Dtype): (inputs: Named) => Named {
  const evaluator = createKernelEvaluator(kernel, dtype);
  const values = kernel.parameters.map((name) => floats(dtype, [name === 'dt' ? dt : parameters[name]!]));
  return (inputs) => {
    const count = inputs['current']!.length;
    const outputs = kernel.outputs.map(() => floats(dtype, new Float64Array(count)));
    evaluator.evaluate(
      count,
      kernel.inputs.map((name) => inputs[name]!),
      values,
      outputs,
    );
    return Object.fromEntries(kernel.outputs.map(({ name }, index) => [name, outputs[index]!]));
  };
}

/** A run at constant currents from states of zero (or of `initial`); `onStep` sees output and states of each step. */
export function runSteps(
  step: NeuronStep,
  states: readonly string[],
  currents: ArrayLike<number>,
  options: {
    readonly steps: number;
    readonly dt: number;
    readonly dtype: Dtype;
    readonly initial?: Readonly<Record<string, number>>;
  },
  onStep: (values: Named, index: number) => void,
): void {
  const { steps, dt, dtype, initial = {} } = options;
  const take = stepFunction(step, dt, dtype);
  const current = floats(dtype, currents);
  let values: Named = Object.fromEntries(states.map((name) => [name, floats(dtype, current).fill(initial[name] ?? 0)]));
  for (let index = 0; index < steps; index++) {
    values = { ...values, ...take({ ...values, current }) };
    onStep(values, index);
  }
}

/** Whether the kernel's derivative is that of its own value everywhere. */
export function hasOwnDerivative(kernel: Kernel): boolean {
  return topologicalOrder(kernel.outputs.map((output) => output.expression)).every(
    (node) => node.kind !== 'withDerivativeOf',
  );
}
