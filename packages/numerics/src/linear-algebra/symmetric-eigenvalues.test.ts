/** @file Eigenvalues of symmetric matrices: closed forms, residuals, orthogonality. */
import { expect, test } from 'vitest';
import {
  complete,
  gramMatrix,
  identity,
  matmul,
  NdArray,
  RandomState,
  symmetricEigenvalues,
  symmetricEigenvaluesInPieces,
  transpose,
  transposedMatmul,
  zeros,
  type Matrix,
} from '../index.ts';

const made = (order: number, element: (row: number, column: number) => number): Matrix =>
  new NdArray(
    Float64Array.from({ length: order * order }, (_, at) => element(Math.floor(at / order), at % order)),
    [order, order],
  );

const symmetric = (order: number, seed: number): Matrix => {
  const draws = new NdArray(new RandomState(seed).standardNormal(order * order), [order, order]);
  return made(order, (row, column) => draws.get(row, column) + draws.get(column, row));
};

const largest = ({ data }: Matrix): number => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** How far A·V is from V·Λ relative to A, and VᵀV from 1. */
function flaws(matrix: Matrix): { residual: number; skew: number } {
  const order = matrix.shape[0]!;
  const { values, vectors } = symmetricEigenvalues(matrix);
  expect([...values].toSorted((a, b) => a - b)).toEqual([...values]);
  const images = matmul(matrix, vectors);
  const residual = made(order, (row, column) => images.get(row, column) - vectors.get(row, column) * values[column]!);
  const products = transposedMatmul(vectors, vectors);
  const skew = made(order, (row, column) => products.get(row, column) - (row === column ? 1 : 0));
  return { residual: largest(residual) / (largest(matrix) || 1), skew: largest(skew) };
}

const MATRICES: Record<string, Matrix> = {
  one: symmetric(1, 0),
  two: symmetric(2, 1),
  small: symmetric(13, 2),
  middling: symmetric(40, 3),
  'of many blocks': symmetric(171, 4),
  'of rank 20': gramMatrix(new NdArray(new RandomState(5).standardNormal(20 * 90), [20, 90])),
  identity: identity(50),
  zero: zeros([35, 35]),
  'all ones': made(60, () => 1),
  'far too large': made(50, (row, column) => 1e300 * Math.sin(row * column)),
  tiny: made(50, (row, column) => 1e-300 * Math.sin(row * column)),
  graded: made(70, (row, column) => 10 ** -((row + column) / 8) * (row === column ? 2 : 1)),
  'with pairs that nearly coincide': made(63, (row, column) =>
    row === column ? Math.abs(row - 31) : Math.abs(row - column) === 1 ? 1 : 0,
  ),
  blocks: made(80, (row, column) => (Math.floor(row / 20) === Math.floor(column / 20) ? 1 / (1 + row + column) : 0)),
};

test.each(Object.entries(MATRICES))('eigenvectors are orthonormal, and turn by nothing: %s', (_, matrix) => {
  const { residual, skew } = flaws(matrix);
  expect(residual).toBeLessThan(1e-12);
  expect(skew).toBeLessThan(1e-13);
});

test('eigenvalues of second differences are 4 sin²(kπ / (2n + 2))', () => {
  const order = 130;
  const matrix = made(order, (row, column) => [2, -1][Math.abs(row - column)] ?? 0);
  const { values } = symmetricEigenvalues(matrix);
  values.forEach((value, index) => {
    const sine = Math.sin(((index + 1) * Math.PI) / (2 * order + 2));
    expect(Math.abs(value - 4 * sine * sine)).toBeLessThan(1e-14);
  });
});

test('only the lower triangle is read', () => {
  const matrix = symmetric(40, 7);
  const lower = made(40, (row, column) => (column > row ? 5 : matrix.get(row, column)));
  expect(symmetricEigenvalues(lower)).toEqual(symmetricEigenvalues(matrix));
  expect(transpose(matrix).data).toEqual(matrix.data);
});

test('they come in pieces', () => {
  const pieces = symmetricEigenvaluesInPieces(symmetric(200, 8));
  let most = 0;
  for (let piece = pieces.next(); piece.done !== true; piece = pieces.next()) most = Math.max(most, piece.value);
  expect(most).toBeLessThan(2 ** 19);
  expect(complete(symmetricEigenvaluesInPieces(symmetric(20, 9)))).toEqual(symmetricEigenvalues(symmetric(20, 9)));
});

test('what is not square or not finite is refused', () => {
  expect(() => symmetricEigenvalues(zeros([2, 3]))).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
  const odd = new NdArray(Float64Array.of(1, NaN, NaN, 1), [2, 2]);
  expect(() => symmetricEigenvalues(odd)).toThrow(expect.objectContaining({ code: 'OUT_OF_DOMAIN' }));
});
