/** @file Products of matrices in float64. */
import { shapeMismatch } from './errors.ts';
import { matrixShape, transpose, wholePanel, type Matrix } from './matrix.ts';
import { zeros, type NdArray } from './nd-array.ts';
import { addRowProducts } from './row-products.ts';

/**
 * A·B: `[rows, inner]` times `[inner, columns]`.
 * @throws NdlError SHAPE_MISMATCH
 */
export function matmul(a: NdArray, b: NdArray): Matrix {
  const [rows, inner] = matrixShape('matmul: left factor', a);
  const [innerOfB, columns] = matrixShape('matmul: right factor', b);
  if (inner !== innerOfB) throw shapeMismatch('matmul: right factor', [inner, columns], b.shape);
  const product = zeros([rows, columns]);
  addRowProducts(wholePanel(product), wholePanel(a), wholePanel(transpose(b)));
  return product;
}

/**
 * Aᵀ·B: `[inner, rows]` transposed times `[inner, columns]`.
 * @throws NdlError SHAPE_MISMATCH
 */
export function transposedMatmul(a: NdArray, b: NdArray): Matrix {
  const [inner, rows] = matrixShape('transposedMatmul: left factor', a);
  const [innerOfB, columns] = matrixShape('transposedMatmul: right factor', b);
  if (inner !== innerOfB) {
    throw shapeMismatch('transposedMatmul: right factor', [inner, columns], b.shape);
  }
  const product = zeros([rows, columns]);
  addRowProducts(wholePanel(product), wholePanel(transpose(a)), wholePanel(transpose(b)));
  return product;
}

/**
 * The Gram matrix Aᵀ·A of the columns of `a`, at half the cost of a product.
 * @throws NdlError SHAPE_MISMATCH
 */
export function gramMatrix(a: NdArray): Matrix {
  const columns = wholePanel(transpose(a));
  const gram = zeros([columns.rows, columns.rows]);
  addRowProducts(wholePanel(gram), columns, columns, { lowerOnly: true });
  mirrorLower(gram);
  return gram;
}

function mirrorLower(matrix: Matrix): void {
  const [order] = matrixShape('mirrorLower', matrix);
  for (let row = 0; row < order; row++) {
    for (let column = 0; column < row; column++) {
      matrix.data[column * order + row] = matrix.data[row * order + column]!;
    }
  }
}
