import { describe, expect, it } from 'vitest';
import { isNdlError, type GradientApproximation, type NeuronDefinition } from '@ndl/core';
import { kernel } from '@ndl/ir';
import {
  defineNeuronType,
  leakyRelu,
  lif,
  lifRate,
  rectifiedLinear,
  sigmoid,
  softLifRate,
  spikingLeakyRelu,
  spikingRectifiedLinear,
  tanh,
} from '@ndl/model';
import {
  DEFAULT_LIF_SMOOTHING,
  lifDefinition,
  lifRateDefinition,
  neuronDefinitions,
  rateGradient,
  ratesFromStep,
  rectifiedLinearDefinition,
  sigmoidDefinition,
  softLifGradient,
  softLifRateDefinition,
} from './index.ts';

const noSmoothing = { lifSmoothing: null };
const currents = Float64Array.of(-1, 0.8, 1, 1.2, 3);

/** A kind that says how it steps and no more. */
const counterDefinition: NeuronDefinition = {
  kind: 'counter',
  step: () => ({
    kernel: kernel({ name: 'counter', inputs: ['current', 'count'] }, (k) => ({
      output: k.inputs.count,
      count: k.add(k.inputs.count, 1),
    })),
    parameters: {},
  }),
  rates: (_, current) => current,
  gainBias: (_, maxRates, intercepts) => ({ gain: maxRates, bias: intercepts }),
  maxRatesIntercepts: (_, maxRates, intercepts) => ({ maxRates, intercepts }),
};
const counter = defineNeuronType({ kind: 'counter', spiking: true, initialState: { count: 0 } });

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (isNdlError(error)) return error.code;
  }
  return undefined;
}

function trainedRates(approximation: GradientApproximation, lifSmoothing: number | null): number[] {
  const neuronType = lif({ tauRc: 0.03, tauRef: 0.001, amplitude: 2 });
  return [...ratesFromStep(approximation.trainingStep(lifDefinition, neuronType, { lifSmoothing }), currents)];
}

describe('rateGradient', () => {
  it('trains kinds of a closed form as their rate, and leaves states alone', () => {
    const types = [
      lif(),
      lifRate(),
      softLifRate(),
      rectifiedLinear(),
      spikingRectifiedLinear({ amplitude: 3 }),
      sigmoid(),
      tanh(),
      leakyRelu(),
      spikingLeakyRelu({ amplitude: 3 }),
    ];
    types.forEach((neuronType) => {
      const definition = neuronDefinitions.find(({ kind }) => kind === neuronType.kind)!;
      expect(rateGradient.supports(definition)).toBe(true);
      const step = rateGradient.trainingStep(definition, neuronType, noSmoothing);
      expect(step.kernel.inputs).toEqual(['current']);
      expect(step.kernel.outputs.map(({ name }) => name)).toEqual(['output']);
      expect([...ratesFromStep(step, currents)]).toEqual([...definition.rates(neuronType, currents)]);
    });
  });

  it('trains lif as LIFRate of its own parameters', () => {
    const expected = lifRateDefinition.rates(lifRate({ tauRc: 0.03, tauRef: 0.001, amplitude: 2 }), currents);
    expect(trainedRates(rateGradient, null)).toEqual([...expected]);
  });

  it('trains lif, and lif alone, as SoftLIF where lifSmoothing is set', () => {
    const expected = softLifRateDefinition.rates(
      softLifRate({ tauRc: 0.03, tauRef: 0.001, amplitude: 2, sigma: 0.25 }),
      currents,
    );
    expect(trainedRates(rateGradient, 0.25)).toEqual([...expected]);
    const others = rateGradient.trainingStep(lifRateDefinition, lifRate(), { lifSmoothing: 0.25 });
    expect(others.kernel).toBe(lifRateDefinition.step(lifRate()).kernel);
  });

  it('refuses kinds without a rate kernel', () => {
    expect(rateGradient.supports(counterDefinition)).toBe(false);
    const train = (): unknown => rateGradient.trainingStep(counterDefinition, counter, noSmoothing);
    expect(codeOf(train)).toBe('GRADIENT_UNSUPPORTED');
    expect(train).toThrow(/cannot train counter neurons.*rateStep/);
  });
});

describe('softLifGradient', () => {
  const softRates = (sigma: number): number[] => [
    ...softLifRateDefinition.rates(softLifRate({ tauRc: 0.03, tauRef: 0.001, amplitude: 2, sigma }), currents),
  ];

  it('takes sigma, else lifSmoothing, else its default', () => {
    expect(trainedRates(softLifGradient({ sigma: 0.5 }), null)).toEqual(softRates(0.5));
    expect(trainedRates(softLifGradient({ sigma: 0.5 }), 0.2)).toEqual(softRates(0.5));
    expect(trainedRates(softLifGradient(), 0.2)).toEqual(softRates(0.2));
    expect(trainedRates(softLifGradient(), null)).toEqual(softRates(DEFAULT_LIF_SMOOTHING));
  });

  it('trains lif and lifRate, and refuses all else by name', () => {
    const approximation = softLifGradient();
    expect(
      neuronDefinitions.filter((definition) => approximation.supports(definition)).map(({ kind }) => kind),
    ).toEqual(['lif', 'lifRate']);
    expect(codeOf(() => approximation.trainingStep(sigmoidDefinition, sigmoid(), noSmoothing))).toBe(
      'GRADIENT_UNSUPPORTED',
    );
    expect(() => approximation.trainingStep(rectifiedLinearDefinition, rectifiedLinear(), noSmoothing)).toThrow(
      /rectifiedLinear.*lif and lifRate/,
    );
  });

  it('refuses a sigma that is no positive number', () => {
    for (const sigma of [0, -1, NaN, Infinity])
      expect(codeOf(() => softLifGradient({ sigma }))).toBe('SMOOTHING_INVALID');
  });
});
