import { describe, expect, it } from 'vitest';
import { isNdlError, type NeuronStep } from '@ndl/core';
import { differentiateKernel, gradientName, kernel } from '@ndl/ir';
import { lif, sigmoid, spikingRectifiedLinear } from '@ndl/model';
import {
  evaluateStep,
  lifDefinition,
  sigmoidDefinition,
  spikingRectifiedLinearDefinition,
  surrogateGradient,
  type SurrogateOptions,
} from './index.ts';

const dt = 0.001;
const noSmoothing = { lifSmoothing: null };
const inputs = {
  current: [-1, 0.5, 1, 1.8, 40, 3],
  voltage: [0, 0.3, 0.9, 0.999, 0.5, 0],
  refractoryTime: [0, 0, 0, 0, 0, 0.004],
};

/** Spikes forward; backward, the slope of a sigmoid of the voltage that the step would reach without a spike. */
const sigmoidal = kernel(
  { name: 'sigmoidal', inputs: ['current', 'voltage'], parameters: ['dt', 'tauRc', 'amplitude', 'width'] },
  (k) => {
    const { current, voltage } = k.inputs;
    const { dt, tauRc, amplitude, width } = k.parameters;
    const raised = k.subtract(
      voltage,
      k.multiply(k.subtract(current, voltage), k.expm1(k.negate(k.divide(dt, tauRc)))),
    );
    const spiking = k.sigmoid(k.divide(k.subtract(raised, 1), width));
    return { output: k.divide(k.multiply(amplitude, spiking), dt), voltage: raised };
  },
);

/** `d output / d input`, elementwise. */
function slope(step: NeuronStep, output: string, input: string): number[] {
  const derivative = differentiateKernel(step.kernel, { outputs: [output], operands: [input] });
  const gradients = evaluateStep(
    { kernel: derivative, parameters: step.parameters },
    { ...inputs, [gradientName(output)]: [1] },
    { dt },
  );
  return [...gradients[gradientName(input)]!];
}

function codeOf(options: SurrogateOptions): string | undefined {
  try {
    surrogateGradient(options).trainingStep(lifDefinition, lif(), noSmoothing);
  } catch (error) {
    if (isNdlError(error)) return error.code;
  }
  return undefined;
}

describe('surrogateGradient', () => {
  const neuronType = lif({ tauRc: 0.03, amplitude: 2 });
  const own = lifDefinition.step(neuronType);

  it('runs the neuron as it is, bit for bit: spikes, voltages, refractory times', () => {
    for (const options of [
      { name: 'rate' },
      { name: 'sigmoidal', approximation: sigmoidal, parameters: { width: 0.3 } },
    ]) {
      const step = surrogateGradient(options).trainingStep(lifDefinition, neuronType, noSmoothing);
      expect(step.kernel.inputs).toEqual(own.kernel.inputs);
      expect(evaluateStep(step, inputs, { dt })).toEqual(evaluateStep(own, inputs, { dt }));
    }
  });

  it('has the derivative of the rate, if nothing else is said', () => {
    const step = surrogateGradient({ name: 'rate' }).trainingStep(lifDefinition, neuronType, noSmoothing);
    expect(slope(step, 'output', 'current')).toEqual(slope(lifDefinition.rateStep!(neuronType), 'output', 'current'));
    expect(slope(step, 'output', 'current').some((value) => value > 0)).toBe(true);
  });

  it('has the derivative of the approximation, through the output and the states that it names', () => {
    const step = surrogateGradient({
      name: 'sigmoidal',
      approximation: sigmoidal,
      parameters: { width: 0.3 },
    }).trainingStep(lifDefinition, neuronType, noSmoothing);
    const decay = Math.exp(-dt / 0.03);
    inputs.current.forEach((current, index) => {
      const raised = current + (inputs.voltage[index]! - current) * decay;
      const s = 1 / (1 + Math.exp(-(raised - 1) / 0.3));
      const expected = ((2 / dt) * s * (1 - s)) / 0.3;
      expect(slope(step, 'output', 'voltage')[index]).toBeCloseTo(expected * decay, 8);
      expect(slope(step, 'output', 'current')[index]).toBeCloseTo(expected * (1 - decay), 8);
      expect(slope(step, 'voltage', 'voltage')[index]).toBeCloseTo(decay, 12);
    });
    expect(slope(step, 'refractoryTime', 'current')).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('gives one kernel to all populations of a kind, so that they merge', () => {
    const approximation = surrogateGradient({ name: 'rate' });
    const step = approximation.trainingStep(lifDefinition, neuronType, noSmoothing);
    expect(approximation.trainingStep(lifDefinition, lif(), noSmoothing).kernel).toBe(step.kernel);
    const other = approximation.trainingStep(spikingRectifiedLinearDefinition, spikingRectifiedLinear(), noSmoothing);
    expect(other.kernel).not.toBe(step.kernel);
  });

  it('hands over every value that its kernel asks for but dt', () => {
    const step = surrogateGradient({
      name: 'sigmoidal',
      approximation: sigmoidal,
      parameters: { width: 0.3 },
    }).trainingStep(lifDefinition, neuronType, noSmoothing);
    expect(Object.keys(step.parameters).sort()).toEqual(step.kernel.parameters.filter((name) => name !== 'dt').sort());
    expect(step.parameters).toMatchObject({ tauRc: 0.03, amplitude: 2, width: 0.3 });
  });

  it('trains the kinds that it names, and refuses others', () => {
    const approximation = surrogateGradient({ name: 'mine', kinds: ['lif'] });
    expect(approximation.supports(lifDefinition)).toBe(true);
    expect(approximation.supports(sigmoidDefinition)).toBe(false);
    expect(() => approximation.trainingStep(sigmoidDefinition, sigmoid(), noSmoothing)).toThrow(
      /"mine" cannot train sigmoid neurons/,
    );
    const withoutRate = { ...lifDefinition, kind: 'mystery' };
    Reflect.deleteProperty(withoutRate, 'rateStep');
    expect(surrogateGradient({ name: 'rate' }).supports(withoutRate)).toBe(false);
    expect(() => surrogateGradient({ name: 'rate' }).trainingStep(withoutRate, lif(), noSmoothing)).toThrow(
      /no rateStep/,
    );
  });

  it('refuses approximations that do not fit the step', () => {
    const linear = (input: string, output: string): SurrogateOptions => ({
      name: 'linear',
      approximation: kernel({ name: 'linear', inputs: [input] }, (k) => ({ [output]: k.inputs[input]! })),
    });
    expect(codeOf(linear('current', 'output'))).toBeUndefined();
    expect(codeOf(linear('adaptation', 'output'))).toBe('SURROGATE_MISMATCH');
    expect(codeOf(linear('current', 'spikes'))).toBe('SURROGATE_MISMATCH');
    expect(codeOf({ name: 'sigmoidal', approximation: sigmoidal })).toBe('SURROGATE_MISMATCH');
    expect(codeOf({ name: 'sigmoidal', approximation: sigmoidal, parameters: { width: 1, tauRc: 2 } })).toBe(
      'SURROGATE_MISMATCH',
    );
  });

  it.each<[unknown, string]>([
    [undefined, 'INVALID_OPTION: surrogateGradient: the options must be an object'],
    [1, 'INVALID_OPTION: surrogateGradient: the options must be an object'],
    [{}, 'INVALID_OPTION: surrogateGradient: name must be a text'],
    [{ name: 'mine', kind: ['lif'] }, "UNKNOWN_OPTION: surrogateGradient: unknown option 'kind'. Did you mean kinds?"],
    [{ name: 'mine', kinds: 'lif' }, 'surrogateGradient: kinds must be a list of kinds'],
    [{ name: 'mine', approximation: 1 }, 'surrogateGradient: approximation must be a kernel'],
    [{ name: 'mine', parameters: 1 }, 'surrogateGradient: parameters must be an object'],
    [{ name: 'mine', parameters: { width: null } }, 'surrogateGradient: parameter "width" must be a finite number'],
  ])('refuses %j at once', (options, message) => {
    let refusal = 'none';
    try {
      surrogateGradient(options as never);
    } catch (error) {
      if (!isNdlError(error)) throw error;
      refusal = `${error.code}: ${error.message}`;
    }
    expect(refusal).toContain(message);
  });
});
