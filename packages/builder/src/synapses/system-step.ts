/** @file A discrete system as a function of one step, for signals outside of any simulation. */
import type { DiscreteSystem, FiniteResponse } from '@ndl/core';
import type { NdArray } from '@ndl/numerics';

/** Numbers that a system remembers of a channel. */
export function orderOf(system: DiscreteSystem): number {
  return system.form === 'finiteResponse' ? system.taps.size - 1 : system.b.size;
}

/** One step of one channel, by the form of the system; see `DiscreteSystem`. `state`, [order], is kept up to date. */
export function stepOf(system: DiscreteSystem, state: Float64Array): (input: number) => number {
  if (system.form === 'finiteResponse') return finiteStepOf(system, state);
  const { form, a, b, c, d } = system;
  switch (form) {
    case 'passthrough':
      return (input) => d * input;
    case 'firstOrder':
      return (input) => (state[0] = a.data[0]! * state[0]! + b.data[0]! * input);
    case 'advanced':
      return (input) => {
        advance(a, b, state, input);
        return product(c.data, state);
      };
    case 'general':
      return (input) => {
        const output = product(c.data, state) + d * input;
        advance(a, b, state, input);
        return output;
      };
  }
}

/** `inputs` are those before, the latest first. */
function finiteStepOf({ taps }: FiniteResponse, inputs: Float64Array): (input: number) => number {
  return (input) => {
    const output = taps.data[0]! * input + product(taps.data.subarray(1), inputs);
    inputs.copyWithin(1, 0);
    if (inputs.length > 0) inputs[0] = input;
    return output;
  };
}

function advance(a: NdArray, b: NdArray, state: Float64Array, input: number): void {
  const order = state.length;
  const next = Float64Array.from(state, (_, row) => {
    return product(a.data.subarray(row * order, (row + 1) * order), state) + b.data[row]! * input;
  });
  state.set(next);
}

function product(left: ArrayLike<number>, right: Float64Array): number {
  return right.reduce((sum, value, index) => sum + value * left[index]!, 0);
}
