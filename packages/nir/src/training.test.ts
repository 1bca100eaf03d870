/** @file Networks of NIR learn: through membranes that do not spike as they are, through spikes by surrogates. */
import { configureSettings, defaultPlugins, FAST_SIGMOID_GRADIENT, Probe, sgd, Simulator } from 'ndl';
import type { NdArray } from '@ndl/numerics';
import { expect, it } from 'vitest';
import { exportNir, nir, nirNetwork, type NirGraph, type NirNode } from './index.ts';
import { chain, node } from './graphs.test-helper.ts';

const STEPS = 4;
const membrane = { tau: [0.01], r: [2], v_leak: [0] };

/** The one weight of a graph after a step of gradient descent towards zeros. */
async function weightAfter(graph: NirGraph): Promise<number> {
  const { network, inputs, outputs } = nirNetwork(graph, { convention: 'exact' });
  const shown = network.within(() => {
    configureSettings({ trainable: false, gradient: FAST_SIGMOID_GRADIENT });
    return new Probe(outputs.get('output')!);
  });
  for (const connection of network.connections) network.config.of(connection).trainable = true;
  await using sim = await Simulator.create(network, { plugins: [...defaultPlugins(), nir()] });
  const each = (value: number): number[][][] => [Array.from({ length: STEPS }, () => [value])];
  await sim.train([[inputs.get('input')!, each(1)]], {
    targets: [[shown, each(0)]],
    optimizer: sgd({ learningRate: 0.01 }),
    epochs: 1,
  });
  sim.freezeParameters();
  const { parameters } = exportNir(network).nodes.get('weights') as NirNode;
  return (parameters.get('weight') as NdArray).data[0]!;
}

it.each([
  ['LI', node('LI', membrane), (step: number) => 2 * (1 - Math.exp(-step / 10))],
  ['I', node('I', { r: [2] }), (step: number) => 2 * step],
] as const)('a weight before %s follows the gradient of what it has integrated', async (_, neuron, response) => {
  const weights = node('Linear', { weight: [[0.5]] });
  const learnt = await weightAfter(chain([1], [1], { weights, neuron }));
  // The loss is the mean over steps of (w · response)².
  const squares = Array.from({ length: STEPS }, (__, step) => response(step + 1) ** 2);
  const gradient = (2 * 0.5 * squares.reduce((sum, square) => sum + square, 0)) / STEPS;
  expect(learnt).toBeCloseTo(0.5 - 0.01 * gradient, 5);
});

it('a weight before neurons that spike learns by a surrogate, through a membrane that reads their spikes', async () => {
  const neurons = node('LIF', { tau: [0.01], r: [1], v_leak: [0], v_threshold: [1] });
  const readout = node('LI', membrane);
  const graph = chain([1], [1], { weights: node('Linear', { weight: [[12]] }), neurons, readout });
  // Less of it makes fewer spikes, and so less to read.
  expect(await weightAfter(graph)).toBeLessThan(12);
});
