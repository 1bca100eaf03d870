/** @file Least squares of every kind meet the conditions that make a solution the best one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  blockConjugateGradientInPieces,
  complete,
  conjugateGradientInPieces,
  elasticNetInPieces,
  gramMatrix,
  lsmrInPieces,
  matmul,
  ndarray,
  NdArray,
  nonnegativeLeastSquares,
  nonnegativeLeastSquaresInPieces,
  RandomState,
  solvePositiveDefinite,
  transpose,
  transposedMatmul,
  triangularize,
  type Matrix,
  type Pieces,
} from '../index.ts';

const gaussian = (seed: number, rows: number, columns: number): Matrix =>
  new NdArray(new RandomState(seed).standardNormal(rows * columns), [rows, columns]);
const seed = fc.nat(1_000_000);
const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const largest = (array: Matrix): number => array.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const difference = (a: Matrix, b: Matrix): number => {
  expect(a.shape).toEqual(b.shape);
  return a.data.reduce((most, value, index) => Math.max(most, Math.abs(value - b.data[index]!)), 0);
};
/** A positive definite matrix that is not badly conditioned. */
const positive = (start: number, order: number): Matrix => {
  const gram = gramMatrix(gaussian(start, 2 * order + 2, order));
  for (let index = 0; index < order; index++) gram.data[index * (order + 1)]! += order;
  return gram;
};

test('a triangular problem has the normal equations of the problem that it stands for', () => {
  fc.assert(
    fc.property(seed, size(30), size(12), size(3), (start, rows, columns, sides) => {
      const [a, b] = [gaussian(start, rows, columns), gaussian(start + 1, rows, sides)];
      const { triangle, rightSide } = triangularize(a, b);
      expect(triangle.shape).toEqual([Math.min(rows, columns), columns]);
      expect(difference(gramMatrix(triangle), gramMatrix(a))).toBeLessThan(1e-12 * rows);
      expect(difference(transposedMatmul(triangle, rightSide), transposedMatmul(a, b))).toBeLessThan(1e-12 * rows);
      for (let row = 0; row < triangle.shape[0]!; row++)
        for (let column = 0; column < row; column++) expect(triangle.get(row, column)).toBe(0);
    }),
    { numRuns: 40 },
  );
});

test('no element of a nonnegative solution could move without making the fit worse', () => {
  fc.assert(
    fc.property(seed, size(40), size(15), fc.boolean(), (start, rows, columns, isSquared) => {
      const drawn = gaussian(start, rows, columns);
      const a = isSquared ? gramMatrix(drawn) : drawn;
      const b = gaussian(start + 1, a.shape[0]!, 2);
      const { solution, iterations } = nonnegativeLeastSquares(a, b);
      expect(iterations.length).toBe(2);
      const residual = matmul(a, solution);
      residual.data.forEach((value, index) => (residual.data[index] = b.data[index]! - value));
      const pull = transposedMatmul(a, residual);
      const rounding = 1e-9 * largest(a) * (1 + largest(a) * largest(solution));
      solution.data.forEach((value, index) => {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(pull.data[index]!).toBeLessThan(rounding);
        expect(value > 0 && pull.data[index]! < -rounding).toBe(false);
      });
    }),
    { numRuns: 60 },
  );
});

test('a matrix that is known to be symmetric has the same nonnegative solutions', () => {
  const gram = gramMatrix(gaussian(3, 40, 12));
  const sides = gaussian(4, 12, 3);
  const wanted = nonnegativeLeastSquares(gram, sides);
  expect(complete(nonnegativeLeastSquaresInPieces(gram, sides, true))).toEqual(wanted);
});

test('nonnegative solutions of small systems are what they must be', () => {
  const identityOfTwo = ndarray([
    [1, 0],
    [0, 1],
  ]);
  expect(nonnegativeLeastSquares(identityOfTwo, ndarray([[3], [-4]])).solution.toNested()).toEqual([[3], [0]]);
  const twice = ndarray([
    [1, 1],
    [1, 1],
  ]);
  const { solution } = nonnegativeLeastSquares(twice, ndarray([[2], [2]]));
  expect(solution.data[0]! + solution.data[1]!).toBeCloseTo(2, 14);
  expect(nonnegativeLeastSquares(ndarray([[0, 0]]), ndarray([[1]])).solution.toNested()).toEqual([[0], [0]]);
});

test('conjugate gradients solve systems, one by one and together, also from near the solution', () => {
  fc.assert(
    fc.property(seed, size(20), size(4), (start, order, count) => {
      const matrix = positive(start, order);
      const expected = gaussian(start + 1, count, order);
      const operator = function* (vectors: Matrix): Pieces<Matrix> {
        yield 1;
        return matmul(vectors, matrix);
      };
      const sides = matmul(expected, matrix);
      const limits = { tolerance: () => 1e-9, mostIterations: 3 * order };
      const single = complete(conjugateGradientInPieces(operator, sides, limits));
      const block = complete(blockConjugateGradientInPieces(operator, sides, limits));
      expect(difference(single.solutions, expected)).toBeLessThan(1e-8);
      expect(difference(block.solutions, expected)).toBeLessThan(1e-8);
      expect(Math.max(...block.iterations)).toBeLessThanOrEqual(Math.max(...single.iterations) + 1);
      const again = complete(conjugateGradientInPieces(operator, sides, { ...limits, start: single.solutions }));
      expect(Math.max(...again.iterations)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 40 },
  );
});

test('right-hand sides that depend on each other are solved together', () => {
  const matrix = positive(3, 6);
  const one = gaussian(4, 1, 6);
  const expected = new NdArray(Float64Array.from([...one.data, ...one.data.map((x) => 2 * x)]), [2, 6]);
  const operator = function* (vectors: Matrix): Pieces<Matrix> {
    yield 1;
    return matmul(vectors, matrix);
  };
  const limits = { tolerance: () => 1e-9, mostIterations: 20 };
  const { solutions } = complete(blockConjugateGradientInPieces(operator, matmul(expected, matrix), limits));
  expect(difference(solutions, expected)).toBeLessThan(1e-8);
});

test('LSMR finds the solution of the damped normal equations', () => {
  fc.assert(
    fc.property(
      seed,
      size(30),
      size(12),
      fc.double({ min: 0.1, max: 3, noNaN: true }),
      (start, rows, columns, damping) => {
        const [a, b] = [gaussian(start, rows, columns), gaussian(start + 1, rows, 1)];
        const column = (vector: Float64Array): Matrix => new NdArray(vector, [vector.length, 1]);
        const map = {
          columns,
          *forward(vector: Float64Array) {
            yield 1;
            return matmul(a, column(vector)).data;
          },
          *backward(vector: Float64Array) {
            yield 1;
            return matmul(transpose(a), column(vector)).data;
          },
        };
        const limits = { damping, tolerance: 1e-13, mostIterations: 200 };
        const { solution } = complete(lsmrInPieces(map, b.data, limits));
        const normal = gramMatrix(a);
        for (let index = 0; index < columns; index++) normal.data[index * (columns + 1)]! += damping * damping;
        const expected = solvePositiveDefinite(normal, transposedMatmul(a, b));
        expect(difference(column(solution), expected)).toBeLessThan(1e-8);
      },
    ),
    { numRuns: 40 },
  );
});

test('an elastic net is zero where the pull is below the penalty, and balances it elsewhere', () => {
  fc.assert(
    fc.property(seed, size(12), fc.double({ min: 0.1, max: 5, noNaN: true }), (start, order, absolute) => {
      const gram = positive(start, order);
      const side = gaussian(start + 1, 1, order).data.map((x) => 4 * x);
      const limits = { absolute, squared: 0.5, mostIterations: 10_000 };
      const { solution } = complete(elasticNetInPieces(gram, side, limits));
      const image = matmul(gram, new NdArray(solution, [order, 1])).data;
      solution.forEach((value, index) => {
        const pull = side[index]! - image[index]! - 0.5 * value;
        const excess = value === 0 ? Math.max(Math.abs(pull) - absolute, 0) : pull - absolute * Math.sign(value);
        expect(Math.abs(excess)).toBeLessThan(1e-7);
      });
    }),
    { numRuns: 40 },
  );
});

test('what has no solution is refused', () => {
  const [a, b] = [ndarray([[1, 2]]), ndarray([[1], [2]])];
  const codes: Record<string, readonly (() => unknown)[]> = {
    SHAPE_MISMATCH: [
      () => triangularize(a, b),
      () => nonnegativeLeastSquares(a, b),
      () => triangularize(ndarray([1]), b),
    ],
    OUT_OF_DOMAIN: [
      () => triangularize(ndarray([[NaN]]), ndarray([[1]])),
      () => nonnegativeLeastSquares(ndarray([[1]]), ndarray([[Infinity]])),
    ],
  };
  for (const [code, calls] of Object.entries(codes))
    for (const call of calls) expect(call).toThrow(expect.objectContaining({ code }));
});
