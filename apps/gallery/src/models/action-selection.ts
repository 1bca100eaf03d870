/**
 * Action selection. Three actions have a worth each; a model of the basal ganglia lets go of the one that is worth most, and holds
 * the others down. The thalamus turns that into one action that is on. Which action is best changes each half second.
 */
import { Connection, Network, Node, Probe } from 'ndl';
import { BasalGanglia, Thalamus } from '@ndl/networks';
import type { ExpectedResult, Model } from '@ndl/model-source';

const best = (t: number): number => Math.floor(t / 0.5) % 3;
const net = new Network({ seed: 1 });
const { worth, chosen } = net.within(() => {
  const worths = new Node((t) => [0, 1, 2].map((action) => (action === best(t) ? 0.9 : 0.4)));
  const ganglia = new BasalGanglia({ dimensions: 3, nNeuronsPerEnsemble: 50 });
  const thalamus = new Thalamus({ dimensions: 3 });
  new Connection(worths, ganglia.input, { synapse: null });
  new Connection(ganglia.output, thalamus.input);
  return { worth: new Probe(worths), chosen: new Probe(thalamus.output, { synapse: 0.02 }) };
});

export const expected: ExpectedResult = {
  what: 'fraction of the time, 150 ms after each change, in which the best action is the strongest',
  seconds: 1.5,
  measure: (sim) => {
    const { data } = sim.data.get(chosen);
    let [right, all] = [0, 0];
    for (let step = 0; step < data.length / 3; step++) {
      if (step % 500 < 150) continue;
      const actions = Array.from(data.subarray(3 * step, 3 * step + 3));
      right += Number(actions.indexOf(Math.max(...actions)) === best((step + 0.5) / 1000));
      all += 1;
    }
    return right / all;
  },
  atLeast: 0.97,
};

export default {
  network: net,
  panels: [
    { of: worth, kind: 'value' },
    { of: chosen, kind: 'value' },
  ],
} satisfies Model;
