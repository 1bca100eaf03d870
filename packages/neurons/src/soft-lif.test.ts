import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { differentiateKernel, gradientName } from '@ndl/ir';
import { lifRate, softLifRate } from '@ndl/model';
import { evaluateStep, lifRateDefinition, softLifRateDefinition } from './index.ts';

const tauRc = 0.02;
const tauRef = 0.002;
const amplitude = 3;

function stepFor(sigma: number): ReturnType<typeof softLifRateDefinition.step> {
  return softLifRateDefinition.step(softLifRate({ tauRc, tauRef, amplitude, sigma }));
}

function valueAndSlope(sigma: number, current: number, dtype: 'float32' | 'float64' = 'float64'): [number, number] {
  const step = stepFor(sigma);
  const slope = { kernel: differentiateKernel(step.kernel), parameters: step.parameters };
  return [
    evaluateStep(step, { current: [current] }, { dtype })['output']![0]!,
    evaluateStep(slope, { current: [current], [gradientName('output')]: [1] }, { dtype })[gradientName('current')]![0]!,
  ];
}

/** Value and slope as written in Hunsberger and Eliasmith, in float64 without care for extremes. */
function closedForm(sigma: number, current: number): [number, number] {
  const scaled = (current - 1) / sigma;
  const z = sigma * Math.log1p(Math.exp(scaled));
  const period = tauRef + tauRc * Math.log1p(1 / z);
  return [amplitude / period, (amplitude * tauRc) / period ** 2 / (1 + Math.exp(-scaled)) / (z * (z + 1))];
}

describe('softLifRate', () => {
  it.each([0.02, 0.1, 1])('has the closed form and its slope for sigma %d', (sigma) => {
    for (const scaled of [-19, -5, -1, 0, 0.3, 4, 29]) {
      const [value, slope] = valueAndSlope(sigma, 1 + scaled * sigma);
      const [expectedValue, expectedSlope] = closedForm(sigma, 1 + scaled * sigma);
      expect(value / expectedValue).toBeCloseTo(1, 12);
      expect(slope / expectedSlope).toBeCloseTo(1, 10);
    }
  });

  it('agrees with central differences on both sides of threshold and asymptote', () => {
    const width = 1e-6;
    for (const current of [-3, -1.5, 0, 0.9, 1, 1.1, 5]) {
      const [left] = valueAndSlope(0.1, current - width);
      const [right] = valueAndSlope(0.1, current + width);
      expect(valueAndSlope(0.1, current)[1] / ((right - left) / (2 * width))).toBeCloseTo(1, 5);
    }
  });

  it('has no NaN, infinity or dead gradient in float32, however far from threshold', () => {
    for (const current of [-1e6, -1000, -19, -1.0001, -1, -0.9999, 0, 1, 1.0000001, 3, 1000, 1e6]) {
      const [value, slope] = valueAndSlope(0.1, current, 'float32');
      expect(value).toSatisfy((number: number) => Number.isFinite(number) && number > 0);
      expect(slope).toSatisfy((number: number) => Number.isFinite(number) && number > 0);
    }
  });

  it('in float32 is as exact as float32 allows', () => {
    fc.assert(
      fc.property(fc.double({ min: -4, max: 10, noNaN: true }), (current) => {
        const rounded = Math.fround(current);
        const [value, slope] = valueAndSlope(0.1, rounded, 'float32');
        const [exactValue, exactSlope] = valueAndSlope(0.1, rounded);
        // The rounding of (J - 1) / σ, up to 2^-24 of its size, comes back as a difference in the exponent.
        expect(Math.abs(value / exactValue - 1)).toBeLessThan(1e-5);
        expect(Math.abs(slope / exactSlope - 1)).toBeLessThan(2e-5);
      }),
    );
  });

  it('tends to lifRate as sigma tends to 0', () => {
    const currents = Float64Array.of(-1, 0.5, 0.99, 1.01, 1.5, 8);
    const limit = lifRateDefinition.rates(lifRate({ tauRc, tauRef, amplitude }), currents);
    const distances = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5].map((sigma) => {
      const rates = softLifRateDefinition.rates(softLifRate({ tauRc, tauRef, amplitude, sigma }), currents);
      return Math.max(...rates.map((rate, index) => Math.abs(rate - limit[index]!)));
    });
    distances.slice(1).forEach((distance, index) => expect(distance).toBeLessThan(distances[index]!));
    expect(distances.at(-1)).toBeLessThan(0.2);
  });
});
