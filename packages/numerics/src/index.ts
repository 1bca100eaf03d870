/** @file The public names of `@ndl/numerics`: arrays, random numbers, linear algebra, special functions, array files. */
export * from './nd-array.ts';
export * from './ndl-error.ts';
export { showValue } from './show-value.ts';
export { RandomState, type RandomSnapshot } from './random-state.ts';
export type { Seed, TwisterState } from './mersenne-twister.ts';
export { logBeta, logGamma } from './gamma.ts';
export { inverseRegularizedIncompleteBeta, regularizedIncompleteBeta } from './incomplete-beta.ts';
export { tabulatedInverseBeta } from './inverse-beta-table.ts';
export { euclideanNorm } from './euclidean-norm.ts';
export { interpolate, lastIndexAtMost, linspace } from './interpolation.ts';
export { complete, OperationCount, type Pieces } from './pieces.ts';
export { transpose, transposeInPieces, type Matrix } from './matrix.ts';
export {
  addLowerGram,
  addProduct,
  gramMatrix,
  gramMatrixInPieces,
  matmul,
  matmulInPieces,
  mirrorLower,
  transposedMatmul,
  transposedMatmulInPieces,
} from './matrix-products.ts';
export { SUM_BLOCK } from './row-products.ts';
export { solvePositiveDefinite, solvePositiveDefiniteInPieces } from './cholesky.ts';
export { inverse, inverseInPieces, solveLinearSystem, solveLinearSystemInPieces } from './linear-systems.ts';
export {
  leastSquares,
  leastSquaresInPieces,
  singularValueDecomposition,
  singularValueDecompositionInPieces,
  type LeastSquaresSolution,
  type SingularValueDecomposition,
} from './singular-values.ts';
export { orthogonalPolarFactor, orthogonalPolarFactorInPieces } from './polar-factor.ts';
export { matrixExponential } from './matrix-exponential.ts';
export { evaluatePolynomial, multiplyPolynomials } from './polynomial.ts';
export { decodeNpy, encodeNpy, type NpyContent } from './npy.ts';
export { decodeNpz, encodeNpz, type DecodeNpzOptions } from './npz.ts';
