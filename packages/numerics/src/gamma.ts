/** @file Logarithms of the gamma and beta functions, by Stirling's series. */
import { outOfDomain } from './errors.ts';

/** From here on, six terms of Stirling's series are exact to float64. */
const LARGE = 10;

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * ln Γ(x) for x > 0, with an error below 1e-14 · max(1, |ln Γ(x)|).
 * @throws NdlError OUT_OF_DOMAIN
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw outOfDomain('logGamma', 'x', 'above 0', x);
  if (x === Infinity) return Infinity;
  let shifted = x;
  let product = 1;
  for (; shifted < LARGE; shifted++) product *= shifted;
  const large = (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI;
  return large + stirlingRemainder(shifted) - Math.log(product);
}

/**
 * ln B(a, b) = ln Γ(a) + ln Γ(b) - ln Γ(a + b) for a, b > 0. Large arguments do not cancel.
 * @throws NdlError OUT_OF_DOMAIN
 */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (large < LARGE) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const sum = small + large;
  const remainders = stirlingRemainder(large) - stirlingRemainder(sum);
  if (small < LARGE) {
    const ratio = small - small * Math.log(large) - (sum - 0.5) * Math.log1p(small / large);
    return logGamma(small) + ratio + remainders;
  }
  const powers = (small - 0.5) * Math.log(small / sum) - large * Math.log1p(small / large);
  return HALF_LOG_TWO_PI - 0.5 * Math.log(large) + powers + stirlingRemainder(small) + remainders;
}

/** ln Γ(x) - ((x - ½) ln x - x + ½ ln 2π) for large x. */
function stirlingRemainder(x: number): number {
  const r = 1 / (x * x);
  const tail = 1 / 1680 - r * (1 / 1188 - r * (691 / 360360 - r / 156));
  return (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * tail))) / x;
}
