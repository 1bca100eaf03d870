/** @file What paths from one ensemble need alike is computed once: its activities at its evaluation points. */
import { Connection, Ensemble, Network, Node, Probe } from '@ndl/model';
import { expect, it } from 'vitest';
import { checkedContributions } from '../index.ts';
import { build, DEFINITIONS } from './build.test-helper.ts';

/** How many rates of neurons a build asks for. */
async function ratesAskedFor(addReaders: (ensemble: Ensemble) => void): Promise<number> {
  let count = 0;
  const neurons = DEFINITIONS.neurons.map((definition): typeof definition => ({
    ...definition,
    rates(type, currents) {
      count += currents.length;
      return definition.rates(type, currents);
    },
  }));
  const network = new Network({ seed: 0 }, () => addReaders(new Ensemble({ nNeurons: 20, dimensions: 1 })));
  // As simulators build: each build function has a context of its own.
  await build(network, { definitions: checkedContributions({ ...DEFINITIONS, neurons }) });
  return count;
}

it('by connections, functions and probes together', async () => {
  const once = await ratesAskedFor((ensemble) => new Connection(ensemble, new Node({ sizeIn: 1 })));
  const together = await ratesAskedFor((ensemble) => {
    new Connection(ensemble, new Node({ sizeIn: 1 }));
    new Connection(ensemble, new Node({ sizeIn: 1 }), { function: (x) => x[0] ** 2 });
    new Connection(ensemble, ensemble);
    new Probe(ensemble);
  });
  expect(once).toBeGreaterThan(0);
  expect(together).toBe(once);
});
