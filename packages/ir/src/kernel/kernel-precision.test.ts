/** @file Operations and their derivatives on both sides of every seam, held against 200 bits (`wide-number.test-helper.ts`). */
import { describe, expect, it } from 'vitest';
import { differentiateKernel, evaluateKernel, kernel, type Dtype, type UnaryOperation } from '../index.ts';
import {
  add,
  divide,
  exp,
  log,
  log1p,
  multiply,
  relativeError,
  sigmoid,
  softplus,
  subtract,
  wide,
} from '../wide-number.test-helper.ts';
import type { Wide } from '../wide-number.test-helper.ts';

interface Curve {
  readonly value: (x: number) => Wide;
  readonly slope: (x: number) => Wide;
  /** Where the operation, or its derivative, changes its ways, or levels off. */
  readonly seams: readonly number[];
}

/** 1 / cosh². */
function slopeOfTanh(x: number): Wide {
  const twiceCosh = add(exp(x), exp(-x));
  return divide(4, multiply(twiceCosh, twiceCosh));
}

const CURVES = {
  exp: { value: exp, slope: exp, seams: [-80, -1, 0, 1, 80] },
  expm1: { value: (x) => subtract(exp(x), 1), slope: exp, seams: [-80, -1, 0, 1e-3, 1, 80] },
  log: { value: log, slope: (x) => divide(1, x), seams: [1e-6, 1, 1e6] },
  log1p: { value: log1p, slope: (x) => divide(1, add(1, x)), seams: [-0.999, -0.5, 0, 1e-3, 1, 1e6] },
  tanh: {
    value: (x) => subtract(1, divide(2, add(exp(2 * x), 1))),
    slope: slopeOfTanh,
    seams: [-40, -22, -9, -1, 0, 1e-3, 1, 9, 19, 22, 40],
  },
  sigmoid: {
    value: sigmoid,
    slope: (x) => multiply(sigmoid(x), sigmoid(-x)),
    seams: [-80, -36.7, -17, -1, 0, 1, 17, 36.7, 80],
  },
  softplus: { value: softplus, slope: sigmoid, seams: [-80, -36.7, -17, -1, 0, 1, 17, 36.7, 80] },
  abs: { value: (x) => wide(Math.abs(x)), slope: (x) => wide(Math.sign(x)), seams: [0, 1] },
} as const satisfies Partial<Record<UnaryOperation, Curve>>;

/** A few ulp of each format. */
const BOUND: Readonly<Record<Dtype, number>> = { float64: 1e-15, float32: 5e-7 };

/** Points around each seam, from next to it to 2 away, within the domain of logarithms where they are all positive. */
function pointsAround(seams: readonly number[], dtype: Dtype): number[] {
  const lowest = Math.min(...seams);
  const ulp = dtype === 'float32' ? 2 ** -22 : 2 ** -51;
  const distances = [0, ulp, 1e-6, 1e-3, 0.1, 0.37, 1.3, 2];
  const round = dtype === 'float32' ? Math.fround : (x: number): number => x;
  const points = seams.flatMap((seam) =>
    distances.flatMap((distance) =>
      [-distance, distance].map((away) => seam + away * Math.max(1, Math.abs(seam) / 64)),
    ),
  );
  return [...new Set(points.map(round))].filter((x) => x >= lowest && x !== 0);
}

describe.each(['float64', 'float32'] as const)(
  'in %s, value and slope are exact to a few ulp on both sides of every seam',
  (dtype) => {
    it.each(Object.entries(CURVES) as [keyof typeof CURVES, Curve][])('%s', (operation, { value, slope, seams }) => {
      const points = pointsAround(seams, dtype);
      const format = dtype === 'float32' ? Float32Array : Float64Array;
      const built = kernel({ name: operation, inputs: ['x'] }, (k) => ({ output: k[operation](k.inputs.x) }));
      const [values, slopes] = [new format(points.length), new format(points.length)];
      evaluateKernel(built, [format.from(points)], [], [values], dtype);
      evaluateKernel(differentiateKernel(built), [format.from(points), format.of(1)], [], [slopes], dtype);
      const beyond = points.flatMap((x, index) => {
        const errors = {
          ofValue: relativeError(values[index]!, value(x)),
          ofSlope: relativeError(slopes[index]!, slope(x)),
        };
        return Math.max(errors.ofValue, errors.ofSlope) <= BOUND[dtype] ? [] : [{ x, ...errors }];
      });
      expect(beyond).toEqual([]);
    });
  },
);

describe('wide numbers', () => {
  it('know the constants to 50 digits', () => {
    const digits = (text: string): Wide =>
      divide(wide10(text.replace('.', '')), wide10(`1${'0'.repeat(text.length - 2)}`));
    const e = digits('2.71828182845904523536028747135266249775724709369996');
    const logOfTen = digits('2.30258509299404568401799145468436420760110148862877');
    for (const [got, expected] of [
      [exp(1), e],
      [log(10), logOfTen],
      [log(exp(-1234.5)), wide(-1234.5)],
      [exp(log(1e-300)), wide(1e-300)],
    ] as const) {
      expect(relativeError(1, divide(got, expected))).toBeLessThan(1e-49);
    }
  });
});

function wide10(digits: string): Wide {
  return { mantissa: BigInt(digits), exponent: 0 };
}
