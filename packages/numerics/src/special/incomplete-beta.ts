/**
 * @file The regularized incomplete beta function I_x(a, b), the distribution function of a beta variate, and its inverse.
 * Source: the continued fraction of DLMF §8.17(v), evaluated by the modified Lentz method.
 */
import { exp, log, log1p } from '../elementary/float64.ts';
import { noConvergence, outOfDomain } from '../basics/errors.ts';
import { logBeta } from './gamma.ts';

const MOST_TERMS = 10_000;
const MOST_NEWTON_STEPS = 200;

/** Convergence is quadratic: after a change this small, what is left is rounding. */
const NEWTON_TOLERANCE = 1e-10;

const TINY = 1e-300;

/**
 * I_x(a, b) for a, b > 0 and 0 <= x <= 1; relative error below 1e-12 for parameters up to a thousand.
 * @throws NdlError OUT_OF_DOMAIN
 */
export function regularizedIncompleteBeta(a: number, b: number, x: number): number {
  checkParameters('regularizedIncompleteBeta', a, b);
  checkUnit('regularizedIncompleteBeta', 'x', x);
  if (x === 0 || x === 1) return x;
  return x < border(a, b) ? exp(logLowerTail(a, b, x)) : 1 - exp(logLowerTail(b, a, 1 - x));
}

/**
 * The x with I_x(a, b) = probability, for a, b > 0 and 0 <= probability <= 1.
 * @throws NdlError OUT_OF_DOMAIN
 */
export function inverseRegularizedIncompleteBeta(a: number, b: number, probability: number): number {
  checkParameters('inverseRegularizedIncompleteBeta', a, b);
  checkUnit('inverseRegularizedIncompleteBeta', 'probability', probability);
  if (probability === 0 || probability === 1) return probability;
  return probability <= regularizedIncompleteBeta(a, b, border(a, b))
    ? inverseLowerTail(a, b, probability)
    : 1 - inverseLowerTail(b, a, 1 - probability);
}

/** Below this x the fraction converges fast; above it, that of the mirror image I_{1-x}(b, a) does. */
function border(a: number, b: number): number {
  return (a + 1) / (a + b + 2);
}

/** ln I_x(a, b) for 0 < x up to about the border; finite even where I_x(a, b) underflows. */
function logLowerTail(a: number, b: number, x: number): number {
  const logPower = a * log(x) + b * log1p(-x);
  return logPower - logBeta(a, b) - log(a) + log(continuedFraction(a, b, x));
}

/** 1 / (1 + d1 / (1 + d2 / (1 + …))) with the coefficients of DLMF 8.17.23. */
function continuedFraction(a: number, b: number, x: number): number {
  let numerator = 1;
  let denominator = 0;
  let value = 1;
  for (let term = 1; term <= MOST_TERMS; term++) {
    const m = term >> 1;
    const start = a + 2 * m;
    const coefficient =
      term % 2 === 1 ? (-(a + m) * (a + b + m) * x) / (start * (start + 1)) : (m * (b - m) * x) / ((start - 1) * start);
    denominator = 1 / awayFromZero(1 + coefficient * denominator);
    numerator = awayFromZero(1 + coefficient / numerator);
    const change = numerator * denominator;
    value *= change;
    if (Math.abs(change - 1) <= Number.EPSILON) return 1 / value;
  }
  throw noConvergence('regularizedIncompleteBeta', MOST_TERMS);
}

/**
 * The inverse where it lies at or below the border. Newton's method on ln I as a function of ln x, which is convex for
 * b < 1 and concave for b > 1: started from the leading term of the series, it nears the root in ever smaller steps,
 * until rounding takes over.
 */
function inverseLowerTail(a: number, b: number, probability: number): number {
  const target = log(probability);
  const logB = logBeta(a, b);
  let logX = Math.min((target + log(a) + logB) / a, log(border(a, b)));
  let lastChange = Infinity;
  for (let step = 0; step < MOST_NEWTON_STEPS; step++) {
    const x = exp(logX);
    if (x === 0) return 0;
    const logTail = logLowerTail(a, b, x);
    const slope = exp(a * logX + (b - 1) * log1p(-x) - logB - logTail);
    const change = (target - logTail) / slope;
    logX += change;
    const isRounding = Math.abs(change) >= lastChange;
    if (isRounding || Math.abs(change) <= NEWTON_TOLERANCE) return x * exp(change);
    lastChange = Math.abs(change);
  }
  throw noConvergence('inverseRegularizedIncompleteBeta', MOST_NEWTON_STEPS);
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

function checkParameters(functionName: string, a: number, b: number): void {
  if (!(a > 0 && a < Infinity)) throw outOfDomain(functionName, 'a', 'finite and above 0', a);
  if (!(b > 0 && b < Infinity)) throw outOfDomain(functionName, 'b', 'finite and above 0', b);
}

function checkUnit(functionName: string, argumentName: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw outOfDomain(functionName, argumentName, 'from 0 to 1', value);
}
