/**
 * @file Transfer functions as state-space systems, in continuous or discrete time: x' = A·x + B·u, y = C·x + D·u.
 * Sources: controllable canonical form, zero-order hold and generalized bilinear transformation as in K. Ogata,
 * Discrete-Time Control Systems, and Zhang, Chen and Barry, Performance recovery in digital implementation (2009).
 */
import {
  matrixExponentialInPieces,
  NdArray,
  solveLinearSystemInPieces,
  transpose,
  zeros,
  type Matrix,
  type Pieces,
} from '@ndl/numerics';

/** A single-input single-output system. */
export interface StateSpace {
  /** [order, order]. */
  readonly a: Matrix;
  /** [order]. */
  readonly b: Matrix;
  /** [order]. */
  readonly c: Matrix;
  readonly d: number;
}

/** Leading coefficients of a numerator below this are taken for zeros. */
const NEGLIGIBLE = 1e-14;

/**
 * The controllable canonical form of numerator / denominator; coefficients from the highest power down. The
 * denominator is not zero and its degree not below the numerator's.
 */
export function stateSpaceOf(numerator: ArrayLike<number>, denominator: ArrayLike<number>): StateSpace {
  const bottom = withoutLeading(denominator, (coefficient) => coefficient === 0);
  const leading = bottom[0]!;
  const top = withoutLeading(numerator, (coefficient) => Math.abs(coefficient) < NEGLIGIBLE);
  const order = bottom.length - 1;
  const normalized = bottom.map((coefficient) => coefficient / leading);
  const padded = [...Array.from({ length: bottom.length - top.length }, () => 0), ...top].map(
    (coefficient) => coefficient / leading,
  );
  const d = padded[0]!;
  const a = zeros([order, order]);
  for (let index = 0; index < order; index++) {
    a.data[index] = -normalized[index + 1]!;
    if (index > 0) a.data[index * order + index - 1] = 1;
  }
  const b = zeros([order]);
  if (order > 0) b.data[0] = 1;
  const c = Float64Array.from({ length: order }, (_, index) => padded[index + 1]! - d * normalized[index + 1]!);
  return { a, b, c: new NdArray(c, [order]), d };
}

/** The system that answers inputs held for `dt` seconds exactly: the exponential of [[A, B], [0, 0]]·dt. */
export function* zeroOrderHold({ a, b, c, d }: StateSpace, dt: number): Pieces<StateSpace> {
  const order = b.size;
  const size = order + 1;
  const joint = zeros([size, size]);
  for (let row = 0; row < order; row++) {
    for (let column = 0; column < order; column++) joint.data[row * size + column] = a.data[row * order + column]! * dt;
    joint.data[row * size + order] = b.data[row]! * dt;
  }
  const { data } = yield* matrixExponentialInPieces(joint);
  const stepA = zeros(a.shape);
  const stepB = zeros(b.shape);
  for (let row = 0; row < order; row++) {
    stepA.data.set(data.subarray(row * size, row * size + order), row * order);
    stepB.data[row] = data[row * size + order]!;
  }
  return { a: stepA, b: stepB, c, d };
}

/**
 * The generalized bilinear transformation: `weight` 0 is Euler's method, 1/2 Tustin's, 1 the backward difference.
 * With M = I - weight·dt·A: A' = M⁻¹(I + (1 - weight)·dt·A), B' = M⁻¹·dt·B, C' = C·M⁻¹, D' = D + weight·C·B'.
 */
export function* generalizedBilinear({ a, b, c, d }: StateSpace, dt: number, weight: number): Pieces<StateSpace> {
  const order = b.size;
  const implicit = identityPlus(a, -weight * dt);
  const stepA = yield* solveLinearSystemInPieces(implicit, identityPlus(a, (1 - weight) * dt));
  const scaledB = new NdArray(
    b.data.map((value) => value * dt),
    [order, 1],
  );
  const stepB = yield* solveLinearSystemInPieces(implicit, scaledB);
  const stepC = yield* solveLinearSystemInPieces(transpose(implicit), c.reshape([order, 1]));
  const feedthrough = c.data.reduce((sum, value, index) => sum + value * stepB.data[index]!, 0);
  return { a: stepA, b: stepB.reshape([order]), c: stepC.reshape([order]), d: d + weight * feedthrough };
}

function identityPlus(matrix: Matrix, factor: number): Matrix {
  const size = matrix.shape[0]!;
  return new NdArray(
    matrix.data.map((value, index) => value * factor + (index % (size + 1) === 0 ? 1 : 0)),
    matrix.shape,
  );
}

function withoutLeading(coefficients: ArrayLike<number>, isNothing: (coefficient: number) => boolean): number[] {
  const list = Array.from(coefficients);
  const first = list.findIndex((coefficient) => !isNothing(coefficient));
  return first === -1 ? [] : list.slice(first);
}
