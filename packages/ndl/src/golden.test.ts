/** @file Networks as Nengo 4.1 built and ran them: every seed, array and probe, to nine digits. */
import { describe, expect, test } from 'vitest';
import { replayGolden, type ReplayResult } from '@ndl/golden';
import { goldenNetwork, goldenNetworks, simulate } from './reference-simulator.test-helper.ts';

const TOLERANCE = 1e-9;

const ALL = [
  'evalPoints',
  'encoders',
  'gain',
  'bias',
  'maxRates',
  'intercepts',
  'initialState',
  'decoders',
  'weights',
] as const;

/** Cases, and what must have been compared beside seeds and probes. */
const CASES: Readonly<Record<string, readonly string[]>> = {
  lif_sine: ['evalPoints', 'encoders', 'gain', 'bias', 'maxRates', 'intercepts', 'initialState', 'decoders'],
  lifrate_2d: ['evalPoints', 'encoders', 'gain', 'bias', 'maxRates', 'intercepts', 'decoders'],
  integrator: ALL,
  integrator_rate: ['evalPoints', 'encoders', 'gain', 'bias', 'maxRates', 'intercepts', 'decoders', 'weights'],
  alpha_ens: ['evalPoints', 'encoders', 'gain', 'bias', 'maxRates', 'intercepts', 'initialState', 'decoders'],
  nosolver_replay: ['evalPoints', 'encoders', 'gain', 'bias', 'maxRates', 'intercepts', 'initialState', 'decoders'],
  slicing: ALL,
  product: ALL,
  cconv: ALL,
  pes: ALL,
  pes_rate_node: ['evalPoints', 'encoders', 'gain', 'bias', 'maxRates', 'intercepts', 'decoders', 'weights'],
  bcm_oja: ALL,
  voja: ['evalPoints', 'encoders', 'gain', 'bias', 'maxRates', 'intercepts', 'initialState', 'decoders'],
  synapses: [],
  processes: ['evalPoints', 'encoders', 'gain', 'bias', 'maxRates', 'intercepts', 'initialState', 'decoders', 'nodes'],
  neuron_zoo: ['evalPoints', 'encoders', 'gain', 'bias', 'maxRates', 'intercepts', 'initialState', 'decoders'],
  adaptive_lif: ['evalPoints', 'encoders', 'gain', 'bias', 'maxRates', 'intercepts', 'initialState', 'decoders'],
  izhikevich: ['evalPoints', 'encoders', 'gain', 'bias', 'maxRates', 'intercepts', 'initialState', 'decoders'],
  assoc_and_memory: ALL,
  basal_ganglia: ALL,
  conv_neurons: ALL.filter((quantity) => quantity !== 'decoders'),
  sparse: ALL.filter((quantity) => quantity !== 'decoders'),
};

type Replayed = Extract<ReplayResult, { outcome: 'replayed' }>;

async function replay(name: string): Promise<Replayed> {
  const result = await replayGolden(goldenNetwork(name), (network, options) => simulate(network, {}, options));
  expect(result).toMatchObject({ name, outcome: 'replayed' });
  return result as Replayed;
}

test('every golden network that ndl can run is a case', () => {
  expect(Object.keys(CASES)).toEqual(goldenNetworks);
});

describe.each(Object.entries(CASES))('%s', (name, quantities) => {
  test(`equals Nengo to ${TOLERANCE} on the reference backend in float64`, async () => {
    const { errors, probes, leftOut } = await replay(name);
    expect(leftOut).toEqual([]);
    expect(Object.keys(errors).sort()).toEqual(['seeds', 'probes', ...quantities].sort());
    for (const [quantity, error] of Object.entries(errors)) {
      expect(error, `worst error of ${quantity}`).toBeLessThanOrEqual(TOLERANCE);
    }
    expect(probes.length).toBeGreaterThan(0);
  });
});
