/** @file Prints what a small network costs, by object and by part: run for a second, then trained for a while. */
import { COUNTING_BACKEND, countingBackend, countsByObject, countsTable, Tally } from '@acme/ndl-backend-counting';
import { configureSettings } from '@ndl/config';
import { Connection, Ensemble, lifRate, Network, Node, Probe } from '@ndl/model';
import { neurons } from '@ndl/neurons';
import { NOOP_PLANNER, noopPlannerPlugin, sorters } from '@ndl/planners';
import { Simulator } from '@ndl/simulator';

const net = new Network({ seed: 0 });
net.within(() => {
  configureSettings({ backend: COUNTING_BACKEND, planner: NOOP_PLANNER });
  const stimulus = new Node((t) => [Math.sin(6 * t), Math.cos(6 * t)], { label: 'stimulus' });
  const position = new Ensemble({ nNeurons: 50, dimensions: 2, label: 'position' });
  const product = new Ensemble({ nNeurons: 20, dimensions: 1, neuronType: lifRate(), label: 'product' });
  new Connection(stimulus, position);
  new Connection(position, product, { function: (x) => x[0] * x[1], label: 'position to product' });
  new Probe(product, { synapse: 0.01, label: 'product seen' });
});

const tally = new Tally();
await using sim = await Simulator.create(net, {
  plugins: [neurons(), noopPlannerPlugin(), sorters(), countingBackend(tally)],
});
await sim.run(0.1);
console.log(countsTable(countsByObject(tally.byLabel)));
