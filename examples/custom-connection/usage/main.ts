/** @file Lets weights grow by a rule of one's own, and sends a value through a transform of one's own; prints both. */
import { connections, diagonalPlusLowRank, normalizedHebb } from '@acme/ndl-connections';
import { referenceBackend } from '@ndl/backend-reference';
import { Connection, Ensemble, Network, Node, Probe, uniform } from '@ndl/model';
import { neurons } from '@ndl/neurons';
import { sorters, treePlannerPlugin } from '@ndl/planners';
import { Simulator } from '@ndl/simulator';

const net = new Network({ seed: 0 });
const { weights, sent } = net.within(() => {
  const stimulus = new Node([0.8, -0.4]);
  const [a, b] = [new Ensemble({ nNeurons: 8, dimensions: 2 }), new Ensemble({ nNeurons: 6, dimensions: 2 })];
  const transform = diagonalPlusLowRank(2, 1, {
    diagonal: uniform(1, 1.5),
    left: uniform(-0.1, 0.1),
    right: uniform(-0.1, 0.1),
  });
  new Connection(stimulus, a, { transform, synapse: null });
  const matrix = Array.from({ length: 6 }, () => new Array<number>(8).fill(0));
  const growing = new Connection(a.neurons, b.neurons, { transform: matrix, learningRuleType: normalizedHebb() });
  return {
    weights: new Probe(growing, { attribute: 'weights', sampleEvery: 0.1 }),
    sent: new Probe(a, { attribute: 'input' }),
  };
});

const plugins = [connections(), neurons(), treePlannerPlugin(), sorters(), referenceBackend()];
await using sim = await Simulator.create(net, { plugins });
await sim.run(0.2);
const sums = [0, 1].map((sample) => [...sim.data.get(weights).row(sample).data].reduce((sum, value) => sum + value, 0));
console.log(JSON.stringify({ sums, sent: [...sim.data.get(sent).row(0).data] }));
