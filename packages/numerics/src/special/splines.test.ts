/** @file Splines go through their points, and are polynomials where polynomials are wanted. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluatePolynomial, evaluateSpline, interpolatingSpline, RandomState } from '../index.ts';

const degrees = fc.constantFrom(1 as const, 2 as const, 3 as const);

/** Ascending, at distances from 0.1 to 1.1. */
function sites(random: RandomState, count: number): number[] {
  let x = random.normal(0, 1);
  return Array.from({ length: count }, () => (x += 0.1 + random.random()));
}

test('a spline goes through its points', () => {
  fc.assert(
    fc.property(degrees, fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 999 }), (degree, more, seed) => {
      const random = new RandomState(seed);
      const xs = sites(random, degree + 1 + more);
      const ys = random.normal(0, 1, 2 * xs.length);
      const spline = interpolatingSpline(xs, ys, degree);
      xs.forEach((x, index) => {
        const [first, second] = evaluateSpline(spline, x);
        expect(first).toBeCloseTo(ys[2 * index]!, 10);
        expect(second).toBeCloseTo(ys[2 * index + 1]!, 10);
      });
    }),
    { numRuns: 60 },
  );
});

test('through points of a polynomial of its degree it is that polynomial', () => {
  fc.assert(
    fc.property(degrees, fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 999 }), (degree, more, seed) => {
      const random = new RandomState(seed);
      const xs = sites(random, degree + 1 + more);
      const coefficients = random.normal(0, 1, degree + 1);
      const spline = interpolatingSpline(
        xs,
        xs.map((x) => evaluatePolynomial(coefficients, x)),
        degree,
      );
      for (let index = 0; index <= 20; index++) {
        const x = xs[0]! + ((xs.at(-1)! - xs[0]!) * index) / 20;
        const expected = evaluatePolynomial(coefficients, x);
        expect(Math.abs(evaluateSpline(spline, x)[0]! - expected)).toBeLessThan(1e-8 * (1 + Math.abs(expected)));
      }
    }),
    { numRuns: 60 },
  );
});

test('of degree 1 it is the line from point to point', () => {
  const spline = interpolatingSpline([0, 1, 3], [0, 2, -2], 1);
  expect([0.5, 1, 2].map((x) => evaluateSpline(spline, x)[0])).toEqual([1, 2, 0]);
});

// What Piecewise of Nengo 4.1 gives at its first two steps, by interp1d of SciPy; times in steps.
test('its knots are those that SciPy chooses', () => {
  const [xs, ys] = [
    [0, 30, 71, 120, 160],
    [0, 1, -0.5, 0.7, 0.2],
  ];
  const [quadratic, cubic] = [interpolatingSpline(xs, ys, 2), interpolatingSpline(xs, ys, 3)];
  expect(evaluateSpline(quadratic, 1)[0]).toBeCloseTo(0.0727502666901581, 13);
  expect(evaluateSpline(quadratic, 2)[0]).toBeCloseTo(0.14278212418329378, 13);
  expect(evaluateSpline(cubic, 1)[0]).toBeCloseTo(0.10588891288123778, 13);
  expect(evaluateSpline(cubic, 2)[0]).toBeCloseTo(0.20556027579016609, 13);
});

test('too few points are refused', () => {
  expect(() => interpolatingSpline([0, 1, 2], [0, 0, 0], 3)).toThrow(
    expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
  );
});
