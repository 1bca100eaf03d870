/** @file A network so small that its training can be computed by hand: outputs = weights · inputs, at each step anew. */
import { Connection, Network, Node, Probe } from './index.ts';

/** A matrix as rows. */
export type Rows = readonly (readonly number[])[];

export interface LinearNetwork {
  readonly net: Network;
  readonly input: Node;
  readonly connection: Connection;
  readonly output: Probe;
}

/** Input node → weights → output node, without synapse. */
export function linearNetwork(weights: Rows): LinearNetwork {
  const net = new Network({ seed: 1 });
  return net.within(() => {
    const input = new Node(new Array<number>(weights[0]!.length).fill(0), { label: 'input' });
    const sum = new Node({ sizeIn: weights.length, label: 'sum' });
    const connection = new Connection(input, sum, { transform: weights, synapse: null, label: 'weights' });
    return { net, input, connection, output: new Probe(sum, { label: 'output' }) };
  });
}

/** weights · x. */
export function outputOf(weights: Rows, x: readonly number[]): number[] {
  return weights.map((row) => row.reduce((sum, weight, index) => sum + weight * x[index]!, 0));
}

/** Σ over items of slope ⊗ input: the derivative by the weights of a loss with these slopes by the outputs. */
export function weightGradient(inputs: Rows, slopes: Rows): number[][] {
  return slopes[0]!.map((_, row) =>
    inputs[0]!.map((__, column) => inputs.reduce((sum, x, item) => sum + slopes[item]![row]! * x[column]!, 0)),
  );
}

/** Mean squared error over items and elements, and its slope by each output; NaN targets count as no error. */
export function squaredError(outputs: Rows, targets: Rows): { readonly loss: number; readonly slopes: number[][] } {
  const count = outputs.length * outputs[0]!.length;
  const errors = outputs.map((output, item) =>
    output.map((value, element) => (Number.isNaN(targets[item]![element]!) ? 0 : value - targets[item]![element]!)),
  );
  return {
    loss: errors.flat().reduce((sum, error) => sum + error ** 2, 0) / count,
    slopes: errors.map((row) => row.map((error) => (2 * error) / count)),
  };
}

/** Loss at these weights, and its gradient by them. */
export function squaredErrorGradient(
  weights: Rows,
  inputs: Rows,
  targets: Rows,
): { readonly loss: number; readonly gradient: number[][] } {
  const { loss, slopes } = squaredError(
    inputs.map((x) => outputOf(weights, x)),
    targets,
  );
  return { loss, gradient: weightGradient(inputs, slopes) };
}

/** weights - rate · gradient. */
export function stepped(weights: Rows, gradient: Rows, rate: number): number[][] {
  return weights.map((row, i) => row.map((weight, j) => weight - rate * gradient[i]![j]!));
}

/** Asserts equality to rounding of float64. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-12): void {
  const size = Math.max(1e-3, ...Array.from(expected, Math.abs));
  const worst = Math.max(
    ...Array.from(expected, (value, index) => (actual[index] === value ? 0 : Math.abs(actual[index]! - value))),
  );
  if (actual.length !== expected.length || !(worst <= tolerance * size)) {
    throw new Error(`expected [${Array.from(expected).join(', ')}], got [${Array.from(actual).join(', ')}]`);
  }
}
