/** @file How far numbers may be apart. */
import { showValue } from '@ndl/numerics';
import { expect } from 'vitest';

/** Largest allowed |a - b|, in units of the larger of 1 and the largest expected magnitude. */
export type Tolerance = number;

/** How closely a backend is held to what is expected of it. */
export interface Precision {
  readonly tolerance: Tolerance;
  /** Whether it promises every bit. */
  readonly bits: boolean;
}

/** What is compared, for the message of a failure: a text, or what writes it. */
export type Compared = string | (() => string);

const textOf = (what: Compared): string => (typeof what === 'string' ? what : what());

/** Whether there are as many numbers as expected; said here, as `expect` takes its time. */
function checkLength(actual: ArrayLike<number>, expected: ArrayLike<number>, what: Compared): void {
  if (actual.length !== expected.length)
    expect.fail(`${textOf(what)}: length is ${actual.length}, expected ${expected.length}`);
}

/** Fails, naming the worst element, unless all numbers agree within the tolerance. NaN agrees with NaN. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance,
  what: Compared,
): void {
  checkLength(actual, expected, what);
  let scale = 1;
  for (let index = 0; index < expected.length; index++) {
    const magnitude = Math.abs(expected[index]!);
    if (Number.isFinite(magnitude)) scale = Math.max(scale, magnitude);
  }
  let worst = -1;
  let worstError = 0;
  for (let index = 0; index < expected.length; index++) {
    const error = errorBetween(actual[index]!, expected[index]!) / scale;
    if (error > worstError) [worst, worstError] = [index, error];
  }
  if (worstError <= tolerance) return;
  expect.fail(
    `${textOf(what)}: element ${worst} of ${expected.length} is ${actual[worst]}, expected ${expected[worst]}; ` +
      `the error, ${worstError.toExponential(2)} of ${scale.toPrecision(3)}, is above ${tolerance.toExponential(1)}`,
  );
}

/** Fails, naming the first element that differs, unless all numbers are the same, zeros by their sign. NaN is NaN. */
export function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what: Compared): void {
  checkLength(actual, expected, what);
  for (let index = 0; index < expected.length; index++) {
    if (Object.is(actual[index], expected[index])) continue;
    const [is, was] = [actual[index], expected[index]].map(showValue);
    expect.fail(`${textOf(what)}: element ${index} of ${expected.length} is ${is}, expected ${was}, to the last bit`);
  }
}

/** Fails unless the numbers agree as closely as a backend promises. */
export function expectAgreement(
  { bits, tolerance }: Precision,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: Compared,
): void {
  if (bits) expectSame(actual, expected, what);
  else expectClose(actual, expected, tolerance, what);
}

function errorBetween(a: number, b: number): number {
  if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const error = Math.abs(a - b);
  return Number.isNaN(error) ? Infinity : error;
}
