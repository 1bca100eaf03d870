import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { differentiateKernel, gradientName } from '@ndl/ir';
import { lif, lifRate } from '@ndl/model';
import { evaluateStep, lifDefinition, lifRateDefinition, ratesFromStep } from './index.ts';

const dt = 0.001;
const neuronType = lif({ tauRc: 0.02, tauRef: 0.002, minVoltage: -0.5, amplitude: 2 });
const step = lifDefinition.step(neuronType);

it('has rates with the bits of its rate kernel', () => {
  const currents = Float64Array.from({ length: 2000 }, (_, index) => (index - 400) / 97);
  const odd = [NaN, Infinity, -Infinity, 0, 1, 1 + 2 ** -52, 1 - 2 ** -53, 1e300, 1e-300];
  const all = Float64Array.of(...currents, ...odd);
  for (const { rates, rateStep } of [lifDefinition, lifRateDefinition]) {
    const options = { ...neuronType, kind: 'lif' } as never;
    expect(rates(options, all)).toEqual(ratesFromStep(rateStep!(options), all));
  }
});

describe('a step of lif', () => {
  it('charges towards the current, exactly for a constant current', () => {
    const { output, voltage, refractoryTime } = evaluateStep(
      step,
      { current: [0.9], voltage: [0.2], refractoryTime: [0] },
      { dt },
    );
    expect(output![0]).toBe(0);
    expect(voltage![0]).toBeCloseTo(0.9 + (0.2 - 0.9) * Math.exp(-dt / 0.02), 15);
    expect(refractoryTime![0]).toBe(-dt);
  });

  it('spikes with amplitude / dt, and is refractory from the moment that the threshold was reached', () => {
    const { output, voltage, refractoryTime } = evaluateStep(
      step,
      { current: [3], voltage: [0.95], refractoryTime: [0] },
      { dt },
    );
    // v(t) = J + (v0 - J) e^(-t / τ) is 1 at this time.
    const reached = 0.02 * Math.log((3 - 0.95) / (3 - 1));
    expect(reached).toBeLessThan(dt);
    expect(output![0]).toBe(2 / dt);
    expect(voltage![0]).toBe(0);
    // The state counts from the end of the step before; dt is taken off when the next step begins.
    expect(refractoryTime![0]).toBeCloseTo(0.002 + reached, 15);
  });

  it('charges only in the part of the step after the refractory period', () => {
    const { voltage } = evaluateStep(step, { current: [3], voltage: [0], refractoryTime: [0.0014] }, { dt });
    expect(voltage![0]).toBeCloseTo(3 * (1 - Math.exp(-0.0006 / 0.02)), 14);
    expect(evaluateStep(step, { current: [3], voltage: [0], refractoryTime: [0.003] }, { dt })['voltage']![0]).toBe(0);
  });

  it('keeps the voltage at or above minVoltage', () => {
    const { voltage } = evaluateStep(step, { current: [-100], voltage: [0], refractoryTime: [0] }, { dt });
    expect(voltage![0]).toBe(-0.5);
  });

  it.each(['float32', 'float64'] as const)('never makes a NaN or infinity of finite numbers, in %s', (dtype) => {
    const anyNumber = fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(-1e6), max: Math.fround(1e6) });
    const atThreshold = fc.constantFrom(0, 1, 1 + 2 ** -23, 1 - 2 ** -24, 1.0000000000000002);
    const number = fc.oneof(anyNumber, atThreshold);
    fc.assert(
      fc.property(
        number,
        number,
        fc.double({ min: -0.1, max: 0.1, noNaN: true }),
        (current, voltage, refractoryTime) => {
          const outputs = evaluateStep(
            step,
            { current: [current], voltage: [voltage], refractoryTime: [refractoryTime] },
            { dt, dtype },
          );
          for (const values of Object.values(outputs)) expect(values[0]).toSatisfy(Number.isFinite);
        },
      ),
    );
  });

  it.each([1.05, 2, 10, 60])('fires at the steady rate at the constant current %d', (current) => {
    const steps = 4000;
    let states: Readonly<Record<string, ArrayLike<number>>> = { voltage: [0], refractoryTime: [0] };
    let sum = 0;
    for (let index = 0; index < steps; index++) {
      const { output, ...changed } = evaluateStep(step, { current: [current], ...states }, { dt });
      sum += output![0]!;
      states = changed;
    }
    const rate = lifDefinition.rates(neuronType, Float64Array.of(current))[0]!;
    // One spike more or less in the time that was looked at.
    expect(Math.abs(sum / steps - rate)).toBeLessThanOrEqual((1.001 * 2) / (steps * dt));
  });
});

describe('the rate of lif and lifRate', () => {
  const rateType = lifRate({ tauRc: 0.03, tauRef: 0.001, amplitude: 0.5 });
  const rateStep = lifRateDefinition.step(rateType);
  const slopeStep = { kernel: differentiateKernel(rateStep.kernel), parameters: rateStep.parameters };
  const slopeAt = (current: readonly number[], dtype: 'float32' | 'float64' = 'float64'): ArrayLike<number> =>
    evaluateStep(slopeStep, { current, [gradientName('output')]: [1] }, { dtype })[gradientName('current')]!;

  it('is one kernel, whatever the parameters', () => {
    expect(lifRateDefinition.step(lifRate()).kernel).toBe(rateStep.kernel);
    expect(lifDefinition.rateStep!(lif()).kernel).toBe(rateStep.kernel);
  });

  it('has the closed form and its slope', () => {
    const currents = [1.0001, 1.5, 2, 7, 1000];
    const rates = lifRateDefinition.rates(rateType, Float64Array.from(currents));
    const slopes = slopeAt(currents);
    currents.forEach((current, index) => {
      const j = current - 1;
      const period = 0.001 + 0.03 * Math.log1p(1 / j);
      expect(rates[index]! / (0.5 / period)).toBeCloseTo(1, 14);
      expect(slopes[index]! / ((0.5 * 0.03) / (period * period * j * (j + 1)))).toBeCloseTo(1, 12);
    });
  });

  it('agrees with central differences away from the threshold', () => {
    const width = 1e-6;
    for (const current of [1.01, 1.3, 4, 30]) {
      const [left, right] = lifRateDefinition.rates(rateType, Float64Array.of(current - width, current + width));
      expect(slopeAt([current])[0]! / ((right! - left!) / (2 * width))).toBeCloseTo(1, 6);
    }
  });

  it.each(['float32', 'float64'] as const)(
    'is 0 and flat at and below threshold, and finite just above, in %s',
    (dtype) => {
      const below = [-1e30, -5, 0, 0.999999, 1 - 2 ** -24, 1];
      expect([...evaluateStep(rateStep, { current: below }, { dtype })['output']!]).toEqual(below.map(() => 0));
      expect(Array.from(slopeAt(below, dtype))).toEqual(below.map(() => 0));

      const justAbove = dtype === 'float32' ? 1 + 2 ** -23 : 1 + Number.EPSILON;
      for (const current of [justAbove, dtype === 'float32' ? 1e30 : 1e300]) {
        const rate = evaluateStep(rateStep, { current: [current] }, { dtype })['output']![0]!;
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThan(501);
        expect(slopeAt([current], dtype)[0]).toSatisfy(Number.isFinite);
      }
      expect(slopeAt([justAbove], dtype)[0]).toBeGreaterThan(1000);
    },
  );

  it('is not changed by what keeps it finite: the smallest currents above threshold have the closed form', () => {
    const current = 1 + Number.EPSILON;
    const rate = lifRateDefinition.rates(lifRate(), Float64Array.of(current))[0]!;
    expect(rate).toBeCloseTo(1 / (0.002 + 0.02 * Math.log1p(1 / Number.EPSILON)), 12);
  });

  it('never falls with the current', () => {
    const number = fc.double({ min: -10, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [lower, upper] = lifRateDefinition.rates(rateType, Float64Array.of(Math.min(a, b), Math.max(a, b)));
        expect(lower! <= upper!).toBe(true);
      }),
    );
  });
});
