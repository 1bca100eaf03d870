/** @file The public names of `@ndl/numerics`: arrays, random numbers, elementary functions, linear algebra, special functions, array files. */
export * from './arrays/nd-array.ts';
export * from './basics/ndl-error.ts';
export { contentKey } from './basics/content-key.ts';
export { refuseSurplus } from './basics/refuse-surplus.ts';
export { problemOfPlainData, writePlainData } from './basics/plain-data.ts';
export { isRefusedPromise, unfinishedWork } from './basics/refused-promise.ts';
export { showThrown, showValue } from './basics/show-value.ts';
export { derivedSeed, itemSeed } from './random/derived-seed.ts';
export { RandomState, type RandomSnapshot } from './random/random-state.ts';
export type { Seed, TwisterState } from './random/mersenne-twister.ts';
export { exp, expm1, log, log1p, max, min, sigmoid, softplus, tanh } from './elementary/float64.ts';
export * as float32 from './elementary/float32.ts';
export * as elementaryForms from './elementary/forms.ts';
export { FLOAT32, FLOAT64, type Coefficients } from './elementary/coefficients.ts';
export { FLOAT32_ARITHMETIC, FLOAT64_ARITHMETIC, type Arithmetic } from './elementary/arithmetic.ts';
export { cbrt, exp2, log10, log2, pow } from './elementary/powers.ts';
export { acos, asin, atan, atan2, cos, sin, tan } from './elementary/circular.ts';
export { acosh, asinh, atanh, cosh, sinh } from './elementary/hyperbolic.ts';
export { logBeta, logGamma } from './special/gamma.ts';
export { inverseRegularizedIncompleteBeta, regularizedIncompleteBeta } from './special/incomplete-beta.ts';
export { tabulatedInverseBeta, tabulatedInverseBetaInPieces } from './special/inverse-beta-table.ts';
export { euclideanNorm } from './linear-algebra/euclidean-norm.ts';
export { interpolate, lastIndexAtMost, linspace } from './special/interpolation.ts';
export { evaluateSpline, interpolatingSpline, type Spline } from './special/splines.ts';
export {
  fourierTransform,
  inverseRealFourier,
  inverseRealFourierInPieces,
  type ComplexVector,
  type InverseRealFourier,
} from './special/fourier.ts';
export { isCallable, isRevoked } from './basics/calls.ts';
export { copyInPieces, fillInPieces } from './arrays/array-copy.ts';
export { FIRST_INFINITE, firstNotFinite } from './basics/first-not-finite.ts';
export { Heap } from './basics/heap.ts';
export { complete, isPieces, OperationCount, type Pieces } from './basics/pieces.ts';
export { transpose, transposeInPieces, type Matrix } from './linear-algebra/matrix.ts';
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
} from './products/matrix-products.ts';
export { GramSum } from './products/gram-sum.ts';
export { ProductTeam, withTeam, type ProductTeamOptions } from './products/product-team.ts';
export { SUM_BLOCK } from './products/panel.ts';
export {
  factorizePositiveDefiniteInPieces,
  solveFactorizedInPieces,
  solvePositiveDefinite,
  solvePositiveDefiniteInPieces,
} from './linear-algebra/cholesky.ts';
export {
  inverse,
  inverseInPieces,
  solveLinearSystem,
  solveLinearSystemInPieces,
} from './linear-algebra/linear-systems.ts';
export {
  leastSquares,
  leastSquaresInPieces,
  singularValueDecomposition,
  singularValueDecompositionInPieces,
  type LeastSquaresSolution,
  type SingularValueDecomposition,
} from './linear-algebra/singular-values.ts';
export {
  symmetricEigenvalues,
  symmetricEigenvaluesInPieces,
  type EigenvalueDecomposition,
} from './linear-algebra/symmetric-eigenvalues.ts';
export { triangularize, triangularizeInPieces, type TriangularProblem } from './linear-algebra/triangularize.ts';
export {
  nonnegativeLeastSquares,
  nonnegativeLeastSquaresInPieces,
  type NonnegativeSolution,
} from './linear-algebra/nonnegative-least-squares.ts';
export {
  blockConjugateGradientInPieces,
  conjugateGradientInPieces,
  type ConjugateGradientLimits,
  type ConjugateGradientSolution,
  type SymmetricOperator,
} from './linear-algebra/conjugate-gradient.ts';
export { lsmrInPieces, type LinearMap, type LsmrOptions, type LsmrSolution } from './linear-algebra/lsmr.ts';
export { elasticNetInPieces, type ElasticNetOptions } from './linear-algebra/elastic-net.ts';
export { orthogonalPolarFactor, orthogonalPolarFactorInPieces } from './linear-algebra/polar-factor.ts';
export { matrixExponential, matrixExponentialInPieces } from './linear-algebra/matrix-exponential.ts';
export { evaluatePolynomial, multiplyPolynomials } from './special/polynomial.ts';
export { decodeNpy, encodeNpy, type NpyContent } from './arrays/npy.ts';
export { decodeNpz, encodeNpz, type DecodeNpzOptions } from './arrays/npz.ts';
