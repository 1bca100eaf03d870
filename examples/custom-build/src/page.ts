/** @file What a page calls: spiking neurons that represent a sine wave. */
import { Connection, Ensemble, Network, Node, Probe } from '@ndl/model';
import { Simulator } from '@ndl/simulator';
import { plugins } from './composition.ts';

/** What was simulated, and on what. */
export interface DecodedSine {
  readonly backend: string;
  readonly plugins: readonly string[];
  /** Seconds. */
  readonly times: readonly number[];
  /** sin(6t), decoded from the spikes of 50 neurons. */
  readonly values: readonly number[];
}

/** Simulates so many seconds in steps of a millisecond. */
export async function decodedSine(seconds: number): Promise<DecodedSine> {
  const net = new Network({ seed: 0 });
  const decoded = net.within(() => {
    const stimulus = new Node((t) => Math.sin(6 * t));
    const population = new Ensemble({ nNeurons: 50, dimensions: 1 });
    new Connection(stimulus, population);
    return new Probe(population, { synapse: 0.02 });
  });
  const loaded = plugins();
  const sim = await Simulator.create(net, { plugins: loaded });
  // Not `await using`: it needs Symbol.asyncDispose, which not all browsers have.
  try {
    await sim.run(seconds);
    return {
      backend: sim.backend.name,
      plugins: loaded.map(({ name }) => name),
      times: [...sim.trange()],
      values: [...sim.data.get(decoded).data],
    };
  } finally {
    await sim.dispose();
  }
}
