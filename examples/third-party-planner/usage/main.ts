/** @file Uses the planner as a person would who found it on npm; prints what came of it. */
import { annealing, ANNEALING_PLANNER } from '@acme/ndl-planner-anneal';
import { referenceBackend } from '@ndl/backend-reference';
import { configureSettings } from '@ndl/config';
import { Connection, Ensemble, lifRate, Network, Node, Probe } from '@ndl/model';
import { neurons } from '@ndl/neurons';
import { sorters } from '@ndl/planners';
import { Simulator } from '@ndl/simulator';

const net = new Network({ seed: 0 });
const decoded = net.within(() => {
  configureSettings({ planner: ANNEALING_PLANNER, annealingSteps: 200 });
  const stimulus = new Node((t) => Math.sin(6 * t));
  const spiking = new Ensemble({ nNeurons: 50, dimensions: 1 });
  const rates = new Ensemble({ nNeurons: 40, dimensions: 1, neuronType: lifRate() });
  new Connection(stimulus, spiking);
  new Connection(spiking, rates, { function: (x) => x[0] ** 2 });
  new Connection(rates, spiking, { synapse: 0.1 });
  return new Probe(rates, { synapse: 0.01 });
});

await using sim = await Simulator.create(net, { plugins: [neurons(), annealing(), sorters(), referenceBackend()] });
await sim.run(0.5);
const { operators } = sim.compiled.graph;
const samples = sim.data.get(decoded);
console.log(
  JSON.stringify({
    operators: operators.length,
    groups: sim.plan.groups.length,
    shape: samples.shape,
    last: samples.data.at(-1),
  }),
);
