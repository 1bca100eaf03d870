/** @file Runs quadratic neurons, trains them on their spikes, and prints the losses. */
import { QUADRATIC_GRADIENT, quadratic, quadraticNeurons } from '@acme/ndl-neuron-quadratic';
import { referenceBackend } from '@ndl/backend-reference';
import { configureSettings } from '@ndl/config';
import { Connection, Ensemble, Network, Node, Probe } from '@ndl/model';
import { neurons } from '@ndl/neurons';
import { sorters, treePlannerPlugin } from '@ndl/planners';
import { Simulator } from '@ndl/simulator';
import { adam } from '@ndl/training';

const net = new Network({ seed: 0 });
const { stimulus, squared } = net.within(() => {
  configureSettings({ gradient: { acmeQuadratic: QUADRATIC_GRADIENT } });
  const stimulus = new Node([0.5]);
  const population = new Ensemble({ nNeurons: 60, dimensions: 1, neuronType: quadratic({ tau: 0.02 }) });
  const square = new Node({ sizeIn: 1 });
  new Connection(stimulus, population, { synapse: null });
  new Connection(population, square, { synapse: 0.02 });
  return { stimulus, squared: new Probe(square) };
});

const plugins = [quadraticNeurons(), neurons(), treePlannerPlugin(), sorters(), referenceBackend()];
await using sim = await Simulator.create(net, { plugins });
const x = Array.from({ length: 16 }, (_, index) => index / 8 - 1);
const { epochs } = await sim.train([[stimulus, x.map((value) => [value])]], {
  targets: [[squared, x.map((value) => [value ** 2])]],
  optimizer: adam({ learningRate: 1e-4 }),
  steps: 60,
  epochs: 15,
  minibatchSize: 8,
});
await sim.run(0.2);
console.log(
  JSON.stringify({
    losses: epochs.map(({ training }) => training['loss']),
    squared: sim.data.get(squared).data.at(-1),
  }),
);
