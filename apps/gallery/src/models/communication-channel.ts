/**
 * A communication channel. Two populations of a hundred spiking neurons each represent one number; the second is told by the spikes
 * of the first alone, and follows it with the delay of the synapse between them. No neuron knows the number: it is decoded from all of
 * them together.
 */
import { Connection, Ensemble, Network, Node, Probe } from 'ndl';
import type { ExpectedResult, Model } from '@ndl/model-source';

const net = new Network({ seed: 1 });
const { sent, received } = net.within(() => {
  const stimulus = new Node((t) => Math.sin(4 * t));
  const sender = new Ensemble({ nNeurons: 100, dimensions: 1 });
  const receiver = new Ensemble({ nNeurons: 100, dimensions: 1 });
  new Connection(stimulus, sender, { synapse: null });
  new Connection(sender, receiver, { synapse: 0.01 });
  return { sent: new Probe(stimulus), received: new Probe(receiver, { synapse: 0.03 }) };
});

export const expected: ExpectedResult = {
  what: 'root mean square difference of what is received and what was sent 40 ms before',
  seconds: 2,
  measure: (sim) => {
    const [before, after] = [sim.data.get(sent).data, sim.data.get(received).data];
    const delay = 40;
    let sum = 0;
    for (let step = delay; step < after.length; step++) sum += (after[step]! - before[step - delay]!) ** 2;
    return Math.sqrt(sum / (after.length - delay));
  },
  atMost: 0.1,
};

export default {
  network: net,
  panels: [
    { of: sent, kind: 'value' },
    { of: received, kind: 'value' },
  ],
} satisfies Model;
