/** @file Products of matrices in float64. Each comes at once, and in pieces with the same bits. */
import { shapeMismatch } from '../basics/errors.ts';
import { matrixShape, wholePanel, type Matrix } from '../linear-algebra/matrix.ts';
import { zeros, type NdArray } from '../arrays/nd-array.ts';
import { complete, OperationCount, type Pieces } from '../basics/pieces.ts';
import { transposed } from './panel.ts';
import { addRowProducts } from './row-products.ts';
import { refuseSurplus } from '../basics/refuse-surplus.ts';

/**
 * A·B: `[rows, inner]` times `[inner, columns]`.
 * @throws NdlError SHAPE_MISMATCH
 */
export function matmul(a: NdArray, b: NdArray): Matrix {
  refuseSurplus('matmul', arguments, 2);
  return complete(matmulInPieces(a, b));
}

/** `matmul` in pieces. @throws NdlError SHAPE_MISMATCH */
export function* matmulInPieces(a: NdArray, b: NdArray): Pieces<Matrix> {
  const [rows, inner] = matrixShape('matmul: left factor', a);
  const [innerOfB, columns] = matrixShape('matmul: right factor', b);
  if (inner !== innerOfB) throw shapeMismatch('matmul: right factor', [inner, columns], b.shape);
  const product = zeros([rows, columns]);
  yield* addRowProducts(wholePanel(product), wholePanel(a), transposed(wholePanel(b)));
  return product;
}

/**
 * Aᵀ·B: `[inner, rows]` transposed times `[inner, columns]`.
 * @throws NdlError SHAPE_MISMATCH
 */
export function transposedMatmul(a: NdArray, b: NdArray): Matrix {
  refuseSurplus('transposedMatmul', arguments, 2);
  return complete(transposedMatmulInPieces(a, b));
}

/** `transposedMatmul` in pieces. @throws NdlError SHAPE_MISMATCH */
export function* transposedMatmulInPieces(a: NdArray, b: NdArray): Pieces<Matrix> {
  const [inner, rows] = matrixShape('transposedMatmul: left factor', a);
  const [innerOfB, columns] = matrixShape('transposedMatmul: right factor', b);
  if (inner !== innerOfB) {
    throw shapeMismatch('transposedMatmul: right factor', [inner, columns], b.shape);
  }
  const product = zeros([rows, columns]);
  yield* addRowProducts(wholePanel(product), transposed(wholePanel(a)), transposed(wholePanel(b)));
  return product;
}

/**
 * The Gram matrix Aᵀ·A of the columns of `a`, at half the cost of a product.
 * @throws NdlError SHAPE_MISMATCH
 */
export function gramMatrix(a: NdArray): Matrix {
  refuseSurplus('gramMatrix', arguments, 1);
  return complete(gramMatrixInPieces(a));
}

/** `gramMatrix` in pieces. @throws NdlError SHAPE_MISMATCH */
export function* gramMatrixInPieces(a: NdArray): Pieces<Matrix> {
  const [, order] = matrixShape('gramMatrix', a);
  const gram = zeros([order, order]);
  yield* addLowerGramOfColumns(gram, a);
  yield* mirrorLower(gram);
  return gram;
}

/**
 * target += left · rightᵀ: `[rows, columns]` += `[rows, inner]` · `[columns, inner]`ᵀ. Where a long `inner` is cut into
 * parts whose lengths are multiples of `SUM_BLOCK` (the last one apart) and the parts are added in order, the sum has
 * the bits of the whole.
 * @throws NdlError SHAPE_MISMATCH
 */
export function* addProduct(target: Matrix, left: Matrix, right: Matrix): Pieces<void> {
  const [rows, inner] = matrixShape('addProduct: left factor', left);
  const [columns, innerOfRight] = matrixShape('addProduct: right factor', right);
  if (inner !== innerOfRight) throw shapeMismatch('addProduct: right factor', [columns, inner], right.shape);
  requireShape('addProduct: target', target, [rows, columns]);
  yield* addRowProducts(wholePanel(target), wholePanel(left), wholePanel(right));
}

/**
 * target += rows · rowsᵀ on and below the diagonal: `[order, order]` += `[order, inner]` · `[order, inner]`ᵀ; what lies
 * above means nothing before `mirrorLower`. May be added in parts as with `addProduct`.
 * @throws NdlError SHAPE_MISMATCH
 */
export function* addLowerGram(target: Matrix, rows: Matrix): Pieces<void> {
  const [order] = matrixShape('addLowerGram: rows', rows);
  requireShape('addLowerGram: target', target, [order, order]);
  const panel = wholePanel(rows);
  yield* addRowProducts(wholePanel(target), panel, panel, { lowerOnly: true });
}

/**
 * target += leftᵀ · right: `[rows, columns]` += `[inner, rows]`ᵀ · `[inner, columns]`; in parts as with `addProduct`.
 * @throws NdlError SHAPE_MISMATCH
 */
export function* addTransposedProduct(target: Matrix, left: NdArray, right: NdArray): Pieces<void> {
  const [inner, rows] = matrixShape('addTransposedProduct: left factor', left);
  const [innerOfRight, columns] = matrixShape('addTransposedProduct: right factor', right);
  if (inner !== innerOfRight) throw shapeMismatch('addTransposedProduct: right factor', [inner, columns], right.shape);
  requireShape('addTransposedProduct: target', target, [rows, columns]);
  yield* addRowProducts(wholePanel(target), transposed(wholePanel(left)), transposed(wholePanel(right)));
}

/**
 * target += columnsᵀ · columns on and below the diagonal: `[order, order]` += `[inner, order]`ᵀ · `[inner, order]`; as `addLowerGram`.
 * @throws NdlError SHAPE_MISMATCH
 */
export function* addLowerGramOfColumns(target: Matrix, columns: NdArray): Pieces<void> {
  const [, order] = matrixShape('addLowerGramOfColumns: columns', columns);
  requireShape('addLowerGramOfColumns: target', target, [order, order]);
  const panel = transposed(wholePanel(columns));
  yield* addRowProducts(wholePanel(target), panel, panel, { lowerOnly: true });
}

/** Copies what is below the diagonal of a square matrix to above it. */
export function* mirrorLower(matrix: Matrix): Pieces<void> {
  const [order] = matrixShape('mirrorLower', matrix);
  const operations = new OperationCount();
  for (let row = 0; row < order; row++) {
    for (let column = 0; column < row; column++) {
      matrix.data[column * order + row] = matrix.data[row * order + column]!;
    }
    // Each writes into another line of the cache.
    const done = operations.add(8 * row);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}

function requireShape(subject: string, array: NdArray, shape: readonly number[]): void {
  if (array.shape.join() !== shape.join()) throw shapeMismatch(subject, shape, array.shape);
}
