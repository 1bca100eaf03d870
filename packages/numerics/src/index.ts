/** @file The public names of `@ndl/numerics`: arrays, random numbers, linear algebra, special functions, array files. */
export * from './nd-array.ts';
export * from './ndl-error.ts';
export { showValue } from './show-value.ts';
export { RandomState, type RandomSnapshot } from './random-state.ts';
export type { Seed, TwisterState } from './mersenne-twister.ts';
export { logBeta, logGamma } from './gamma.ts';
export { inverseRegularizedIncompleteBeta, regularizedIncompleteBeta } from './incomplete-beta.ts';
export { tabulatedInverseBeta } from './inverse-beta-table.ts';
export { interpolate, lastIndexAtMost, linspace } from './interpolation.ts';
export { transpose, type Matrix } from './matrix.ts';
export { gramMatrix, matmul, transposedMatmul } from './matrix-products.ts';
export { solvePositiveDefinite } from './cholesky.ts';
export { inverse, solveLinearSystem } from './linear-systems.ts';
export {
  leastSquares,
  singularValueDecomposition,
  type LeastSquaresSolution,
  type SingularValueDecomposition,
} from './singular-values.ts';
export { orthogonalPolarFactor } from './polar-factor.ts';
export { matrixExponential } from './matrix-exponential.ts';
export { evaluatePolynomial, multiplyPolynomials } from './polynomial.ts';
export { decodeNpy, encodeNpy, type NpyContent } from './npy.ts';
export { decodeNpz, encodeNpz, type DecodeNpzOptions } from './npz.ts';
