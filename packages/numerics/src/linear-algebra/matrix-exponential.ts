/**
 * @file The exponential of a small matrix, by scaling and squaring a Padé approximant of the balanced matrix.
 * Source: Golub & Van Loan, "Matrix Computations", 4th ed., §9.3.1 and §7.5.7.
 */
import { exp2, log2 } from '../elementary/powers.ts';
import { solveLinearSystemInPieces } from './linear-systems.ts';
import { matmulInPieces } from '../products/matrix-products.ts';
import { requireFinite, squareOrder, type Matrix } from './matrix.ts';
import { identity, NdArray, ndarray } from '../arrays/nd-array.ts';
import { complete, OperationCount, type Pieces } from '../basics/pieces.ts';
import { refuseSurplus } from '../basics/refuse-surplus.ts';

/** Degree of numerator and denominator: exact to float64 where the norm is at most 1/2. */
const DEGREE = 7;

const MOST_ROUNDS = 100;

/**
 * e^A of a square matrix; made for small ones, such as state-space filters.
 * @throws NdlError SHAPE_MISMATCH when `matrix` is not square, OUT_OF_DOMAIN when its elements are not finite.
 */
export function matrixExponential(matrix: NdArray): Matrix {
  refuseSurplus('matrixExponential', arguments, 1);
  return complete(matrixExponentialInPieces(matrix));
}

/** `matrixExponential` in pieces. @throws NdlError SHAPE_MISMATCH, OUT_OF_DOMAIN */
export function* matrixExponentialInPieces(matrix: NdArray): Pieces<Matrix> {
  const order = squareOrder('matrixExponential', matrix);
  requireFinite('matrixExponential', matrix);
  const balanced = ndarray(matrix);
  const scales = yield* balance(balanced, order);
  const size = largestRowSum(balanced, order);
  const halvings = size <= 0.5 ? 0 : Math.ceil(log2(size)) + 1;
  const scale = exp2(-halvings);
  const scaled = balanced.data.map((value) => value * scale);
  let result = yield* padeApproximant(new NdArray(scaled, [order, order]), order);
  for (let step = 0; step < halvings; step++) result = yield* matmulInPieces(result, result);
  result.data.forEach((value, index) => {
    const [row, column] = [Math.floor(index / order), index % order];
    result.data[index] = (value * scales[row]!) / scales[column]!;
  });
  return result;
}

/**
 * Replaces A by D⁻¹·A·D with norms of rows and columns about equal, and returns the diagonal of D, powers of two.
 * Without it, the elements of filters, which span many orders of magnitude, would ask for many squarings.
 */
function* balance(matrix: Matrix, order: number): Pieces<Float64Array> {
  const { data } = matrix;
  const operations = new OperationCount();
  const scales = new Float64Array(order).fill(1);
  for (let round = 0, isChanging = true; isChanging && round < MOST_ROUNDS; round++) {
    isChanging = false;
    for (let i = 0; i < order; i++) {
      const done = operations.add(4 * order);
      if (done !== undefined) yield done;
      let [row, column] = [0, 0];
      for (let j = 0; j < order; j++) {
        if (j === i) continue;
        row += Math.abs(data[i * order + j]!);
        column += Math.abs(data[j * order + i]!);
      }
      const exponent = Math.round(log2(row / column) / 2);
      if (row === 0 || column === 0 || exponent === 0) continue;
      const [shrunk, grown] = [exp2(-exponent), exp2(exponent)];
      for (let j = 0; j < order; j++) {
        data[i * order + j]! *= shrunk;
        data[j * order + i]! *= grown;
      }
      scales[i]! *= grown;
      isChanging = true;
    }
  }
  yield operations.rest();
  return scales;
}

/** N(A) / N(-A) with the coefficients c_k = c_{k-1} · (q - k + 1) / (k · (2q - k + 1)). */
function* padeApproximant(matrix: Matrix, order: number): Pieces<Matrix> {
  let power = identity(order);
  let coefficient = 1;
  const numerator = identity(order);
  const denominator = identity(order);
  for (let k = 1; k <= DEGREE; k++) {
    coefficient *= (DEGREE - k + 1) / (k * (2 * DEGREE - k + 1));
    power = yield* matmulInPieces(matrix, power);
    const sign = k % 2 === 0 ? 1 : -1;
    power.data.forEach((value, index) => {
      numerator.data[index]! += coefficient * value;
      denominator.data[index]! += sign * coefficient * value;
    });
  }
  return yield* solveLinearSystemInPieces(denominator, numerator);
}

function largestRowSum(matrix: Matrix, order: number): number {
  let largest = 0;
  for (let row = 0; row < order; row++) {
    const sum = matrix.row(row).data.reduce((total, value) => total + Math.abs(value), 0);
    largest = Math.max(largest, sum);
  }
  return largest;
}
