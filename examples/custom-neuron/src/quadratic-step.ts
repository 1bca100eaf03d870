/** @file The arithmetic of quadratic integrate-and-fire neurons, as expressions that every backend can run. */
import type { Expression, KernelBuilder } from '@ndl/ir';

/** The names that a kernel must have to use this file's expressions. */
export type QuadraticBuilder = KernelBuilder<'current' | 'voltage', 'dt' | 'tau'>;

/** x² in the law below stays under that of its pole, a quarter turn: about half a spike per step. */
const LARGEST_ANGLE_SQUARED = 2.4;

/** Keeps quotients finite where a step ends at infinity. */
const LEAST_DENOMINATOR = 1e-6;

/**
 * One step of dt seconds at constant current J. With I = J - 1 and x = √I · dt/τ, the equation τ dv/dt = v² + I turns
 * arctan(v/√I) by the angle x, hence
 *
 *     v(t + dt) = (v + h·I) / (1 - h·v),   h = tan(x) / √I,
 *
 * and a spike is where the denominator passes zero. tan(x)/x is taken from its continued fraction (Lambert 1761) cut after
 * the fifth power, a rational function of x²: the rate is within 1 % up to half a spike per step, and I < 0, where tangents
 * become hyperbolic, needs no case of its own.
 */
export function quadraticStep(k: QuadraticBuilder): { readonly spike: Expression; readonly voltage: Expression } {
  const { current, voltage } = k.inputs;
  const { dt, tau } = k.parameters;
  const excess = k.subtract(current, 1);
  const ratio = k.divide(dt, tau);
  const angleSquared = k.min(k.multiply(excess, ratio, ratio), LARGEST_ANGLE_SQUARED);
  const h = k.multiply(ratio, k.divide(k.subtract(15, angleSquared), k.subtract(15, k.multiply(6, angleSquared))));
  const numerator = k.add(voltage, k.multiply(h, excess));
  const denominator = k.subtract(1, k.multiply(h, voltage));
  const spike = k.lessEqual(denominator, 0);
  const awayFromZero = k.select(spike, k.min(denominator, -LEAST_DENOMINATOR), k.max(denominator, LEAST_DENOMINATOR));
  return { spike, voltage: k.divide(numerator, awayFromZero) };
}
