/** @file How long it takes from nothing to a spike: loading, building, compiling, and the first steps. */
import { Connection, Ensemble, Network, Node, Probe, Simulator } from 'ndl';

/** Steps that are taken before one looks again. */
const STEPS = 10;

/**
 * Milliseconds from the start of the process, or of the navigation, until a small population has spiked: 50 LIF neurons that represent a
 * constant. On the default backend.
 */
export async function firstSpike(): Promise<number> {
  const network = new Network({ seed: 0 });
  const spikes = network.within(() => {
    const population = new Ensemble({ nNeurons: 50, dimensions: 1 });
    new Connection(new Node([0.5]), population);
    return new Probe(population.neurons);
  });
  const simulator = await Simulator.create(network);
  try {
    while (!simulator.data.get(spikes).data.some((value) => value > 0)) await simulator.runSteps(STEPS);
    return performance.now();
  } finally {
    await simulator.dispose();
  }
}
