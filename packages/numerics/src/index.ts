/** @file The public names of `@ndl/numerics`: arrays, random numbers, elementary functions, linear algebra, special functions, array files. */
export * from './nd-array.ts';
export * from './ndl-error.ts';
export { refuseSurplus } from './refuse-surplus.ts';
export { problemOfPlainData, writePlainData } from './plain-data.ts';
export { isRefusedPromise, unfinishedWork } from './refused-promise.ts';
export { showThrown, showValue } from './show-value.ts';
export { derivedSeed, itemSeed } from './derived-seed.ts';
export { RandomState, type RandomSnapshot } from './random-state.ts';
export type { Seed, TwisterState } from './mersenne-twister.ts';
export { exp, expm1, log, log1p, max, min, sigmoid, softplus, tanh } from './elementary/float64.ts';
export * as float32 from './elementary/float32.ts';
export * as elementaryForms from './elementary/forms.ts';
export { FLOAT32, FLOAT64, type Coefficients } from './elementary/coefficients.ts';
export { FLOAT32_ARITHMETIC, FLOAT64_ARITHMETIC, type Arithmetic } from './elementary/arithmetic.ts';
export { cbrt, exp2, log10, log2, pow } from './elementary/powers.ts';
export { acos, asin, atan, atan2, cos, sin, tan } from './elementary/circular.ts';
export { acosh, asinh, atanh, cosh, sinh } from './elementary/hyperbolic.ts';
export { logBeta, logGamma } from './gamma.ts';
export { inverseRegularizedIncompleteBeta, regularizedIncompleteBeta } from './incomplete-beta.ts';
export { tabulatedInverseBeta, tabulatedInverseBetaInPieces } from './inverse-beta-table.ts';
export { euclideanNorm } from './euclidean-norm.ts';
export { interpolate, lastIndexAtMost, linspace } from './interpolation.ts';
export { evaluateSpline, interpolatingSpline, type Spline } from './splines.ts';
export {
  fourierTransform,
  inverseRealFourier,
  inverseRealFourierInPieces,
  type ComplexVector,
  type InverseRealFourier,
} from './fourier.ts';
export { isCallable, isRevoked } from './calls.ts';
export { copyInPieces, fillInPieces } from './array-copy.ts';
export { FIRST_INFINITE, firstNotFinite } from './first-not-finite.ts';
export { Heap } from './heap.ts';
export { complete, isPieces, OperationCount, type Pieces } from './pieces.ts';
export { transpose, transposeInPieces, type Matrix } from './matrix.ts';
export {
  addLowerGram,
  addLowerGramOfColumns,
  addProduct,
  addTransposedProduct,
  gramMatrix,
  gramMatrixInPieces,
  matmul,
  matmulInPieces,
  mirrorLower,
  transposedMatmul,
  transposedMatmulInPieces,
} from './matrix-products.ts';
export { GramSum } from './gram-sum.ts';
export { ProductTeam, withTeam, type ProductTeamOptions } from './product-team.ts';
export { SUM_BLOCK } from './panel.ts';
export {
  factorizePositiveDefiniteInPieces,
  solveFactorizedInPieces,
  solvePositiveDefinite,
  solvePositiveDefiniteInPieces,
} from './cholesky.ts';
export { inverse, inverseInPieces, solveLinearSystem, solveLinearSystemInPieces } from './linear-systems.ts';
export {
  leastSquares,
  leastSquaresInPieces,
  singularValueDecomposition,
  singularValueDecompositionInPieces,
  type LeastSquaresSolution,
  type SingularValueDecomposition,
} from './singular-values.ts';
export {
  symmetricEigenvalues,
  symmetricEigenvaluesInPieces,
  type EigenvalueDecomposition,
} from './symmetric-eigenvalues.ts';
export { triangularize, triangularizeInPieces, type TriangularProblem } from './triangularize.ts';
export {
  nonnegativeLeastSquares,
  nonnegativeLeastSquaresInPieces,
  type NonnegativeSolution,
} from './nonnegative-least-squares.ts';
export {
  blockConjugateGradientInPieces,
  conjugateGradientInPieces,
  type ConjugateGradientLimits,
  type ConjugateGradientSolution,
  type SymmetricOperator,
} from './conjugate-gradient.ts';
export { lsmrInPieces, type LinearMap, type LsmrOptions, type LsmrSolution } from './lsmr.ts';
export { elasticNetInPieces, type ElasticNetOptions } from './elastic-net.ts';
export { orthogonalPolarFactor, orthogonalPolarFactorInPieces } from './polar-factor.ts';
export { matrixExponential, matrixExponentialInPieces } from './matrix-exponential.ts';
export { evaluatePolynomial, multiplyPolynomials } from './polynomial.ts';
export { decodeNpy, encodeNpy, type NpyContent } from './npy.ts';
export { decodeNpz, encodeNpz, type DecodeNpzOptions } from './npz.ts';
