import { describe, expect, it } from 'vitest';
import {
  CONTRACT_VERSION,
  GRADIENT_APPROXIMATION,
  GRADIENT_APPROXIMATIONS,
  NEURON_DEFINITIONS,
  type PluginRegistration,
} from '@ndl/core';
import {
  ARCTANGENT_GRADIENT,
  FAST_SIGMOID_GRADIENT,
  neuronDefinitions,
  neurons,
  RATE_GRADIENT,
  rateGradient,
  SOFT_LIF_GRADIENT,
  STRAIGHT_THROUGH_GRADIENT,
  SUPER_SPIKE_GRADIENT,
  TRIANGULAR_GRADIENT,
} from './index.ts';

/** Writes down what a plugin registers. */
async function registered(): Promise<{ bound: Map<symbol, unknown>; contributed: Map<symbol, unknown[]> }> {
  const bound = new Map<symbol, unknown>();
  const contributed = new Map<symbol, unknown[]>();
  const bind = (key: symbol): unknown => {
    const set = (value: unknown): void => void bound.set(key, value);
    return { toConstantValue: set, toService: set };
  };
  const contribute = (key: symbol): unknown => ({
    toConstantValue: (value: unknown): void => void contributed.set(key, [...(contributed.get(key) ?? []), value]),
  });
  await neurons().register({ bind, contribute } as unknown as PluginRegistration);
  return { bound, contributed };
}

describe('neurons()', () => {
  it('is a plugin of this contract, named after its package', () => {
    expect(neurons()).toMatchObject({ name: '@ndl/neurons', contract: CONTRACT_VERSION });
  });

  it('contributes every definition', async () => {
    const { contributed } = await registered();
    expect(contributed.get(NEURON_DEFINITIONS)).toEqual(neuronDefinitions);
  });

  it('offers its approximations, each bound to its token, the rate first and by default', async () => {
    const { bound, contributed } = await registered();
    const keys = (contributed.get(GRADIENT_APPROXIMATIONS) as { key: symbol }[]).map(({ key }) => key);
    const surrogates = new Map([
      [FAST_SIGMOID_GRADIENT, 'fastSigmoid'],
      [ARCTANGENT_GRADIENT, 'arctangent'],
      [SUPER_SPIKE_GRADIENT, 'superSpike'],
      [STRAIGHT_THROUGH_GRADIENT, 'straightThrough'],
      [TRIANGULAR_GRADIENT, 'triangular'],
    ]);
    expect(keys).toEqual([RATE_GRADIENT, SOFT_LIF_GRADIENT, ...surrogates.keys()]);
    for (const [key, name] of surrogates) expect(bound.get(key)).toMatchObject({ name, isSurrogate: true });
    expect(bound.get(RATE_GRADIENT)).toBe(rateGradient);
    expect(bound.get(SOFT_LIF_GRADIENT)).toMatchObject({ name: 'softLif' });
    expect(bound.get(GRADIENT_APPROXIMATION)).toBe(RATE_GRADIENT);
  });
});
