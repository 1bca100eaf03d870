/** @file What holds for every kind alike: rates, tuning and slopes. Numbers of Nengo's are in `golden.test.ts`. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { isNdlError, withTuning, type TunedNeuronDefinition } from '@ndl/core';
import { differentiateKernel, gradientName } from '@ndl/ir';
import {
  leakyRelu,
  lif,
  lifRate,
  rectifiedLinear,
  sigmoid,
  softLifRate,
  spikingLeakyRelu,
  spikingRectifiedLinear,
  tanh,
  type NeuronType,
} from '@ndl/model';
import { evaluateStep, neuronDefinitions } from './index.ts';

interface Case {
  readonly kind: string;
  readonly neuronType: NeuronType;
  /** Bounds of the max rates that are possible. */
  readonly lowest: number;
  readonly highest: number;
}

const cases: readonly Case[] = [
  { kind: 'lif', neuronType: lif({ tauRef: 0.004 }), lowest: 0, highest: 250 },
  { kind: 'lifRate', neuronType: lifRate({ tauRc: 0.05 }), lowest: 0, highest: 500 },
  { kind: 'softLifRate', neuronType: softLifRate(), lowest: 0, highest: 500 },
  { kind: 'rectifiedLinear', neuronType: rectifiedLinear({ amplitude: 2 }), lowest: 0, highest: Infinity },
  { kind: 'spikingRectifiedLinear', neuronType: spikingRectifiedLinear(), lowest: 0, highest: Infinity },
  { kind: 'sigmoid', neuronType: sigmoid({ tauRef: 0.005 }), lowest: 100, highest: 200 },
  { kind: 'tanh', neuronType: tanh(), lowest: 0, highest: 400 },
  { kind: 'leakyRelu', neuronType: leakyRelu({ amplitude: 2 }), lowest: 0, highest: Infinity },
  { kind: 'spikingLeakyRelu', neuronType: spikingLeakyRelu({ negativeSlope: 0.1 }), lowest: 0, highest: Infinity },
];

function definitionOf(kind: string): TunedNeuronDefinition {
  return withTuning(neuronDefinitions.find((definition) => definition.kind === kind)!);
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (isNdlError(error)) return error.code;
  }
  return undefined;
}

/** Kinds whose rates depend on more than the current, or whose tuning is no closed form of theirs; they have files of their own. */
const OTHERS: readonly string[] = [
  'adaptiveLif',
  'adaptiveLifRate',
  'izhikevich',
  'leaky',
  'regularSpiking',
  'stochasticSpiking',
  'poissonSpiking',
];

it('every definition has a case here', () => {
  const kinds = neuronDefinitions.map(({ kind }) => kind).filter((kind) => !OTHERS.includes(kind));
  expect(cases.map(({ kind }) => kind).sort()).toEqual(kinds.sort());
});

describe.each(cases)('$kind', ({ kind, neuronType, lowest, highest }) => {
  const definition = definitionOf(kind);
  const top = Math.min(highest, 1000);
  const maxRate = fc.double({ min: lowest + 0.1 * (top - lowest), max: lowest + 0.99 * (top - lowest), noNaN: true });
  const intercept = fc.double({ min: -0.99, max: 0.95, noNaN: true });

  it('has inputs current and states, and outputs output and states', () => {
    const { kernel, parameters } = definition.step(neuronType);
    expect(kernel.inputs).toEqual(['current', ...neuronType.states]);
    expect(kernel.outputs.map(({ name }) => name)).toEqual(['output', ...neuronType.states]);
    expect([...Object.keys(parameters), 'dt']).toEqual(expect.arrayContaining([...kernel.parameters]));
  });

  it('has a rate kernel of the current alone that is what rates says', () => {
    const rateStep = definition.rateStep!(neuronType);
    expect(rateStep.kernel.inputs).toEqual(['current']);
    const current = Float64Array.of(-2, 0, 0.5, 1, 1.5, 4);
    expect([...definition.rates(neuronType, current)]).toEqual([...evaluateStep(rateStep, { current })['output']!]);
  });

  it('has rates that never fall with the current', () => {
    const number = fc.double({ min: -20, max: 100, noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [lower, upper] = definition.rates(neuronType, Float64Array.of(Math.min(a, b), Math.max(a, b)));
        expect(lower! <= upper!).toBe(true);
      }),
    );
  });

  it('has gainBias and maxRatesIntercepts that undo each other', () => {
    fc.assert(
      fc.property(maxRate, intercept, (rate, edge) => {
        const { gain, bias } = definition.gainBias(neuronType, Float64Array.of(rate), Float64Array.of(edge));
        expect(gain[0]).toBeGreaterThan(0);
        const back = definition.maxRatesIntercepts(neuronType, gain, bias);
        expect(back.maxRates[0]! / rate).toBeCloseTo(1, 8);
        expect(back.intercepts[0]).toBeCloseTo(edge, 8);
      }),
    );
  });

  it('refuses max rates that it cannot reach, naming neurons and values', () => {
    const bad = [lowest, -5, NaN, Infinity, ...(highest < Infinity ? [highest, highest + 1] : [])];
    for (const rate of bad) {
      const tune = (): unknown =>
        definition.gainBias(neuronType, Float64Array.of(lowest + 0.6 * (top - lowest), rate), Float64Array.of(0, 0));
      expect(codeOf(tune)).toBe('MAX_RATE_UNREACHABLE');
      expect(tune).toThrow(`${kind} neurons must be`);
      expect(tune).toThrow(`got ${rate} (neuron 1)`);
    }
  });

  it('refuses intercepts outside of the radius', () => {
    const rate = lowest + 0.6 * (top - lowest);
    for (const edge of [1, 1.5, NaN, Infinity, -Infinity]) {
      expect(codeOf(() => definition.gainBias(neuronType, Float64Array.of(rate), Float64Array.of(edge)))).toBe(
        'INTERCEPT_OUT_OF_RANGE',
      );
    }
  });

  it('has a slope that agrees with central differences on smooth stretches', () => {
    const rateStep = definition.rateStep!(neuronType);
    const slope = { kernel: differentiateKernel(rateStep.kernel), parameters: rateStep.parameters };
    const width = 1e-6;
    // Corners are at 0 (rectifiedLinear) and 1 (lif).
    for (const current of [-2.5, -0.3, 0.4, 0.8, 1.2, 3]) {
      const actual = evaluateStep(slope, { current: [current], [gradientName('output')]: [1] })[
        gradientName('current')
      ]![0]!;
      const [left, right] = definition.rates(neuronType, Float64Array.of(current - width, current + width));
      const expected = (right! - left!) / (2 * width);
      expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)));
    }
  });
});

it('asks for greater rates where they are not positive', () => {
  const { gainBias } = definitionOf('lif');
  const tuned = (): unknown => gainBias(lif(), Float64Array.of(-100), Float64Array.of(0));
  expect(tuned).toThrow(/got -100 \(neuron 0\)\. Rates are in Hz: give maxRates above 0\.$/);
  expect(tuned).not.toThrow(/Lower maxRates/);
});

it('shows the first culprits and counts the others', () => {
  const { gainBias } = definitionOf('lif');
  expect(() => gainBias(lif(), new Float64Array(6).fill(600), new Float64Array(6))).toThrowErrorMatchingInlineSnapshot(
    `[NdlError: maxRates of lif neurons must be above 0 and below 1 / tauRef = 500 Hz (tauRef is 0.002 s), got 600 (neuron 0), 600 (neuron 1), 600 (neuron 2) and 3 more. Lower maxRates or shorten tauRef.]`,
  );
  expect(() => gainBias(lif(), Float64Array.of(200), Float64Array.of(1.2))).toThrowErrorMatchingInlineSnapshot(
    `[NdlError: intercepts of lif neurons must be numbers below 1 (in units of the radius), got 1.2 (neuron 0): such neurons would not fire anywhere within the radius.]`,
  );
});

it('counts several spikes of spikingRectifiedLinear in one step, and keeps the rest', () => {
  const step = definitionOf('spikingRectifiedLinear').step(spikingRectifiedLinear({ amplitude: 0.5 }));
  const { output, voltage } = evaluateStep(step, { current: [3400, -7], voltage: [0.25, 0.5] }, { dt: 0.001 });
  expect([...output!]).toEqual([1500, 0]);
  expect(voltage![0]).toBeCloseTo(0.65, 12);
  expect(voltage![1]).toBe(0.5);
});
