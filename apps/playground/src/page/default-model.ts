/** @file The model that the page opens with. */
export const DEFAULT_MODEL: string = `/**
 * A wave is represented by spiking neurons, and its square is decoded from
 * their spikes. Move the slider to take the wave's place.
 */
import { Connection, Ensemble, Network, Node, Probe } from 'ndl';

const model = new Network({ seed: 0 }, () => {
  const stimulus = new Node((t) => Math.sin(4 * t));
  const a = new Ensemble({ nNeurons: 50, dimensions: 1 });
  const square = new Ensemble({ nNeurons: 50, dimensions: 1 });

  new Connection(stimulus, a);
  new Connection(a, square, { function: ([x]) => x! ** 2 });

  const represented = new Probe(a, { synapse: 0.03 });
  const squared = new Probe(square, { synapse: 0.03 });
  const spikes = new Probe(a.neurons);
});

export default model;
`;
