/** @file The planner under ndl's conformance suite, and at work in a Simulator. */
import { configureSettings, Connection, defaultPlugins, Ensemble, Network, Node, Probe, Simulator } from 'ndl';
import { describePlanner } from '@ndl/testing';
import { expect, test } from 'vitest';
import { widestPlanner, widestPlannerPlugin, WIDEST_PLANNER } from './index.ts';

// What it claims to merge can be said too: describePlanner(name, planner, { merges: { independent: 1 } }).
describePlanner('widest', widestPlanner, { merges: { independent: 1 } });

test('is chosen by its token, and runs two populations as one', async () => {
  const net = new Network({ seed: 0 });
  const decoded = net.within(() => {
    configureSettings({ planner: WIDEST_PLANNER });
    const stimulus = new Node([0.5]);
    const [a, b] = [1, 2].map(() => new Ensemble({ nNeurons: 50, dimensions: 1 }));
    for (const ensemble of [a!, b!]) new Connection(stimulus, ensemble);
    return new Probe(b!, { synapse: 0.02 });
  });
  await using sim = await Simulator.create(net, { plugins: [...defaultPlugins(), widestPlannerPlugin()] });
  const populations = sim.plan.groups.filter((group) => group[0]!.kind === 'simNeurons');
  expect(populations.map((group) => group.length)).toEqual([2]);
  await sim.run(0.2);
  expect(sim.data.get(decoded).data.at(-1)).toBeCloseTo(0.5, 0);
});
