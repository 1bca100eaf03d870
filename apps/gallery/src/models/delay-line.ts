/**
 * A delay of neurons: the Legendre memory unit. Six populations hold the last half second of a signal, as the coefficients of Legendre
 * polynomials; what the signal was half a second ago is a weighted sum of them.
 */
import { Connection, Network, Node, Probe } from 'ndl';
import { legendreReadout, LegendreMemory } from '@ndl/networks';
import type { ExpectedResult, Model } from '@ndl/model-source';

const THETA = 0.5;
const net = new Network({ seed: 0 });
const { now, delayed } = net.within(() => {
  const stimulus = new Node((t) => 0.6 * Math.sin(5 * t));
  const memory = new LegendreMemory({ order: 6, theta: THETA, nNeurons: 200 });
  const past = new Node({ sizeIn: 1 });
  new Connection(stimulus, memory.input, { synapse: null });
  new Connection(memory.output, past, { transform: legendreReadout(6, 1), synapse: null });
  return { now: new Probe(stimulus), delayed: new Probe(past, { synapse: 0.02 }) };
});

export const expected: ExpectedResult = {
  what: 'root mean square error of the signal of half a second ago',
  seconds: 2,
  measure: (sim) => {
    const [x, y] = [sim.data.get(now).data, sim.data.get(delayed).data];
    const delay = 1000 * THETA + 20;
    let sum = 0;
    for (let step = 1000; step < 2000; step++) sum += (y[step]! - x[step - delay]!) ** 2;
    return Math.sqrt(sum / 1000);
  },
  atMost: 0.15,
};

export default {
  network: net,
  panels: [
    { of: now, kind: 'value' },
    { of: delayed, kind: 'value' },
  ],
} satisfies Model;
