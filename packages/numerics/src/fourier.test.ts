/** @file Fourier transforms against the sums that define them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fourierTransform, inverseRealFourier, RandomState } from './index.ts';

/** Σ over n of x[n] · e^(∓2πi·jn/N), term by term. */
function direct(real: Float64Array, imaginary: Float64Array, sign: number): { real: number[]; imaginary: number[] } {
  const length = real.length;
  const sums = Array.from({ length }, (_, j) => {
    let [a, b] = [0, 0];
    for (let n = 0; n < length; n++) {
      const angle = (sign * 2 * Math.PI * ((j * n) % length)) / length;
      a += real[n]! * Math.cos(angle) - imaginary[n]! * Math.sin(angle);
      b += real[n]! * Math.sin(angle) + imaginary[n]! * Math.cos(angle);
    }
    return [a, b] as const;
  });
  return { real: sums.map(([a]) => a), imaginary: sums.map(([, b]) => b) };
}

const near = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, index) => expect(Math.abs(actual[index]! - value)).toBeLessThan(1e-12));
};

test('the transform of any length is the sum that defines it, and the inverse takes it back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 0, max: 1000 }), (length, seed) => {
      const random = new RandomState(seed);
      const [real, imaginary] = [random.normal(0, 1, length), random.normal(0, 1, length)];
      const transformed = fourierTransform({ real, imaginary });
      const expected = direct(real, imaginary, -1);
      near(transformed.real, expected.real);
      near(transformed.imaginary, expected.imaginary);
      const back = fourierTransform(transformed, 'inverse');
      near(back.real, [...real]);
      near(back.imaginary, [...imaginary]);
    }),
    { numRuns: 60 },
  );
});

describe('the inverse of half a spectrum', () => {
  test.each([2, 6, 8, 250, 1234])('of %s samples is the mean, cosines and sines of its coefficients', (length) => {
    const half = length / 2;
    const real = new Float64Array(half + 1);
    const imaginary = new Float64Array(half + 1);
    [real[0], real[half]] = [3, -1];
    if (half > 1) [real[1], imaginary[1]] = [2, -5];
    const at = (n: number): number => {
      const angle = (2 * Math.PI * n) / length;
      const wave = half > 1 ? 2 * (2 * Math.cos(angle) + 5 * Math.sin(angle)) : 0;
      return (3 + (n % 2 === 0 ? -1 : 1) + wave) / length;
    };
    near(
      inverseRealFourier({ real, imaginary }),
      Array.from({ length }, (_, n) => at(n)),
    );
  });

  test('is refused where the parts are of unequal length', () => {
    const parts = { real: new Float64Array(3), imaginary: new Float64Array(2) };
    expect(() => inverseRealFourier(parts)).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
    expect(() => fourierTransform(parts)).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
  });
});
