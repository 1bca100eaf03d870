/** @file Leaky neurons go from step to step, however long steps are; and it is said where they were meant for steps of another length. */
import { expect, test } from 'vitest';
import { Connection, Ensemble, leaky, lif, Network, Node, Probe } from './index.ts';
import { simulate } from './reference-simulator.test-helper.ts';

const CURRENTS = [0.4, 1.2, 2.7, -0.5];
const STEPS = 60;

/** An ensemble of a neuron for each current; `more` others of the same kind. */
function network(options: Parameters<typeof leaky>[0], more = 0) {
  const net = new Network({ seed: 0 });
  return net.within(() => {
    const ones = CURRENTS.map(() => 1);
    const given = { dimensions: 1, neuronType: leaky(options), gain: ones, bias: ones.map(() => 0) };
    const ensemble = new Ensemble({ nNeurons: CURRENTS.length, ...given, label: 'first' });
    for (let index = 0; index < more; index++) new Ensemble({ nNeurons: CURRENTS.length, ...given });
    new Ensemble({ nNeurons: 3, dimensions: 1, neuronType: lif() });
    new Connection(new Node(CURRENTS), ensemble.neurons, { synapse: null });
    return { net, ensemble, probe: new Probe(ensemble.neurons) };
  });
}

/** U ← beta U + J - S, S where U > 1: the steps that spike, [steps, neurons]. */
function spikesOf(beta: number): number[] {
  const state = CURRENTS.map(() => ({ voltage: 0, spike: 0 }));
  return Array.from({ length: STEPS }, () =>
    state.map((neuron, index) => {
      neuron.voltage = beta * neuron.voltage + CURRENTS[index]! - neuron.spike;
      return (neuron.spike = neuron.voltage > 1 ? 1 : 0);
    }),
  ).flat();
}

async function told(options: Parameters<typeof leaky>[0], dt: number, more = 0): Promise<readonly string[]> {
  const warnings: string[] = [];
  const onWarning = (message: string): void => void warnings.push(message);
  await (await simulate(network(options, more).net, {}, { dt, onWarning })).dispose();
  return warnings;
}

test.each([0.001, 0.005])('they are the recursion of their steps, of %f s', async (dt) => {
  const { net, probe } = network({ beta: 0.9 });
  await using sim = await simulate(net, {}, { dt, onWarning: () => {} });
  await sim.runSteps(STEPS);
  expect(Array.from(sim.data.get(probe).data, (spike) => Math.round(spike * dt))).toEqual(spikesOf(0.9));
});

test('their rates are those of the steps that they are for', async () => {
  const { net, ensemble, probe } = network({ beta: 0.9, step: 0.005 });
  await using sim = await simulate(net, {}, { dt: 0.005 });
  // What spikes in each step: 200 Hz, in the simulation and as a rate.
  expect(sim.rates(ensemble, [[100, 100, 100, 100]]).data).toEqual(new Float64Array(4).fill(200));
  await sim.runSteps(STEPS);
  expect(Math.max(...sim.data.get(probe).data)).toBe(200);
});

test('a simulation of other steps says so, once for all of a kind', async () => {
  expect(await told({}, 0.001)).toEqual([]);
  expect(await told({ step: 0.005 }, 0.005)).toEqual([]);
  expect(await told({ step: 1 / 3000 }, 1 / 3 / 1000)).toEqual([]);
  expect(await told({}, 0.005)).toEqual([
    expect.stringMatching(/'first' .*: leaky neurons of step 0\.001 .* slower .* step: 0\.005, or .* dt: 0\.001\.$/),
  ]);
  expect(await told({ step: 0.005 }, 0.001, 2)).toEqual([expect.stringMatching(/'first' .* and 2 others: .* faster /)]);
});
