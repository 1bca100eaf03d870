/** @file How likely lengths and cosines of random vectors are: cumulative probability, density, and quantiles. */
import { isOfFamily, type CosineSimilarity, type SqrtBeta } from '@ndl/model';
import {
  exp,
  inverseRegularizedIncompleteBeta,
  log,
  log1p,
  logBeta,
  refuseSurplus,
  regularizedIncompleteBeta,
} from '@ndl/numerics';
import { argumentInvalid } from '../errors.ts';

/** Distributions whose probabilities are known in closed form. */
export type LengthDistribution = SqrtBeta | CosineSimilarity;

/** How likely a sample is at most `x`. @throws NdlError INVALID_OPTION */
export function cumulativeProbability(distribution: LengthDistribution, x: number): number {
  refuseSurplus('cumulativeProbability', arguments, 2);
  const { a, b, isSigned } = parametersOf(distribution, 'cumulativeProbability');
  requireNumber(x, 'cumulativeProbability: x');
  const size = Math.min(Math.abs(x), 1);
  const within = regularizedIncompleteBeta(a, b, size * size);
  if (isSigned) return x < 0 ? (1 - within) / 2 : (1 + within) / 2;
  return x < 0 ? 0 : within;
}

/** The probability density at `x`. @throws NdlError INVALID_OPTION */
export function probabilityDensity(distribution: LengthDistribution, x: number): number {
  refuseSurplus('probabilityDensity', arguments, 2);
  const { a, b, isSigned } = parametersOf(distribution, 'probabilityDensity');
  requireNumber(x, 'probabilityDensity: x');
  const size = Math.abs(x);
  if (size > 1 || (x < 0 && !isSigned)) return 0;
  const logDensity = powerOf(log(size), 2 * a - 1) + powerOf(log1p(-size * size), b - 1) - logBeta(a, b);
  return isSigned ? exp(logDensity) : 2 * exp(logDensity);
}

/** The x that a sample does not exceed with this probability, from 0 to 1. @throws NdlError INVALID_OPTION */
export function quantile(distribution: LengthDistribution, probability: number): number {
  refuseSurplus('quantile', arguments, 2);
  const { a, b, isSigned } = parametersOf(distribution, 'quantile');
  if (!(probability >= 0 && probability <= 1)) {
    throw argumentInvalid('quantile: probability', 'a number from 0 to 1', probability);
  }
  if (!isSigned) return Math.sqrt(inverseRegularizedIncompleteBeta(a, b, probability));
  const offset = 2 * probability - 1;
  return Math.sign(offset) * Math.sqrt(inverseRegularizedIncompleteBeta(a, b, Math.abs(offset)));
}

/** The square of a sample is a beta variate with the parameters a, b. */
function parametersOf(distribution: unknown, name: string): { a: number; b: number; isSigned: boolean } {
  if (isOfFamily(distribution, 'distribution')) {
    if (distribution.kind === 'sqrtBeta') {
      const { n, m } = distribution as SqrtBeta;
      return { a: m / 2, b: n / 2, isSigned: false };
    }
    if (distribution.kind === 'cosineSimilarity') {
      return { a: 0.5, b: ((distribution as CosineSimilarity).dimensions - 1) / 2, isSigned: true };
    }
  }
  const wanted = 'a distribution made by sqrtBeta, subvectorLength or cosineSimilarity';
  throw argumentInvalid(`${name}: distribution`, wanted, distribution);
}

function requireNumber(value: unknown, where: string): void {
  if (typeof value !== 'number' || Number.isNaN(value)) throw argumentInvalid(where, 'a number', value);
}

/** exponent · logarithm, where x⁰ is 1 for x = 0 too. */
function powerOf(logarithm: number, exponent: number): number {
  return exponent === 0 ? 0 : exponent * logarithm;
}
