/** @file Draws `docs/images/decoded-sine.svg`, the picture of the README's example: `node apps/examples/dist/picture.js`. */
import { Connection, Ensemble, Network, Node, Probe, REFERENCE_BACKEND, Simulator } from 'ndl';
import { drawLines } from './lines-picture.ts';

const NAMES = { decoded: 'sin(6t)', squared: 'its square' } as const;
const { times, decoded, squared } = await simulate();
const sine = times.map((time) => Math.sin(6 * time));
const square = sine.map((value) => value ** 2);
drawLines(
  'decoded-sine',
  times,
  times.map((_, step) => [decoded[step]!, squared[step]!]),
  {
    title: 'A sine wave and its square, decoded from spikes',
    names: Object.values(NAMES),
    meant: times.map((_, step) => [sine[step]!, square[step]!]),
  },
);

/** The README's example, on a backend that gives the same numbers everywhere. */
async function simulate() {
  const net = new Network({ seed: 0 });
  const probes = net.within(() => {
    const stimulus = new Node((t) => Math.sin(6 * t));
    const a = new Ensemble({ nNeurons: 100, dimensions: 1 });
    new Connection(stimulus, a);
    const square = new Node({ sizeIn: 1 });
    new Connection(a, square, { function: (x) => x[0] ** 2 });
    return { decoded: new Probe(a, { synapse: 0.02 }), squared: new Probe(square, { synapse: 0.02 }) };
  });
  await using sim = await Simulator.create(net, { settings: { backend: REFERENCE_BACKEND } });
  await sim.run(2);
  return {
    times: Array.from(sim.trange()),
    decoded: Array.from(sim.data.get(probes.decoded).data),
    squared: Array.from(sim.data.get(probes.squared).data),
  };
}
