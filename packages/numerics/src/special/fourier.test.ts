/** @file Fourier transforms against the sums that define them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complete, fourierTransform, inverseRealFourier, inverseRealFourierInPieces, RandomState } from '../index.ts';

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
  test.each([2, 6, 8, 250, 286, 1234, 2 * 2520, 2 * 3125])(
    'of %s samples is the mean, cosines and sines of its coefficients',
    (length) => {
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
    },
  );

  test.each([4, 10, 37, 210])('of %s pairs of samples is the inverse of the whole spectrum', (half) => {
    const random = new RandomState(half);
    const [real, imaginary] = [random.normal(0, 1, half + 1), random.normal(0, 1, half + 1)];
    const mirrored = (part: Float64Array, sign: number): number[] =>
      Array.from(part.subarray(1, half), (value) => sign * value).reverse();
    const edges = imaginary.map((value, index) => (index % half === 0 ? 0 : value));
    const whole = {
      real: Float64Array.from([...real, ...mirrored(real, 1)]),
      imaginary: Float64Array.from([...edges, ...mirrored(imaginary, -1)]),
    };
    near(inverseRealFourier({ real, imaginary }), [...fourierTransform(whole, 'inverse').real]);
  });

  test.each([50_000, 30_011])('of %s pairs of samples stops often, and one plan makes many signals', (half) => {
    const longest = 2 ** 20;
    const plan = inverseRealFourierInPieces(half);
    const counts: number[] = [];
    const counted = <Result>(pieces: Generator<number, Result, void>): Result => {
      for (;;) {
        const piece = pieces.next();
        if (piece.done === true) return piece.value;
        counts.push(piece.value);
      }
    };
    const signalOf = counted(plan);
    const spectrum = { real: new Float64Array(half + 1), imaginary: new Float64Array(half + 1) };
    spectrum.imaginary[1] = half;
    const signal = counted(signalOf(spectrum));
    for (const index of [0, 1, 12_345, half, 2 * half - 1])
      expect(Math.abs(signal[index]! + Math.sin((Math.PI * index) / half))).toBeLessThan(1e-11);
    expect(Math.max(...counts)).toBeLessThan(longest);
    expect(complete(signalOf(spectrum))).toEqual(signal);
  });

  test('is refused where the parts are of unequal length', () => {
    const parts = { real: new Float64Array(3), imaginary: new Float64Array(2) };
    expect(() => inverseRealFourier(parts)).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
    expect(() => fourierTransform(parts)).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
  });
});
