/** @file Eigenvalues and eigenvectors of symmetric matrices. */
import { copyInPieces } from '../arrays/array-copy.ts';
import { reflectRows } from './block-reflections.ts';
import { requireFinite, squareOrder, transposeInPieces, type Matrix } from './matrix.ts';
import { NdArray } from '../arrays/nd-array.ts';
import type { Panel } from '../products/panel.ts';
import { complete, type Pieces } from '../basics/pieces.ts';
import { tridiagonalEigenvalues } from './tridiagonal-eigenvalues.ts';
import { tridiagonalize, type Tridiagonal } from './tridiagonalize.ts';
import { refuseSurplus } from '../basics/refuse-surplus.ts';

/** A = vectors · diag(values) · vectorsᵀ. */
export interface EigenvalueDecomposition {
  /** In ascending order. */
  readonly values: Float64Array;
  /** [order, order]; orthonormal columns. */
  readonly vectors: Matrix;
}

/**
 * Of a symmetric matrix, [order, order], of which the lower triangle is read.
 * @throws NdlError SHAPE_MISMATCH when it is not square, OUT_OF_DOMAIN when it holds NaN or infinity.
 */
export function symmetricEigenvalues(matrix: NdArray): EigenvalueDecomposition {
  refuseSurplus('symmetricEigenvalues', arguments, 1);
  return complete(symmetricEigenvaluesInPieces(matrix));
}

/** `symmetricEigenvalues` in pieces. @throws NdlError SHAPE_MISMATCH, OUT_OF_DOMAIN */
export function* symmetricEigenvaluesInPieces(matrix: NdArray): Pieces<EigenvalueDecomposition> {
  const { values, vectors } = yield* eigenvectorRows(matrix);
  return { values, vectors: yield* transposeInPieces(vectors) };
}

/** The same with eigenvectors as rows. @throws NdlError SHAPE_MISMATCH, OUT_OF_DOMAIN */
export function* eigenvectorRows(matrix: NdArray): Pieces<EigenvalueDecomposition> {
  const order = squareOrder('symmetricEigenvalues', matrix);
  requireFinite('symmetricEigenvalues', matrix);
  const copy = yield* copyInPieces(matrix);
  const scale = scaleOf(copy.data);
  yield* multiplyBy(copy.data, scale);
  const tridiagonal = yield* tridiagonalize(copy.data, order);
  const { values, vectors } = yield* tridiagonalEigenvalues(tridiagonal.diagonal, tridiagonal.beside);
  yield* turnBack(vectors, order, tridiagonal);
  for (let at = 0; at < order; at++) values[at]! /= scale;
  return { values, vectors: new NdArray(vectors, [order, order]) };
}

/** A power of two by which the largest element comes near to 1, so that no square overflows; 1 where it is near enough. */
export function scaleOf(data: Float64Array): number {
  let largest = 0;
  for (const value of data) largest = Math.max(largest, Math.abs(value));
  if (largest === 0 || (largest > 2 ** -300 && largest < 2 ** 300)) return 1;
  let scale = 1;
  for (; largest * scale > 1;) scale /= 2;
  for (; largest * scale < 0.5 && scale < 2 ** 1000;) scale *= 2;
  return scale;
}

/** Numbers that are scaled at a time. */
const PART = 2 ** 16;

export function* multiplyBy(data: Float64Array, scale: number): Pieces<void> {
  if (scale === 1) return;
  for (let from = 0; from < data.length; from += PART) {
    const end = Math.min(from + PART, data.length);
    for (let at = from; at < end; at++) data[at]! *= scale;
    yield end - from;
  }
}

/** Reflections that are done together. */
const BLOCK = 64;

/** Replaces rows y by Q·y. */
function* turnBack(vectors: Float64Array, order: number, { directions, factors }: Tridiagonal): Pieces<void> {
  for (let start = Math.floor((factors.length - 1) / BLOCK) * BLOCK; start >= 0; start -= BLOCK) {
    const count = Math.min(BLOCK, factors.length - start);
    const [from, width] = [start + 1, order - start - 1];
    const block: Panel = { data: directions, start: start * order + from, stride: order, rows: count, columns: width };
    const rows: Panel = { data: vectors, start: from, stride: order, rows: order, columns: width };
    yield* reflectRows(rows, block, factors.subarray(start, start + count));
  }
}
