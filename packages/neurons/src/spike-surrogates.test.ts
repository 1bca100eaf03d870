/** @file Surrogates: the spikes stay what they are, bit for bit; slopes are the closed forms, through output and states. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { isNdlError, type GradientApproximation, type NeuronDefinition, type NeuronStep } from '@ndl/core';
import { differentiateKernel, gradientName, kernel } from '@ndl/ir';
import {
  adaptiveLif,
  defineNeuronType,
  izhikevich,
  leaky,
  lif,
  lifRate,
  poissonSpiking,
  regularSpiking,
  spikingLeakyRelu,
  spikingRectifiedLinear,
  stochasticSpiking,
  tanh,
  type NeuronType,
} from '@ndl/model';
import { arctangentOf } from './arctangent.ts';
import {
  arctangentGradient,
  evaluateStep,
  fastSigmoidGradient,
  neuronDefinitions,
  straightThroughGradient,
  superSpikeGradient,
  triangularGradient,
} from './index.ts';

const dt = 0.001;
const noSettings = {};

const SPIKING: readonly NeuronType[] = [
  lif({ minVoltage: -0.5, amplitude: 2 }),
  adaptiveLif({ incN: 0.1, tauN: 0.05 }),
  izhikevich(),
  leaky({ beta: 0.8, amplitude: 0.5 }),
  spikingRectifiedLinear({ amplitude: 2 }),
  spikingLeakyRelu({ negativeSlope: 0.5 }),
  regularSpiking(tanh()),
  stochasticSpiking(tanh(), { amplitude: 0.5 }),
  poissonSpiking(tanh()),
];

/** By name: the surrogate, and its slope at a distance from the threshold. */
const SURROGATES: Readonly<Record<string, readonly [GradientApproximation, (distance: number) => number]>> = {
  fastSigmoid: [fastSigmoidGradient({ slope: 4 }), (distance) => 2 / (1 + 4 * Math.abs(distance)) ** 2],
  arctangent: [arctangentGradient({ slope: 3 }), (distance) => 1.5 / (1 + (1.5 * Math.PI * distance) ** 2)],
  superSpike: [superSpikeGradient({ slope: 7 }), (distance) => 1 / (1 + 7 * Math.abs(distance)) ** 2],
  straightThrough: [straightThroughGradient(), () => 1],
  triangular: [
    triangularGradient({ width: 0.5, dampening: 0.4 }),
    (distance) => 0.4 * Math.max(0, 1 - Math.abs(distance) / 0.5),
  ],
};

function definitionOf({ kind }: NeuronType): NeuronDefinition {
  return neuronDefinitions.find((definition) => definition.kind === kind)!;
}

function trained(approximation: GradientApproximation, type: NeuronType): NeuronStep {
  return approximation.trainingStep(definitionOf(type), type, noSettings);
}

/** The derivative of one output by one input, element by element. */
function derivative(
  step: NeuronStep,
  [output, input]: readonly [string, string],
  inputs: Readonly<Record<string, readonly number[]>>,
): readonly number[] {
  const differentiated = differentiateKernel(step.kernel, { outputs: [output], operands: [input] });
  const ones = Object.values(inputs)[0]!.map(() => 1);
  const found = evaluateStep(
    { kernel: differentiated, parameters: step.parameters },
    { ...inputs, [gradientName(output)]: ones },
    { dt },
  );
  return [...found[gradientName(input)]!];
}

describe.each(SPIKING.map((type) => [type.kind, type] as const))('%s', (_, type) => {
  const own = definitionOf(type).step(type);

  it('has the bits of its own step, whatever the surrogate and the dtype', () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    const scaleOf: Readonly<Record<string, number>> = {
      current: type.kind.endsWith('Spiking') ? 500 : type.kind === 'izhikevich' ? 10 : 2,
      voltage: type.kind === 'izhikevich' ? 25 : 0.5,
      refractoryTime: 1e-3,
    };
    const surrogates = [...Object.values(SURROGATES).map(([each]) => each), superSpikeGradient({ reset: 'follow' })];
    fc.assert(
      fc.property(fc.array(number, { minLength: 8, maxLength: 8 }), (numbers) => {
        const inputs = Object.fromEntries(
          own.kernel.inputs.map((name, index) => [
            name,
            numbers.map((__, neuron) => numbers[(neuron + index) % 8]! * (scaleOf[name] ?? 1)),
          ]),
        );
        for (const dtype of ['float64', 'float32'] as const) {
          const expected = evaluateStep(own, inputs, { dt, dtype });
          for (const surrogate of surrogates)
            expect(evaluateStep(trained(surrogate, type), inputs, { dt, dtype })).toEqual(expected);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('has one kernel for all types and one surrogate, and another for another', () => {
    const { superSpike, arctangent } = SURROGATES;
    const again = definitionOf(type).spikeStep!(type, { name: 'mine', reset: 'cut', rise: (k) => k.multiply(0, 1) });
    expect(trained(superSpike![0], type).kernel).toBe(trained(superSpike![0], { ...type }).kernel);
    expect(trained(superSpike![0], type).kernel).not.toBe(trained(arctangent![0], type).kernel);
    expect(again.kernel).not.toBe(trained(superSpike![0], type).kernel);
  });
});

describe.each(Object.entries(SURROGATES))('%s', (name, [surrogate, slopeAt]) => {
  const type = lif({ amplitude: 0.5 });
  const current = [-1, 0.5, 1.5, 3, 8, 30];
  const voltage = [0, 0.9, 0.999, 0.95, 0.4, 0.99];
  const refractoryTime = current.map(() => 0);
  const decay = Math.exp(-dt / 0.02);
  const raised = current.map((j, neuron) => j + (voltage[neuron]! - j) * decay);
  const slopes = raised.map((each) => slopeAt(each - 1));
  const spikes = raised.map((each) => (each > 1 ? 1 : 0));
  const inputs = { current, voltage, refractoryTime };
  const close = (got: readonly number[], expected: readonly number[]): void =>
    got.forEach((value, neuron) =>
      expect(Math.abs(value - expected[neuron]!)).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(expected[neuron]!))),
    );

  it('gives the output of LIF its slope at the threshold', () => {
    const step = trained(surrogate, type);
    close(
      derivative(step, ['output', 'current'], inputs),
      slopes.map((slope) => (0.5 / dt) * slope * (1 - decay)),
    );
    close(
      derivative(step, ['output', 'voltage'], inputs),
      slopes.map((slope) => (0.5 / dt) * slope * decay),
    );
  });

  it('passes gradients on from voltage to voltage, and cuts them where a neuron is reset', () => {
    const cut = derivative(trained(surrogate, type), ['voltage', 'voltage'], inputs);
    // The floor of the voltage, 0, passes nothing.
    close(
      cut,
      spikes.map((spike, neuron) => (raised[neuron]! > 0 ? decay * (1 - spike) : 0)),
    );
  });

  it('follows the reset where it is told to', () => {
    const make = {
      fastSigmoid: fastSigmoidGradient({ slope: 4, reset: 'follow' }),
      arctangent: arctangentGradient({ slope: 3, reset: 'follow' }),
      superSpike: superSpikeGradient({ slope: 7, reset: 'follow' }),
      straightThrough: straightThroughGradient({ reset: 'follow' }),
      triangular: triangularGradient({ width: 0.5, dampening: 0.4, reset: 'follow' }),
    }[name]!;
    const followed = derivative(trained(make, type), ['voltage', 'voltage'], inputs);
    close(
      followed,
      spikes.map((spike, neuron) => {
        const floored = Math.max(raised[neuron]!, 0);
        return (raised[neuron]! > 0 ? decay * (1 - spike) : 0) - floored * slopes[neuron]! * decay;
      }),
    );
  });

  it('reaches the adaptation through the spikes', () => {
    const adaptive = adaptiveLif({ amplitude: 0.5, tauN: 0.05, incN: 0.1 });
    const adaptation = current.map(() => 0.2);
    const shifted = current.map((j, neuron) => j - 0.2 + (voltage[neuron]! - j + 0.2) * decay);
    const step = trained(surrogate, adaptive);
    close(
      derivative(step, ['adaptation', 'current'], { ...inputs, adaptation }),
      shifted.map((each) => (dt / 0.05) * 0.1 * (0.5 / dt) * slopeAt(each - 1) * (1 - decay)),
    );
    close(
      derivative(step, ['adaptation', 'adaptation'], { ...inputs, adaptation }),
      shifted.map((each) => 1 + (dt / 0.05) * (-0.1 * (0.5 / dt) * slopeAt(each - 1) * (1 - decay) - 1)),
    );
  });

  it('stands at every whole number where neurons count their spikes', () => {
    const regular = trained(surrogate, regularSpiking(tanh()));
    const rates = [-400, 100, 900, 2600];
    const counted = derivative(regular, ['output', 'current'], { current: rates, voltage: [0.3, 0.3, 0.3, 0.3] });
    close(
      counted,
      [-0.1, 0.4, 1.2, 2.9].map((sum) => slopeAt(sum - Math.round(sum))),
    );
    // Rectified neurons do not spike at 0.
    const rectified = trained(surrogate, spikingRectifiedLinear());
    close(
      derivative(rectified, ['output', 'current'], { current: [100, 1700], voltage: [0.1, 0.4] }),
      [0.2 - 1, 2.1 - 2].map(slopeAt),
    );
  });

  it('stands at the uniform number of stochastic spikes; Poisson spikes have the slope of their mean', () => {
    const stochastic = trained(surrogate, stochasticSpiking(tanh()));
    close(
      derivative(stochastic, ['output', 'current'], { current: [300, -300, 1900], uniform: [0.5, 0.5, 0.5] }),
      [0.3 - 0.5, 0.3 - 0.5, 1.9 - 1.5].map(slopeAt),
    );
    const poisson = trained(surrogate, poissonSpiking(tanh(), { amplitude: 0.5 }));
    close(derivative(poisson, ['output', 'current'], { current: [300, -300], count: [2, 0] }), [0.5, 0.5]);
  });
});

it('the arctangent of kernels is within 5e-14', () => {
  const arctangent = kernel({ name: 'arctangent', inputs: ['current'] }, (k) => ({
    output: arctangentOf(k as never, k.inputs.current),
  }));
  const current = [-1e30, -1e9, -40, -3, -1, -0.2, 0, 1e-9, 0.5, 1, 2.5, 17, 1e6, 1e300];
  const { output } = evaluateStep({ kernel: arctangent, parameters: {} }, { current });
  output!.forEach((value, index) => expect(value).toBeCloseTo(Math.atan(current[index]!), 13));
});

describe('refusals', () => {
  const codeOf = (action: () => unknown): string | undefined => {
    try {
      action();
    } catch (error) {
      if (isNdlError(error)) return error.code;
    }
    return undefined;
  };

  it.each<[string, () => unknown, string]>([
    ['a slope of 0', () => superSpikeGradient({ slope: 0 }), 'INVALID_OPTION'],
    ['a negative slope', () => fastSigmoidGradient({ slope: -1 }), 'INVALID_OPTION'],
    ['a slope of NaN', () => arctangentGradient({ slope: NaN }), 'INVALID_OPTION'],
    ['a slope that is a text', () => arctangentGradient({ slope: '2' as never }), 'INVALID_OPTION'],
    ['an infinite width', () => triangularGradient({ width: Infinity }), 'INVALID_OPTION'],
    ['no dampening', () => triangularGradient({ dampening: 0 }), 'INVALID_OPTION'],
    ['another word for the reset', () => straightThroughGradient({ reset: 'detach' as never }), 'INVALID_OPTION'],
    ['an unknown option', () => superSpikeGradient({ beta: 5 } as never), 'UNKNOWN_OPTION'],
    ['options that are none', () => triangularGradient(3 as never), 'INVALID_OPTION'],
  ])('%s', (_, make, code) => {
    expect(codeOf(make)).toBe(code);
  });

  it('kinds that do not spike, or do not say where, are not theirs', () => {
    const [surrogate] = SURROGATES['superSpike']!;
    const supported = neuronDefinitions.filter((definition) => surrogate.supports(definition));
    expect(supported.map(({ kind }) => kind).sort()).toEqual(SPIKING.map(({ kind }) => kind).sort());
    expect(codeOf(() => trained(surrogate, lifRate()))).toBe('GRADIENT_UNSUPPORTED');
    const silent: NeuronDefinition = { kind: 'mine', step: () => definitionOf(lif()).step(lif()), rates: (_, j) => j };
    const mine = defineNeuronType({ kind: 'mine', spiking: true });
    expect(() => surrogate.trainingStep(silent, mine, noSettings)).toThrow(/superSpike.*mine neurons.*spikeStep/);
  });
});
