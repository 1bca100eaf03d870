/**
 * An integrator. A population that is connected to itself holds a number as long as nothing comes in, and adds up what does: a memory
 * made of neurons that forget within milliseconds. The input is 1 for half a second, and the memory keeps 0.5.
 */
import { Connection, Network, Node, Probe } from 'ndl';
import { Integrator } from '@ndl/networks';
import type { ExpectedResult, Model } from '@ndl/model-source';

const net = new Network({ seed: 2 });
const { input, held } = net.within(() => {
  const stimulus = new Node((t) => (t > 0.2 && t <= 0.7 ? 1 : 0));
  const memory = new Integrator({ recurrentTau: 0.1, nNeurons: 200 });
  new Connection(stimulus, memory.input, { synapse: null });
  return { input: new Probe(stimulus), held: new Probe(memory.ensemble, { synapse: 0.05 }) };
});

export const expected: ExpectedResult = {
  what: 'what is held at the end, of 0.5 that went in',
  seconds: 1.5,
  measure: (sim) => sim.data.get(held).data.at(-1)!,
  atLeast: 0.35,
  atMost: 0.65,
};

export default {
  network: net,
  panels: [
    { of: input, kind: 'value' },
    { of: held, kind: 'value' },
  ],
} satisfies Model;
