/** @file Runs the kernels of neurons outside of any network. */
import type { NeuronDraw, NeuronStep } from '@ndl/core';
import { createKernelEvaluator, topologicalOrder, type Dtype, type Kernel } from '@ndl/ir';
import { RandomState, type FloatArray } from '@ndl/numerics';

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

/** What a step draws for neurons at these currents: the next numbers at each call. */
export function drawer({ draws = {} }: NeuronStep, dt: number, seed: number): (current: FloatArray) => Named {
  const streams = Object.entries(draws).map(([name, draw], index) => {
    return { name, next: drawing(draw, new RandomState([seed, index]), dt) };
  });
  return (current) => Object.fromEntries(streams.map(({ name, next }) => [name, current.map(next)]));
}

function drawing(draw: NeuronDraw, random: RandomState, dt: number): (current: number) => number {
  if (draw.kind === 'uniform') return () => random.uniform(draw.low, draw.high);
  if (draw.kind === 'normal') return () => random.normal(draw.mean, draw.deviation);
  return (current) => draw.draw(random, current, dt);
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
    /** Of what the step draws. Default 1. */
    readonly seed?: number;
  },
  onStep: (values: Named, index: number) => void,
): void {
  const { steps, dt, dtype, initial = {} } = options;
  const take = stepFunction(step, dt, dtype);
  const current = floats(dtype, currents);
  const draw = drawer(step, dt, options.seed ?? 1);
  let values: Named = Object.fromEntries(states.map((name) => [name, floats(dtype, current).fill(initial[name] ?? 0)]));
  for (let index = 0; index < steps; index++) {
    values = { ...values, ...take({ ...values, ...draw(current), current }) };
    onStep(values, index);
  }
}

/** Whether the kernel's derivative is that of its own value everywhere. */
export function hasOwnDerivative(kernel: Kernel): boolean {
  return topologicalOrder(kernel.outputs.map((output) => output.expression)).every(
    (node) => node.kind !== 'withDerivativeOf',
  );
}
