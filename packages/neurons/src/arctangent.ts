/** @file The arctangent in a kernel, of operations that kernels have. */
import type { Expression, KernelBuilder } from '@ndl/ir';

/** Where x² is yet finite in float32; the arctangent is within 1e-18 of ±π/2 there. */
const FAR = 1e18;

/** Halvings of the angle, and what they divide it by, after which the arctangent of the series is within 3e-14. */
const HALVINGS = 3;
const PARTS = 8;

/** Coefficients of the series x - x³ / 3 + x⁵ / 5 …, from the last to the second. */
const DIVISORS: readonly number[] = [17, 15, 13, 11, 9, 7, 5, 3];

/** atan(x): the angle halved thrice, atan(x) = 2 atan(x / (1 + √(1 + x²))), then its series. */
export function arctangentOf(k: KernelBuilder<string, string>, x: Expression): Expression {
  let tangent = k.min(k.max(x, -FAR), FAR);
  for (let halving = 0; halving < HALVINGS; halving++)
    tangent = k.divide(tangent, k.add(1, k.sqrt(k.add(1, k.multiply(tangent, tangent)))));
  const square = k.negate(k.multiply(tangent, tangent));
  let series: Expression | number = 0;
  for (const divisor of DIVISORS) series = k.multiply(square, k.add(1 / divisor, series));
  return k.multiply(PARTS, k.multiply(tangent, k.add(1, series)));
}
