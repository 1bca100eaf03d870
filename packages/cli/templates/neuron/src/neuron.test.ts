/** @file The neurons under ndl's conformance suite, and at work in a Simulator. */
import { Connection, defaultPlugins, Ensemble, Network, Node, Probe, Simulator } from 'ndl';
import { isNdlError } from '@ndl/core';
import { describeNeuron } from '@ndl/testing';
import { expect, test } from 'vitest';
import { squaring, squaringDefinition, squaringNeurons } from './index.ts';

describeNeuron('squaring', { definition: squaringDefinition, neuronTypes: [squaring(), squaring({ scale: 100 })] });

const plugins = [...defaultPlugins(), squaringNeurons()];

test.each([0.5, 1, 2])('at a current of %d fires at 20 · current² Hz', async (current) => {
  const net = new Network({ seed: 0 });
  const spikes = net.within(() => {
    const neuronType = squaring({ scale: 20 });
    return new Probe(new Ensemble({ nNeurons: 1, dimensions: 1, neuronType, gain: [1], bias: [current] }).neurons);
  });
  await using sim = await Simulator.create(net, { plugins });
  await sim.run(1);
  const count = Array.from(sim.data.get(spikes).data).filter((value) => value > 0).length;
  expect(Math.abs(count - 20 * current ** 2)).toBeLessThanOrEqual(1);
});

test('represents what comes in', async () => {
  const net = new Network({ seed: 0 });
  const decoded = net.within(() => {
    const stimulus = new Node([0.5]);
    const a = new Ensemble({ nNeurons: 100, dimensions: 1, neuronType: squaring() });
    new Connection(stimulus, a);
    return new Probe(a, { synapse: 0.05 });
  });
  await using sim = await Simulator.create(net, { plugins });
  await sim.run(0.5);
  expect(Math.abs(sim.data.get(decoded).data.at(-1)! - 0.5)).toBeLessThan(0.1);
});

test('refuses a scale that is not above 0', () => {
  expect(() => squaring({ scale: 0 })).toThrow(
    expect.toSatisfy((error) => isNdlError(error, 'INVALID_OPTION')) as Error,
  );
});
