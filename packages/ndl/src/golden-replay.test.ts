/** @file How golden files are read: networks as Nengo ran them, with changes whose effect is known. */
import { describe, expect, test } from 'vitest';
import { rebuildNetwork, replayGolden, type GoldenFile, type ReplayResult } from '@ndl/golden';
import { goldenNetwork, simulate } from './reference-simulator.test-helper.ts';
import { readGolden } from '../../golden/networks/read-golden.ts';

type Replayed = Extract<ReplayResult, { outcome: 'replayed' }>;
type Connection = GoldenFile['connections'][number];
type GoldenNode = GoldenFile['nodes'][number];

const UNHEARD_OF = { type: 'UnheardOf', tau: 0.01 };

function changed<Entry extends { readonly id: string }>(
  entries: readonly Entry[],
  id: string,
  change: object,
): Entry[] {
  return entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry));
}

function replay(file: GoldenFile): Promise<ReplayResult> {
  return replayGolden(file, (network, options) => simulate(network, {}, options));
}

/** Replays a file that must equal Nengo in all that is compared. */
async function replayEqual(file: GoldenFile): Promise<Replayed> {
  const result = await replay(file);
  expect(result).toMatchObject({ outcome: 'replayed' });
  const { errors } = result as Replayed;
  for (const [quantity, error] of Object.entries(errors)) {
    expect(error, `worst error of ${quantity}`).toBeLessThanOrEqual(1e-9);
  }
  return result as Replayed;
}

function missingIn(file: GoldenFile): Promise<ReplayResult> {
  return replayGolden(file, () => expect.fail('it was built'));
}

describe('seeds', () => {
  test('a network without a seed has the one that Nengo drew', async () => {
    const { givenSeeds } = await replayEqual({ ...goldenNetwork('lif_sine'), network_seed: null });
    expect(givenSeeds).toBe(0);
  });

  test('a seed that does not follow from the network is taken as given', async () => {
    const file = goldenNetwork('nosolver_replay');
    const { givenSeeds } = await replayEqual({ ...file, ensembles: changed(file.ensembles, 'ens1', { seed: 1234 }) });
    expect(givenSeeds).toBe(1);
  });
});

describe('synapses that ndl lacks', () => {
  test('leave out the one probe that has one', async () => {
    const file = goldenNetwork('lif_sine');
    const { leftOut, probes } = await replayEqual({
      ...file,
      probes: changed(file.probes, 'probe0', { synapse: UNHEARD_OF }),
    });
    expect(leftOut).toEqual(['synapse UnheardOf']);
    expect(probes.map(({ id }) => id)).toEqual(file.probes.slice(1).map(({ id }) => id));
  });

  test('leave out what a connection reaches, and close no cycle without delay', async () => {
    const file = goldenNetwork('synapses');
    const loop = { pre: { kind: 'node', id: 'node11' }, synapse: UNHEARD_OF };
    const { probes } = await replayEqual({ ...file, connections: changed(file.connections, 'conn10', loop) });
    expect(probes.map(({ id }) => id)).not.toContain('probe10');
    expect(probes).toHaveLength(file.probes.length - 1);
  });
});

describe('functions without a table', () => {
  const product = goldenNetwork('product');
  const renamed = (name: string): GoldenFile => {
    const connections = product.connections.map((connection) =>
      connection.function === null ? connection : { ...connection, function: name, function_targets: null },
    );
    return { ...product, connections };
  };

  test('are known by their names', async () => {
    await replayEqual(renamed('square'));
    const { errors } = (await replay(renamed('sin'))) as Replayed;
    expect(errors['decoders']).toBeGreaterThan(0.01);
  });

  test('yield to a table', async () => {
    const named = product.connections.map((connection): Connection =>
      connection.function === null ? connection : { ...connection, function: 'sin' },
    );
    await replayEqual({ ...product, connections: named });
  });

  test('of other names are missing', async () => {
    const missing = "function '<lambda>' without a table";
    expect(await missingIn(renamed('<lambda>'))).toEqual({ name: 'product', outcome: 'skipped', missing });
  });

  test('may stand on a node', async () => {
    const file = goldenNetwork('synapses');
    const connections = changed(file.connections, 'conn0', { function: 'negative' });
    const data = (file.probes[0]!.data as readonly (readonly number[])[]).map((row) => row.map((value) => -value));
    await replayEqual({ ...file, connections, probes: changed(file.probes, 'probe0', { data }) });
  });
});

describe('processes', () => {
  const processes = readGolden<GoldenFile>('processes');
  const presentInput = processes.nodes.find(({ process }) => process?.type === 'PresentInput')!;

  /** The network of one node. */
  const alone = (node: GoldenNode): GoldenFile => {
    const top = { ...processes.networks[0]!, ensembles: [], nodes: [node.id], connections: [], probes: [] };
    return { ...processes, networks: [top], ensembles: [], nodes: [node], connections: [], probes: [] };
  };

  test('are run and compared', async () => {
    expect(Object.keys((await replayEqual(alone(presentInput))).errors)).toEqual(['seeds', 'nodes']);
    const samples = presentInput.samples!.map((row, step) => (step === 100 ? row.map((value) => value + 1) : row));
    const { errors } = (await replay(alone({ ...presentInput, samples }))) as Replayed;
    expect(errors['nodes']).toBeCloseTo(1 / 6, 12);
  });

  test('have times as strings, as JSON has them', async () => {
    const process = { type: 'Piecewise', data: { '0.05': [1, 2], '0.1': [3, 4] }, interpolation: 'zero' };
    const samples = Array.from({ length: 200 }, (_, index) => (index < 49 ? [0, 0] : index < 99 ? [1, 2] : [3, 4]));
    const { errors } = await replayEqual(alone({ ...presentInput, process, samples }));
    expect(errors['nodes']).toBe(0);
  });

  test('may compute what a formula says', async () => {
    const process = {
      type: 'Piecewise',
      data: [[0, { formula: 'max(0.1, 2 t^2) - 1 if t < 0.1 else -t' }]],
      interpolation: 'zero',
    };
    const samples = Array.from({ length: 200 }, (_, index) => {
      const t = (index + 1) * 0.001;
      return [t < 0.1 ? Math.max(0.1, 2 * t * t) - 1 : -t];
    });
    await replayEqual(alone({ ...presentInput, size_out: 1, process, samples }));
  });

  test.each([
    [
      { type: 'Piecewise', data: { '0.05': 'sin' }, interpolation: 'zero' },
      'process Piecewise of functions without a formula',
    ],
    [{ type: 'PinkNoise', seed: 1 }, 'process PinkNoise'],
  ])('%j is missing', async (process, missing) => {
    expect(await missingIn(alone({ ...presentInput, process }))).toMatchObject({ outcome: 'skipped', missing });
  });
});

describe('kinds', () => {
  const file = goldenNetwork('lifrate_2d');

  test('Samples are these samples', async () => {
    const ensembles = file.ensembles.map((ensemble) => {
      const intercepts = { type: 'Samples', samples: ensemble.intercepts };
      return { ...ensemble, spec: { ...ensemble.spec, intercepts } };
    });
    await replayEqual({ ...file, ensembles });
  });

  test('SoftLIFRate has its sigma', () => {
    const neuronType = { ...file.ensembles[0]!.neuron_type, type: 'SoftLIFRate', sigma: 0.02 };
    const ensembles = changed(file.ensembles, 'ens0', { neuron_type: neuronType });
    const rebuilt = rebuildNetwork({ ...file, ensembles });
    expect(rebuilt.ensembles.get('ens0')!.neuronType).toMatchObject({ kind: 'softLifRate', sigma: 0.02, tauRc: 0.02 });
  });

  test('LstsqL2 by a method that Nengo does not have is missing', async () => {
    const solver = { type: 'LstsqL2', reg: 0.1, weights: false, solver: { type: 'QR' } };
    const connections = changed(file.connections, 'conn1', { solver });
    expect(await missingIn({ ...file, connections })).toMatchObject({ missing: 'sub-solver QR' });
  });
});
