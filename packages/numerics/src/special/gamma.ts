/** @file Logarithms of the gamma and beta functions, by Stirling's series. */
import { add, multiply, ONE, pairOf, subtract, sumOf, type Pair } from '../elementary/double-double.ts';
import { log, log1p } from '../elementary/float64.ts';
import { logarithm } from '../elementary/powers.ts';
import { outOfDomain } from '../basics/errors.ts';

/** From here on, six terms of Stirling's series are exact to float64. */
const LARGE = 10;

const HALF_LOG_TWO_PI: Pair = { high: 0.9189385332046728, low: -3.8782941580672414e-17 };

/** Below it, ln Γ(x) is -ln x. */
const SMALL = 1e-20;

/** Beyond it, float64 is as good. */
const VERY_LARGE = 1e15;

/**
 * ln Γ(x) for x > 0, with an error of a few units in the last place of max(1, |ln Γ(x)|) at most.
 * @throws NdlError OUT_OF_DOMAIN
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw outOfDomain('logGamma', 'x', 'above 0', x);
  if (x === Infinity) return Infinity;
  if (x < SMALL) return -log(x);
  return x > VERY_LARGE ? (x - 0.5) * log(x) - x : logGammaOf(pairOf(x)).high;
}

/** In pairs: the logarithms of the shifted argument and of the product nearly cancel. */
function logGammaOf(x: Pair): Pair {
  let shifted = x;
  let product = ONE;
  for (; shifted.high < LARGE; shifted = add(shifted, ONE)) product = multiply(product, shifted);
  const power = multiply(subtract(shifted, pairOf(0.5)), logarithm(shifted));
  const large = add(subtract(power, shifted), add(HALF_LOG_TWO_PI, pairOf(stirlingRemainder(shifted.high))));
  return subtract(large, logarithm(product));
}

/**
 * ln B(a, b) = ln Γ(a) + ln Γ(b) - ln Γ(a + b) for a, b > 0. Large arguments do not cancel.
 * @throws NdlError OUT_OF_DOMAIN
 */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (large < LARGE) {
    if (small < SMALL) return logGamma(small);
    return subtract(add(logGammaOf(pairOf(a)), logGammaOf(pairOf(b))), logGammaOf(sumOf(a, b))).high;
  }
  const sum = small + large;
  const remainders = stirlingRemainder(large) - stirlingRemainder(sum);
  if (small < LARGE) {
    const ratio = small - small * log(large) - (sum - 0.5) * log1p(small / large);
    return logGamma(small) + ratio + remainders;
  }
  const powers = (small - 0.5) * log(small / sum) - large * log1p(small / large);
  return HALF_LOG_TWO_PI.high - 0.5 * log(large) + powers + stirlingRemainder(small) + remainders;
}

/** ln Γ(x) - ((x - ½) ln x - x + ½ ln 2π) for large x. */
function stirlingRemainder(x: number): number {
  const r = 1 / (x * x);
  const tail = 1 / 1680 - r * (1 / 1188 - r * (691 / 360360 - r / 156));
  return (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * tail))) / x;
}
