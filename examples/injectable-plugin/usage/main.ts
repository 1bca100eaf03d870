/** @file Prints the operators of a small network by their kind. */
import { operatorCensus } from '@acme/ndl-operator-census';
import { referenceBackend } from '@ndl/backend-reference';
import { Ensemble, Network, Probe } from '@ndl/model';
import { neurons } from '@ndl/neurons';
import { sorters, treePlannerPlugin } from '@ndl/planners';
import { Simulator } from '@ndl/simulator';

const net = new Network({ seed: 0 }, () => {
  new Probe(new Ensemble({ nNeurons: 50, dimensions: 1 }));
});
const census = operatorCensus((counts) => console.log(JSON.stringify(Object.fromEntries(counts))));
await using sim = await Simulator.create(net, {
  plugins: [neurons(), treePlannerPlugin(), sorters(), census, referenceBackend()],
});
await sim.runSteps(10);
