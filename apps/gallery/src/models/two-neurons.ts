/**
 * Two neurons. One fires for positive numbers, the other for negative ones; together they tell, roughly, which number is meant: the
 * least population that represents anything. Add neurons, and what is decoded becomes smoother.
 */
import { Connection, Ensemble, Network, Node, Probe } from 'ndl';
import type { ExpectedResult, Model } from '@ndl/model-source';

const net = new Network({ seed: 0 });
const { input, decoded, spikes } = net.within(() => {
  const stimulus = new Node((t) => Math.sin(6 * t));
  const pair = new Ensemble({
    nNeurons: 2,
    dimensions: 1,
    encoders: [[1], [-1]],
    intercepts: [-0.3, -0.3],
    maxRates: [200, 200],
  });
  new Connection(stimulus, pair, { synapse: null });
  return { input: new Probe(stimulus), decoded: new Probe(pair, { synapse: 0.05 }), spikes: new Probe(pair.neurons) };
});

export const expected: ExpectedResult = {
  what: 'correlation of what is decoded with what was meant 50 ms before',
  seconds: 2,
  measure: (sim) => {
    const [meant, got] = [sim.data.get(input).data, sim.data.get(decoded).data];
    let [both, ofMeant, ofGot] = [0, 0, 0];
    for (let step = 50; step < got.length; step++) {
      const [x, y] = [meant[step - 50]!, got[step]!];
      both += x * y;
      ofMeant += x * x;
      ofGot += y * y;
    }
    return both / Math.sqrt(ofMeant * ofGot);
  },
  atLeast: 0.95,
};

export default {
  network: net,
  panels: [
    { of: decoded, kind: 'value' },
    { of: spikes, kind: 'raster' },
  ],
} satisfies Model;
