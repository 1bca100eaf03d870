/** @file Noise of a data set: each item has a stream of its own, however the data are cut into minibatches. */
import { describe, expect, test } from 'vitest';
import {
  Connection,
  Ensemble,
  filteredNoise,
  Network,
  Node,
  poissonSpiking,
  Probe,
  rectifiedLinear,
  REFERENCE_BACKEND,
  stochasticSpiking,
  TFJS_BACKEND,
  WASM_BACKEND,
  whiteNoise,
  whiteSignal,
  type Settings,
} from './index.ts';
import { simulate } from './reference-simulator.test-helper.ts';

const [ITEMS, STEPS] = [5, 3];

/** All that draws: backends for nodes, ensembles and neurons; processes of nodes, beside an input, of ensembles; by currents. */
function noisy() {
  const net = new Network({ seed: 4 });
  return net.within(() => {
    const input = new Node([0]);
    const sum = new Node({ sizeIn: 1 });
    new Connection(input, sum, { synapse: null });
    const flat = { gain: [1], bias: [700], nNeurons: 1, dimensions: 1 };
    const probes: Readonly<Record<string, Probe>> = {
      'white noise': new Probe(new Node(whiteNoise({ scale: false }))),
      'white signal': new Probe(new Node(whiteSignal(0.1, 100))),
      'filtered noise': new Probe(new Node(filteredNoise())),
      'noise drawn for an ensemble': new Probe(
        new Ensemble({ ...flat, neuronType: rectifiedLinear(), noise: whiteNoise() }).neurons,
      ),
      'noise of an ensemble': new Probe(
        new Ensemble({ ...flat, neuronType: rectifiedLinear(), noise: filteredNoise() }).neurons,
      ),
      'stochastic neurons': new Probe(
        new Ensemble({ ...flat, neuronType: stochasticSpiking(rectifiedLinear()) }).neurons,
      ),
      'Poisson neurons': new Probe(new Ensemble({ ...flat, neuronType: poissonSpiking(rectifiedLinear()) }).neurons),
    };
    return { net, input, probes, sum: new Probe(sum) };
  });
}

const BACKENDS: [string, Partial<Settings>][] = [
  ['reference', { backend: REFERENCE_BACKEND }],
  ['wasm', { backend: WASM_BACKEND }],
  ['tfjs', { backend: TFJS_BACKEND, dtype: 'float32', sessionConfig: { engine: 'cpu' } }],
];

describe.each(BACKENDS)('%s', (_, settings) => {
  const zeros = Array.from({ length: ITEMS }, () => [0]);

  test('predictions are those of a run of all items, whatever the minibatches', async () => {
    const { net, input, probes } = noisy();
    await using all = await simulate(net, settings, { minibatchSize: ITEMS });
    await all.runSteps(STEPS);
    await using sim = await simulate(net, settings);
    for (const minibatchSize of [1, 2, ITEMS]) {
      const predicted = await sim.predict([[input, zeros]], { steps: STEPS, minibatchSize });
      for (const [name, probe] of Object.entries(probes))
        expect([name, ...predicted.get(probe)!.data]).toEqual([name, ...all.data.get(probe).data]);
    }
    for (const name of ['white noise', 'white signal', 'filtered noise', 'noise of an ensemble'])
      expect(new Set(all.data.get(probes[name]!).data).size).toBe(ITEMS * STEPS);
  });

  test('so are those of rates, and what is measured', async () => {
    const { net, input, probes } = noisy();
    await using sim = await simulate(net, settings, { onWarning: () => {} });
    const targets = Object.values(probes).map(
      (probe) => [probe, zeros.map(() => Array.from({ length: STEPS }, () => [0]))] as const,
    );
    const rates = [];
    const losses = [];
    for (const minibatchSize of [1, 2, ITEMS]) {
      const predicted = await sim.predict([[input, zeros]], { steps: STEPS, minibatchSize, mode: 'rate' });
      rates.push(Object.values(probes).map((probe) => [...predicted.get(probe)!.data]));
      for (const mode of ['spiking', 'rate'] as const)
        losses.push((await sim.evaluate([[input, zeros]], { targets, minibatchSize, mode }))['loss']!);
    }
    expect(rates).toEqual([rates[0], rates[0], rates[0]]);
    const [spiking, rate] = losses;
    const near = (loss: number): unknown => expect.closeTo(loss / spiking!, 5);
    expect(losses.map((loss) => loss / spiking!)).toEqual(
      [spiking, rate, spiking, rate, spiking, rate].map((x) => near(x!)),
    );
  });
});

test('a later call begins with the first item again', async () => {
  const { net, input, probes } = noisy();
  await using sim = await simulate(net);
  const heard = probes['white noise']!;
  const first = await sim.predict([[input, [[0], [0]]]], { steps: 1, minibatchSize: 1 });
  await expect(
    sim.predict([[input, [[0], [0]]]], {
      steps: 1,
      minibatchSize: 1,
      onProgress: () => {
        throw new Error('no more');
      },
    }),
  ).rejects.toThrow('no more');
  const second = await sim.predict([[input, [[0]]]], { steps: 1 });
  expect([...second.get(heard)!.data]).toEqual([first.get(heard)!.data[0]]);
});
