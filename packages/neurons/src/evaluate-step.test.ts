import { describe, expect, it } from 'vitest';
import { kernel } from '@ndl/ir';
import { evaluateStep, ratesFromStep } from './index.ts';

const scaled = kernel({ name: 'scaled', inputs: ['current', 'offset'], parameters: ['dt', 'scale'] }, (k) => ({
  output: k.add(k.multiply(k.parameters.scale, k.inputs.current, k.parameters.dt), k.inputs.offset),
}));

describe('evaluateStep', () => {
  it('gives outputs by name, one element per neuron, and repeats single elements', () => {
    const { output } = evaluateStep(
      { kernel: scaled, parameters: { scale: 3 } },
      { current: [1, 2], offset: [0.5] },
      { dt: 0.1 },
    );
    expect([...output!].map((value) => value.toFixed(12))).toEqual(['0.800000000000', '1.100000000000']);
  });

  it('rounds to the number format', () => {
    const { output } = evaluateStep(
      { kernel: scaled, parameters: { scale: 0.1 } },
      { current: [1], offset: [0] },
      { dtype: 'float32' },
    );
    expect(output![0]).toBe(Math.fround(0.1));
  });

  it('names what is missing', () => {
    const step = { kernel: scaled, parameters: { scale: 3 } };
    expect(() => evaluateStep(step, { current: [1] })).toThrow(
      'Kernel scaled was given nothing for its input "offset"',
    );
    expect(() => evaluateStep({ kernel: scaled, parameters: {} }, { current: [1], offset: [1] })).toThrow(
      'parameter "scale"',
    );
  });
});

describe('ratesFromStep', () => {
  it('refuses kernels that are no function of a current', () => {
    expect(() => ratesFromStep({ kernel: scaled, parameters: { scale: 3 } }, Float64Array.of(1))).toThrow(
      'its inputs are current, offset',
    );
    const voltage = kernel({ name: 'voltage', inputs: ['current'] }, (k) => ({ voltage: k.inputs.current }));
    expect(() => ratesFromStep({ kernel: voltage, parameters: {} }, Float64Array.of(1))).toThrow(
      'its outputs are voltage',
    );
  });

  it('takes no currents as well', () => {
    const identity = kernel({ name: 'identity', inputs: ['current'] }, (k) => ({ output: k.inputs.current }));
    expect(ratesFromStep({ kernel: identity, parameters: {} }, new Float64Array(0))).toEqual(new Float64Array(0));
  });
});
