/** @file Networks that our constructors make are those that Nengo's made from the same arguments: every seed, array and probe. */
import { relativeError, replayGolden, type GoldenFile } from '@ndl/golden';
import { expect, test } from 'vitest';
import { importNengo } from './index.ts';
import { goldenNetwork, simulate } from './reference-simulator.test-helper.ts';

type Constructed = NonNullable<GoldenFile['constructed']>;

const called = (kind: string, args: object, calls: Constructed[string]['calls'] = []): Constructed[string] => ({
  kind,
  args: args as Constructed[string]['args'],
  within: null,
  calls,
});
const inputVectors = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
];

/** How the networks of the files were made. */
const CONSTRUCTED: Readonly<Record<string, Constructed>> = {
  product: { net1: called('Product', { n_neurons: 40, dimensions: 2 }) },
  cconv: { net1: called('CircularConvolution', { n_neurons: 20, dimensions: 4 }) },
  basal_ganglia: {
    net1: called('BasalGanglia', { dimensions: 3, n_neurons_per_ensemble: 25 }),
    net2: called('Thalamus', { dimensions: 3, n_neurons_per_ensemble: 20 }),
  },
  assoc_and_memory: {
    net1: called('AssociativeMemory', { input_vectors: inputVectors, n_neurons: 15 }, [
      { method: 'add_wta_network', args: {}, within: null },
    ]),
    net2: called('InputGatedMemory', { n_neurons: 20, dimensions: 2 }),
  },
};

test.each(Object.entries(CONSTRUCTED))('%s', async (name, constructed) => {
  const file = { ...goldenNetwork(name), constructed };
  const result = await replayGolden(file, (network, options) => simulate(network, {}, options));
  expect(result).toMatchObject({ outcome: 'replayed', leftOut: [], givenSeeds: 0 });
  const { errors } = result as Extract<typeof result, { outcome: 'replayed' }>;
  expect(Object.keys(errors)).toContain('probes');
  expect(Math.max(...Object.values(errors))).toBeLessThan(1e-9);
});

test('other arguments than those of the file make another network', async () => {
  const constructed = { net1: called('Product', { n_neurons: 40, dimensions: 3 }) };
  const file = { ...goldenNetwork('product'), constructed };
  await expect(replayGolden(file, () => expect.fail('it was built'))).rejects.toThrow(/constructed ensembles/);
});

test('constructors that ndl does not have are named', async () => {
  const constructed = { net1: called('SpikingCortex', {}) };
  const result = await replayGolden({ ...goldenNetwork('product'), constructed }, () => expect.fail('it was built'));
  expect(result).toMatchObject({ outcome: 'skipped', missing: 'network SpikingCortex' });
});

test('an imported network does what Nengo recorded', async () => {
  const file = goldenNetwork('product');
  const network = importNengo(JSON.stringify(file));
  await using sim = await simulate(network, {}, { dt: file.dt });
  await sim.runSteps(file.n_steps);
  network.probes.forEach((probe, index) => {
    const recorded = file.probes[index]!.data.flat() as number[];
    expect(relativeError(sim.data.get(probe).data, recorded)).toBeLessThan(1e-9);
  });
});
