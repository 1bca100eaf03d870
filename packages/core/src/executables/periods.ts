/** @file Times in steps: how seconds and steps are compared, in one place, so that rounding never shifts anything by a step. */

/** Relative: times are products and quotients of a few roundings, all far below; what a user means differs by far more. */
const TOLERANCE = 1e-9;

/** Of quotients that are no whole number of periods, so that it stays below a step however long a run is. */
const LARGEST_TOLERANCE = 1e-6;

/**
 * How many steps of `dt` some seconds are: a whole number where they are one but for rounding (0.035 s of 0.005 s are 7,
 * not 7.000000000000001), else the quotient; the largest number of all where that is beyond numbers.
 */
export function secondsInSteps(seconds: number, dt: number): number {
  const steps = Math.min(seconds / dt, Number.MAX_VALUE);
  const whole = Math.round(steps);
  return isNear(steps, whole, TOLERANCE * Math.abs(whole)) ? whole : steps;
}

/** The whole part of a quotient of times, where one that lacks no more than rounding counts as whole. */
export function wholePart(quotient: number): number {
  const nearest = Math.round(quotient);
  const tolerance = Math.min(TOLERANCE * Math.abs(nearest), LARGEST_TOLERANCE);
  return isNear(quotient, nearest, tolerance) ? nearest : Math.floor(quotient);
}

/**
 * How many periods have ended by the end of step `steps` (from 1; a whole number).
 * @param period in steps, as `secondsInSteps` gives it; need not be whole.
 */
export function completedPeriods(steps: number, period: number): number {
  return Number.isInteger(period) ? Math.floor(steps / period) : wholePart(steps / period);
}

/**
 * Whether a period ends at step `step` (from 1): samples are taken then, at every step where the period is no longer than one.
 * Nengo asks for `step mod period < 1` in floating point, which is one step late where the period is a hair too long.
 */
export function isPeriodEnd(step: number, period: number): boolean {
  return period <= 1 || completedPeriods(step, period) > completedPeriods(step - 1, period);
}

function isNear(value: number, whole: number, tolerance: number): boolean {
  return Math.abs(value - whole) <= tolerance;
}
