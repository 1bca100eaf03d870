/**
 * One neuron. It is tuned to positive numbers: silent below -0.5, its intercept, and at 100 spikes a second where the stimulus is 1.
 * The stimulus is 1 for a second and then -1, and the neuron falls silent.
 */
import { Connection, Ensemble, Network, Node, Probe } from 'ndl';
import type { ExpectedResult, Model } from '@ndl/model-source';

const net = new Network({ seed: 0 });
const { input, spikes, voltage } = net.within(() => {
  const stimulus = new Node((t) => (t <= 1 ? 1 : -1));
  const neuron = new Ensemble({ nNeurons: 1, dimensions: 1, encoders: [[1]], intercepts: [-0.5], maxRates: [100] });
  new Connection(stimulus, neuron, { synapse: null });
  return {
    input: new Probe(stimulus),
    spikes: new Probe(neuron.neurons),
    voltage: new Probe(neuron.neurons, { attribute: 'voltage' }),
  };
});

export const expected: ExpectedResult = {
  what: 'spikes in the first second, and a thousand for each one later',
  seconds: 2,
  measure: (sim) => {
    const fired = Array.from(sim.data.get(spikes).data, (value) => Number(value > 0));
    return fired.reduce((sum, spike, step) => sum + (step < 1000 ? spike : 1000 * spike), 0);
  },
  atLeast: 97,
  atMost: 102,
};

export default {
  network: net,
  panels: [
    { of: input, kind: 'value' },
    { of: spikes, kind: 'raster' },
    { of: voltage, kind: 'voltages' },
  ],
} satisfies Model;
