/** @file Computations in pieces: the bits of those done at once, in pieces that are short. */
import { describe, expect, it } from 'vitest';
import {
  addLowerGram,
  addProduct,
  complete,
  euclideanNorm,
  gramMatrix,
  gramMatrixInPieces,
  inverseInPieces,
  leastSquaresInPieces,
  matmul,
  matmulInPieces,
  mirrorLower,
  NdArray,
  orthogonalPolarFactorInPieces,
  RandomState,
  singularValueDecompositionInPieces,
  solvePositiveDefiniteInPieces,
  SUM_BLOCK,
  tabulatedInverseBetaInPieces,
  transpose,
  transposedMatmulInPieces,
  transposeInPieces,
  triangularizeInPieces,
  zeros,
  type Matrix,
  type Pieces,
} from '../index.ts';

const gaussian = (seed: number, rows: number, columns: number): Matrix =>
  new NdArray(new RandomState(seed).standardNormal(rows * columns), [rows, columns]);

/** Rows from `from` up to but excluding `to`. */
const rowsOf = ({ data, shape: [, columns = 0] }: Matrix, from: number, to: number): Matrix =>
  new NdArray(data.slice(from * columns, to * columns), [to - from, columns]);

/** Operations of each piece. */
function piecesOf(computation: Pieces<unknown>): number[] {
  const operations: number[] = [];
  for (let piece = computation.next(); piece.done !== true; piece = computation.next()) operations.push(piece.value);
  return operations;
}

const positiveDefinite = (): Matrix => {
  const gram = gramMatrix(gaussian(1, 320, 300));
  for (let index = 0; index < 300; index++) gram.data[index * 301]! += 1;
  return gram;
};

const LONG: Record<string, () => Pieces<unknown>> = {
  transpose: () => transposeInPieces(gaussian(0, 1000, 900)),
  product: () => matmulInPieces(gaussian(0, 200, 300), gaussian(1, 300, 200)),
  'transposed product': () => transposedMatmulInPieces(gaussian(0, 300, 200), gaussian(1, 300, 200)),
  'Gram matrix': () => gramMatrixInPieces(gaussian(0, 300, 300)),
  'Cholesky solution': () => solvePositiveDefiniteInPieces(positiveDefinite(), gaussian(2, 300, 3)),
  inverse: () => inverseInPieces(gaussian(0, 150, 150)),
  'polar factor': () => orthogonalPolarFactorInPieces(gaussian(0, 100, 100)),
  'table of the inverse Beta integral': () => tabulatedInverseBetaInPieces(738),
  'singular values': () => singularValueDecompositionInPieces(gaussian(0, 120, 60)),
  'least squares': () => leastSquaresInPieces(gaussian(0, 120, 60), gaussian(1, 120, 2), 0.01),
  'singular values in blocks': () => singularValueDecompositionInPieces(gaussian(0, 120, 80)),
  'triangular problem': () => triangularizeInPieces(gaussian(0, 150, 120), gaussian(1, 150, 2)),
  shuffle: () => new RandomState(0).shuffleInPieces(zeros([10_000, 40])),
};

describe('long computations', () => {
  it.each(Object.entries(LONG))('stop often: %s', (_, computation) => {
    const operations = piecesOf(computation());
    expect(operations.length).toBeGreaterThan(3);
    expect(Math.max(...operations)).toBeLessThan(2 ** 19);
  });

  it('can be left, and then do nothing more', () => {
    const target = zeros([400, 400]);
    const adding = addProduct(target, gaussian(0, 400, 100), gaussian(1, 400, 100));
    adding.next();
    const before = target.data.slice();
    adding.return();
    expect(adding.next()).toEqual({ done: true, value: undefined });
    expect(target.data.every((value, index) => value === before[index])).toBe(true);
  });
});

describe('sums in parts', () => {
  const count = 3 * SUM_BLOCK + 17;
  const left = gaussian(4, count, 9);
  const right = gaussian(5, count, 5);
  const parts = [0, SUM_BLOCK, 3 * SUM_BLOCK, count];
  const ranges = parts.slice(1).map((to, index) => [parts[index]!, to] as const);

  it('have the bits of whole products', () => {
    const sum = zeros([9, 5]);
    for (const [from, to] of ranges) {
      complete(addProduct(sum, transpose(rowsOf(left, from, to)), transpose(rowsOf(right, from, to))));
    }
    expect(sum.data).toEqual(matmul(transpose(left), right).data);
  });

  it('have the bits of whole Gram matrices', () => {
    const sum = zeros([9, 9]);
    for (const [from, to] of ranges) complete(addLowerGram(sum, transpose(rowsOf(left, from, to))));
    complete(mirrorLower(sum));
    expect(sum.data).toEqual(gramMatrix(left).data);
  });

  it('are refused where shapes do not fit', () => {
    const mismatch = expect.objectContaining({ code: 'SHAPE_MISMATCH' });
    expect(() => complete(addProduct(zeros([2, 2]), zeros([2, 3]), zeros([2, 4])))).toThrow(mismatch);
    expect(() => complete(addProduct(zeros([2, 3]), zeros([2, 3]), zeros([2, 3])))).toThrow(mismatch);
    expect(() => complete(addLowerGram(zeros([3, 3]), zeros([2, 3])))).toThrow(mismatch);
  });
});

describe('the Euclidean norm', () => {
  it('is right for vectors of any length and size', () => {
    expect(euclideanNorm([3, -4])).toBe(5);
    expect(euclideanNorm([])).toBe(0);
    expect(euclideanNorm([0, -0])).toBe(0);
    expect(euclideanNorm(new Float64Array(1_000_000).fill(0.5))).toBe(500);
    expect(euclideanNorm([3e200, 4e200])).toBeCloseTo(5e200, -187);
    expect(euclideanNorm([3e-200, 4e-200]) / 5e-200).toBeCloseTo(1, 14);
    expect(euclideanNorm([NaN, Infinity])).toBe(Infinity);
    expect(euclideanNorm([1, NaN])).toBeNaN();
    expect(euclideanNorm([9, 3, 4, 9], 1, 2)).toBe(5);
  });
});
