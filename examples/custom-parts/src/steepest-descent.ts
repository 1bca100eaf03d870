/** @file A solver: steepest descent on the squared error, which solves no system of equations. */
import { NdArray, type SolverDefinition } from '@ndl/core';
import { defineSolver, type Solver } from '@ndl/model';

export interface SteepestDescent extends Solver {
  readonly kind: 'acmeSteepestDescent';
  readonly steps: number;
}

/** Decoders after so many steps along the slope of the squared error, each as far as it falls. Fewer steps regularize more. */
export function steepestDescent(options: { readonly steps?: number } = {}): SteepestDescent {
  const { steps = 50 } = options;
  if (!Number.isInteger(steps) || steps < 1)
    throw new RangeError(`steepestDescent: steps must be a whole number, 1 or more, and are ${steps}.`);
  return defineSolver({ kind: 'acmeSteepestDescent', weights: false, compositional: true, steps });
}

export const steepestDescentDefinition: SolverDefinition<SteepestDescent> = {
  kind: 'acmeSteepestDescent',
  needsActivities: true,
  solve({ steps }, activities, targets) {
    const [points, neurons] = activities.shape as [number, number];
    const [, size] = targets.shape as [number, number];
    const weights = new Float64Array(neurons * size);
    const errors = new Float64Array(size);
    for (let column = 0; column < size; column++) {
      const decoders = new Float64Array(neurons);
      const rest = Float64Array.from({ length: points }, (_, point) => targets.data[point * size + column]!);
      for (let step = 0; step < steps; step++) {
        const slope = decoders.map((_, neuron) =>
          rest.reduce((sum, value, point) => sum + activities.data[point * neurons + neuron]! * value, 0),
        );
        const decoded = rest.map((_, point) =>
          slope.reduce((sum, value, neuron) => sum + activities.data[point * neurons + neuron]! * value, 0),
        );
        const length = dot(slope, slope) / (dot(decoded, decoded) || 1);
        slope.forEach((value, neuron) => (decoders[neuron]! += length * value));
        decoded.forEach((value, point) => (rest[point]! -= length * value));
      }
      decoders.forEach((value, neuron) => (weights[neuron * size + column] = value));
      errors[column] = Math.sqrt(dot(rest, rest) / points);
    }
    return { weights: new NdArray(weights, [neurons, size]), errors: new NdArray(errors, [size]) };
  },
};

function dot(left: Float64Array, right: Float64Array): number {
  return left.reduce((sum, value, index) => sum + value * right[index]!, 0);
}
