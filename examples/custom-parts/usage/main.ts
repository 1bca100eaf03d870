/** @file Decodes a sine wave with parts of one's own - a distribution, a solver, a synapse, a process -; prints how far off it is. */
import { movingAverage, parts, slew, steepestDescent, triangular } from '@acme/ndl-parts';
import { referenceBackend } from '@ndl/backend-reference';
import { Connection, Ensemble, Network, Node, Probe } from '@ndl/model';
import { neurons } from '@ndl/neurons';
import { sorters, treePlannerPlugin } from '@ndl/planners';
import { Simulator } from '@ndl/simulator';

const net = new Network({ seed: 0 });
const { wave, decoded, following } = net.within(() => {
  const stimulus = new Node((t) => Math.sin(6 * t));
  const a = new Ensemble({ nNeurons: 100, dimensions: 1, intercepts: triangular(-1, 0, 0.9) });
  new Connection(stimulus, a, { synapse: null });
  const output = new Node({ sizeIn: 1 });
  new Connection(a, output, { solver: steepestDescent(), synapse: movingAverage(0.02) });
  const follower = new Node(slew(1));
  new Connection(stimulus, follower, { synapse: null });
  return { wave: new Probe(stimulus), decoded: new Probe(output), following: new Probe(follower) };
});

const plugins = [parts(), neurons(), treePlannerPlugin(), sorters(), referenceBackend()];
await using sim = await Simulator.create(net, { plugins });
await sim.run(1);
const [meant, got, slow] = [wave, decoded, following].map((probe) => Array.from(sim.data.get(probe).data));
const squares = meant!.map((value, step) => (value - got![step]!) ** 2);
const error = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
const quickest = 1000 * Math.max(...slow!.slice(1).map((value, step) => Math.abs(value - slow![step]!)));
console.log(JSON.stringify({ error, quickest }));
