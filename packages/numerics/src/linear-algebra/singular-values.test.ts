/** @file Singular values of so many columns that they are found in blocks. */
import { expect, test } from 'vitest';
import {
  gramMatrix,
  identity,
  leastSquares,
  matmul,
  NdArray,
  RandomState,
  singularValueDecomposition,
  transpose,
  transposedMatmul,
  triangularize,
  zeros,
  type Matrix,
} from '../index.ts';

const gaussian = (seed: number, rows: number, columns: number): Matrix =>
  new NdArray(new RandomState(seed).standardNormal(rows * columns), [rows, columns]);

const made = (rows: number, columns: number, element: (row: number, column: number) => number): Matrix =>
  new NdArray(
    Float64Array.from({ length: rows * columns }, (_, at) => element(Math.floor(at / columns), at % columns)),
    [rows, columns],
  );

/** The largest |a - b| relative to the largest |b|. */
const difference = (a: Matrix, b: Matrix): number => {
  expect(a.shape).toEqual(b.shape);
  const size = (data: Float64Array): number => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return size(a.data.map((value, index) => value - b.data[index]!)) / (size(b.data) || 1);
};

const draws = gaussian(1, 120, 80);
const MATRICES: Record<string, Matrix> = {
  tall: draws,
  wide: gaussian(2, 67, 100),
  square: gaussian(3, 90, 90),
  'of columns from 1 to 1e-14': made(120, 80, (row, column) => draws.get(row, column) * 10 ** (-column * 0.18)),
  'of rows from 1 to 1e-14': made(120, 80, (row, column) => draws.get(row, column) * 10 ** (-row * 0.12)),
  'with columns that nearly coincide': made(100, 70, (row, column) => Math.sin(row) + 1e-9 * draws.get(row, column)),
  'far too large': made(80, 70, (row, column) => 1e250 * draws.get(row, column)),
};

test.each(Object.entries(MATRICES))('a matrix is rebuilt from orthonormal columns: %s', (_, matrix) => {
  const { left, values, right } = singularValueDecomposition(matrix);
  const scaled = left.data.map((value, index) => value * values[index % values.length]!);
  expect(difference(matmul(new NdArray(scaled, left.shape), transpose(right)), matrix)).toBeLessThan(1e-13);
  expect(difference(gramMatrix(left), identity(values.length))).toBeLessThan(1e-12);
  expect(difference(gramMatrix(right), identity(values.length))).toBeLessThan(1e-13);
  expect([...values]).toEqual([...values].toSorted((a, b) => b - a));
});

test('singular values of first differences are 2 sin(kπ / (2n + 2))', () => {
  const order = 100;
  const { values } = singularValueDecomposition(
    made(order + 1, order, (row, column) => (row === column ? 1 : row === column + 1 ? -1 : 0)),
  );
  values.forEach((value, index) => {
    const exact = 2 * Math.sin(((order - index) * Math.PI) / (2 * order + 2));
    expect(Math.abs(value - exact)).toBeLessThan(1e-14);
  });
});

test('what columns share is found, and no more', () => {
  const shared = matmul(gaussian(4, 90, 20), gaussian(5, 20, 70));
  const { rank, solution } = leastSquares(shared, shared, 1e-12);
  expect(rank).toBe(20);
  expect(difference(matmul(shared, solution), shared)).toBeLessThan(1e-12);
  expect(singularValueDecomposition(zeros([80, 70])).values).toEqual(new Float64Array(70));
});

test('many columns are made triangular in blocks', () => {
  const [a, b] = [gaussian(6, 200, 150), gaussian(7, 200, 3)];
  const { triangle, rightSide } = triangularize(a, b);
  expect(difference(gramMatrix(triangle), gramMatrix(a))).toBeLessThan(1e-13);
  expect(difference(transposedMatmul(triangle, rightSide), transposedMatmul(a, b))).toBeLessThan(1e-13);
  for (let row = 0; row < 150; row++)
    for (let column = 0; column < row; column++) expect(triangle.get(row, column)).toBe(0);
});
