/** @file `checkGradients` passes right gradients of random networks. `npm run check -- random-gradients` tries them all. */
import { describe, expect, it } from 'vitest';
import { sampleSize } from '../../../tools/sample-size.ts';
import { REFERENCE_BACKEND, TFJS_BACKEND, Simulator, type Settings } from './index.ts';
import { randomNetwork } from './random-network.test-helper.ts';

const NETWORKS = sampleSize(25, 200);

/** Mostly in float64; every sixth in float32 on each backend. */
function settingsOf(seed: number): Partial<Settings> {
  if (seed % 6 === 4) return { backend: REFERENCE_BACKEND };
  if (seed % 6 === 5) return { backend: TFJS_BACKEND, sessionConfig: { engine: 'cpu' } };
  return { backend: REFERENCE_BACKEND, dtype: 'float64' };
}

describe('right gradients of random networks', () => {
  it.each(Array.from({ length: NETWORKS }, (_, seed) => [seed]))('pass: network %i', async (seed) => {
    const { net, ...call } = randomNetwork(seed);
    await using sim = await Simulator.create(net, { settings: settingsOf(seed), onWarning: () => {} });
    const { elementsChecked, elementsUndecided } = await sim.checkGradients(call);
    expect(elementsChecked).toBeGreaterThan(elementsUndecided);
  });
});
