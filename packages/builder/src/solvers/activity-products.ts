/** @file Products of activities with vectors, block by block. */
import type { Activities } from '@ndl/core';
import { addProduct, NdArray, transposeInPieces, zeros, type Matrix, type Pieces } from '@ndl/numerics';
import { blocksOf } from './activities.ts';

/** A·v of each row v: [count, neurons] → [count, points]. */
export function* timesActivities(activities: Activities, vectors: Matrix): Pieces<Matrix> {
  const products = zeros([activities.points, vectors.shape[0]!]);
  for (const range of blocksOf(activities.points, activities.neurons)) {
    yield* addProduct(rowsOf(products, range), yield* activities.block({ points: range }), vectors);
  }
  return yield* transposeInPieces(products);
}

/** Aᵀ·u of each row u: [count, points] → [count, neurons]. */
export function* timesTransposedActivities(activities: Activities, vectors: Matrix): Pieces<Matrix> {
  const byPoint = yield* transposeInPieces(vectors);
  const products = zeros([activities.neurons, vectors.shape[0]!]);
  for (const range of blocksOf(activities.points, activities.neurons)) {
    const block = yield* activities.transposedBlock({ points: range });
    yield* addProduct(products, block, yield* transposeInPieces(rowsOf(byPoint, range)));
  }
  return yield* transposeInPieces(products);
}

function rowsOf(matrix: Matrix, [from, to]: readonly [number, number]): Matrix {
  const columns = matrix.shape[1]!;
  return new NdArray(matrix.data.subarray(from * columns, to * columns), [to - from, columns]);
}
