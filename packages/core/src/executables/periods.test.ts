/** @file Periods end at the step that whole-number arithmetic says, whatever seconds and steps are rounded to. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completedPeriods, isPeriodEnd, secondsInSteps, wholePart } from '../index.ts';

/** Steps of `1 / perSecond` seconds, where a period is `numerator / denominator` steps: all in whole numbers. */
const exactEnds = (count: bigint, numerator: bigint, denominator: bigint): bigint => (count * denominator) / numerator;

const fixed = { seed: 7, numRuns: 3000 };

describe('periods given in seconds', () => {
  it('are whole numbers of steps wherever they are meant to be, for any decimal dt and any order of arithmetic', () => {
    const decimal = fc.record({
      steps: fc.integer({ min: 1, max: 100_000 }),
      mantissa: fc.integer({ min: 1, max: 9999 }),
      exponent: fc.integer({ min: 0, max: 8 }),
    });
    fc.assert(
      fc.property(decimal, ({ steps, mantissa, exponent }) => {
        const dt = mantissa / 10 ** exponent;
        const byQuotient = (steps * mantissa) / 10 ** exponent;
        expect([secondsInSteps(steps * dt, dt), secondsInSteps(byQuotient, dt)]).toEqual([steps, steps]);
      }),
      fixed,
    );
  });

  it('that are no whole number of steps stay what they are', () => {
    expect(secondsInSteps(0.0025, 0.001)).toBe(2.5);
    expect(secondsInSteps(1e308, 0.001)).toBe(Number.MAX_VALUE);
    expect(secondsInSteps(0.001 * (1 + 1e-7), 0.001)).toBeCloseTo(1 + 1e-7, 12);
  });
});

describe('periods end', () => {
  it('at the step that whole-number arithmetic says, for fractions of steps and long runs', () => {
    const fraction = fc.record({
      numerator: fc.integer({ min: 1, max: 1000 }),
      denominator: fc.integer({ min: 1, max: 1000 }),
      step: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 1_000_000 })),
    });
    fc.assert(
      fc.property(fraction, ({ numerator, denominator, step }) => {
        const dt = 0.001;
        const period = secondsInSteps((numerator / denominator) * dt, dt);
        const [now, before] = [step, step - 1].map((count) =>
          exactEnds(BigInt(count), BigInt(numerator), BigInt(denominator)),
        );
        expect(completedPeriods(step, period)).toBe(Number(now));
        expect(isPeriodEnd(step, period)).toBe(now! > before!);
      }),
      fixed,
    );
  });

  it('every seventh step exactly, a billion steps on', () => {
    const steps = [1e9 - 6, 1e9, 7 * 142_857_143, 2 ** 40, 7 * 2 ** 40];
    expect(steps.map((step) => isPeriodEnd(step, secondsInSteps(0.035, 0.005)))).toEqual(
      steps.map((step) => step % 7 === 0),
    );
  });

  it('at every step where they are shorter than one, or one but for rounding', () => {
    for (const period of [0.3, 1, secondsInSteps(0.1 + 0.2, 0.3)])
      expect([1, 2, 3, 1_000_001].map((step) => isPeriodEnd(step, period))).toEqual([true, true, true, true]);
  });
});

it('the whole part of a quotient forgives rounding only', () => {
  expect([2.9999999999999996, 3.0000000000000004, 2.999, -0.5].map(wholePart)).toEqual([3, 3, 2, -1]);
});
