/**
 * @file Regularized least squares from products with the matrix alone.
 * Source: D. C.-L. Fong and M. Saunders, LSMR: an iterative algorithm for sparse least-squares problems, SIAM J. Sci.
 * Comput. 33 (2011).
 */
import { euclideanNorm } from './euclidean-norm.ts';
import type { Pieces } from '../basics/pieces.ts';

/** A matrix by what it does to vectors; what it returns is the caller's. */
export interface LinearMap {
  /** A·v */
  readonly forward: (vector: Float64Array) => Pieces<Float64Array>;
  /** Aᵀ·u */
  readonly backward: (vector: Float64Array) => Pieces<Float64Array>;
  /** Columns of A. */
  readonly columns: number;
}

/** Options of `lsmrInPieces`. */
export interface LsmrOptions {
  /** λ: what is minimized is ‖A·x - b‖² + λ²‖x‖². */
  readonly damping: number;
  /** Stops where ‖Aᵀr‖ is so small a part of ‖A‖·‖r‖, or the residual r of ‖A‖·‖x‖ + ‖b‖. */
  readonly tolerance: number;
  readonly mostIterations: number;
}

/** What LSMR found. */
export interface LsmrSolution {
  readonly solution: Float64Array;
  readonly iterations: number;
}

/** The x that minimizes ‖A·x - b‖² + λ²‖x‖², to the tolerance or as far as the iterations go. */
export function* lsmrInPieces(
  { forward, backward, columns }: LinearMap,
  rightSide: Float64Array,
  { damping, tolerance, mostIterations }: LsmrOptions,
): Pieces<LsmrSolution> {
  const solution = new Float64Array(columns);
  const u = rightSide.slice();
  const lengthOfRightSide = normalize(u);
  const v = yield* backward(u);
  let alpha = normalize(v);
  let beta = lengthOfRightSide;
  if (alpha * beta === 0) return { solution, iterations: 0 };
  const h = v.slice();
  const hBar = new Float64Array(columns);
  let [alphaBar, zetaBar, zeta, rho, rhoBar, cosineBar, sineBar] = [alpha, alpha * beta, 0, 1, 1, 1, 0];
  const residual = new ResidualEstimate(beta);
  let squares = alpha * alpha;
  for (let iteration = 1; ; iteration++) {
    combine(u, yield* forward(v), -alpha);
    beta = normalize(u);
    combine(v, yield* backward(u), -beta);
    alpha = normalize(v);
    // One rotation takes the damping in, a second one makes the bidiagonal matrix triangular, a third one its transpose.
    const damped = rotationOf(alphaBar, damping);
    const { cosine, sine, length } = rotationOf(damped.length, beta);
    const [rhoBefore, rhoBarBefore, zetaBefore] = [rho, rhoBar, zeta];
    rho = length;
    const theta = sine * alpha;
    alphaBar = cosine * alpha;
    const thetaBar = sineBar * rho;
    const bar = rotationOf(cosineBar * rho, theta);
    [rhoBar, cosineBar, sineBar] = [bar.length, bar.cosine, bar.sine];
    zeta = cosineBar * zetaBar;
    zetaBar *= -sineBar;
    combine(hBar, h, -(thetaBar * rho) / (rhoBefore * rhoBarBefore));
    addMultiple(solution, zeta / (rho * rhoBar), hBar);
    combine(h, v, -theta / rho);
    yield 12 * columns;

    squares += beta * beta;
    const lengthOfMatrix = Math.sqrt(squares);
    squares += alpha * alpha;
    const lengthOfResidual = residual.next({ damped, cosine, sine, thetaBar, rhoBar, zetaBefore, zeta });
    const scale = lengthOfMatrix * euclideanNorm(solution);
    const isMinimal = Math.abs(zetaBar) <= tolerance * lengthOfMatrix * lengthOfResidual;
    const isSolved = lengthOfResidual <= tolerance * (lengthOfRightSide + scale);
    if (isMinimal || isSolved || iteration >= mostIterations) return { solution, iterations: iteration };
  }
}

interface PlaneRotation {
  readonly cosine: number;
  readonly sine: number;
  /** Of the vector that is rotated onto the first axis. */
  readonly length: number;
}

/** The length of the residual, without computing the residual: §5.2 of the source. */
class ResidualEstimate {
  #betaDots: number;
  #betaDot = 0;
  #rhoDot = 1;
  #tauTilde = 0;
  #thetaTilde = 0;
  #dampedSquares = 0;

  constructor(beta: number) {
    this.#betaDots = beta;
  }

  next(step: {
    readonly damped: PlaneRotation;
    readonly cosine: number;
    readonly sine: number;
    readonly thetaBar: number;
    readonly rhoBar: number;
    readonly zetaBefore: number;
    readonly zeta: number;
  }): number {
    const betaAcute = step.damped.cosine * this.#betaDots;
    const betaCheck = -step.damped.sine * this.#betaDots;
    const betaHat = step.cosine * betaAcute;
    this.#betaDots = -step.sine * betaAcute;
    const thetaTildeBefore = this.#thetaTilde;
    const tilde = rotationOf(this.#rhoDot, step.thetaBar);
    this.#thetaTilde = tilde.sine * step.rhoBar;
    this.#rhoDot = tilde.cosine * step.rhoBar;
    this.#betaDot = tilde.cosine * betaHat - tilde.sine * this.#betaDot;
    this.#tauTilde = (step.zetaBefore - thetaTildeBefore * this.#tauTilde) / tilde.length;
    const tauDot = (step.zeta - this.#thetaTilde * this.#tauTilde) / this.#rhoDot;
    this.#dampedSquares += betaCheck * betaCheck;
    return euclideanNorm([Math.sqrt(this.#dampedSquares), this.#betaDot - tauDot, this.#betaDots]);
  }
}

function rotationOf(first: number, second: number): PlaneRotation {
  const length = euclideanNorm([first, second]);
  return length === 0 ? { cosine: 1, sine: 0, length } : { cosine: first / length, sine: second / length, length };
}

/** Divides a vector by its length, unless that is 0, and returns the length. */
function normalize(vector: Float64Array): number {
  const length = euclideanNorm(vector);
  if (length > 0) for (let index = 0; index < vector.length; index++) vector[index]! /= length;
  return length;
}

/** target = vector + factor · target */
function combine(target: Float64Array, vector: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index++) target[index] = vector[index]! + factor * target[index]!;
}

function addMultiple(target: Float64Array, factor: number, vector: Float64Array): void {
  for (let index = 0; index < target.length; index++) target[index]! += factor * vector[index]!;
}
