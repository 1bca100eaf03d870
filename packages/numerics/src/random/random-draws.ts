/**
 * @file How NumPy's legacy generator turns uniform and normal variates into exponential, gamma, beta and Poisson ones.
 * The methods and the order of draws are part of the contract: another method would give other numbers.
 */
import { exp, log } from '../elementary/float64.ts';
import { pow } from '../elementary/powers.ts';
import { logGamma } from '../special/gamma.ts';

/** The variates that everything here is made of. */
export interface DrawSource {
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  /** Normal with mean 0 and standard deviation 1. */
  readonly normal: () => number;
}

/** Exponential with mean 1, by inversion. */
export function drawExponential(source: DrawSource): number {
  return -log(1 - source.uniform());
}

/**
 * Gamma with scale 1. Shapes below 1: Ahrens & Dieter's GS, Computing 12 (1974), with exponential variates;
 * above 1: Marsaglia & Tsang, ACM TOMS 26 (2000).
 */
function drawGamma(source: DrawSource, shape: number): number {
  if (shape === 1) return drawExponential(source);
  return shape < 1 ? drawSmallGamma(source, shape) : drawLargeGamma(source, shape);
}

function drawSmallGamma(source: DrawSource, shape: number): number {
  for (;;) {
    const uniform = source.uniform();
    const bound = drawExponential(source);
    if (uniform <= 1 - shape) {
      const candidate = pow(uniform, 1 / shape);
      if (candidate <= bound) return candidate;
    } else {
      const tail = -log((1 - uniform) / shape);
      const candidate = pow(1 - shape + shape * tail, 1 / shape);
      if (candidate <= bound + tail) return candidate;
    }
  }
}

function drawLargeGamma(source: DrawSource, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = source.normal();
    const root = 1 + c * normal;
    if (root <= 0) continue;
    const cube = root * root * root;
    const uniform = source.uniform();
    const square = normal * normal;
    if (uniform < 1 - 0.0331 * square * square) return d * cube;
    if (log(uniform) < 0.5 * square + d * (1 - cube + log(cube))) return d * cube;
  }
}

/** Beta: Jöhnk's method (Metrika 8, 1964) where both parameters are at most 1, else a ratio of gamma variates. */
export function drawBeta(source: DrawSource, a: number, b: number): number {
  if (a > 1 || b > 1) {
    const first = drawGamma(source, a);
    const second = drawGamma(source, b);
    return first / (first + second);
  }
  for (;;) {
    const u = source.uniform();
    const v = source.uniform();
    const x = pow(u, 1 / a);
    const y = pow(v, 1 / b);
    const sum = x + y;
    if (sum > 1 || u + v === 0) continue;
    if (sum > 0) return x / sum;
    // Both powers underflowed: the same ratio by logarithms.
    const logX = log(u) / a;
    const logY = log(v) / b;
    const largest = Math.max(logX, logY);
    const logSum = log(exp(logX - largest) + exp(logY - largest));
    return exp(logX - largest - logSum);
  }
}

/** Poisson: products of uniforms below a rate of 10, Hörmann's PTRS (Insurance: Math. & Econ. 12, 1993) from there on. */
export function drawPoisson(source: DrawSource, rate: number): number {
  if (rate === 0) return 0;
  return rate < 10 ? drawPoissonByProducts(source, rate) : drawPoissonByRejection(source, rate);
}

function drawPoissonByProducts(source: DrawSource, rate: number): number {
  const limit = exp(-rate);
  let count = 0;
  for (let product = source.uniform(); product > limit; product *= source.uniform()) count++;
  return count;
}

function drawPoissonByRejection(source: DrawSource, rate: number): number {
  const logRate = log(rate);
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = source.uniform() - 0.5;
    const v = source.uniform();
    const distance = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / distance + b) * u + rate + 0.43);
    if (distance >= 0.07 && v <= squeeze) return count;
    if (count < 0 || (distance < 0.013 && v > distance)) continue;
    const density = log((v * inverseAlpha) / (a / (distance * distance) + b));
    if (density <= -rate + count * logRate - logGamma(count + 1)) return count;
  }
}
