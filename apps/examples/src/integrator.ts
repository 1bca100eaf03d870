/** @file A recurrent population integrates its input: it remembers a pulse after the pulse is gone. */
import { terminalPlot, traces } from '@ndl/plots';
import { Connection, Ensemble, Network, Node, Probe, Simulator } from 'ndl';
import { PICTURE, type ExampleResult } from './example-result.ts';

/** Time constant of the recurrent synapse, in seconds. */
const TAU = 0.1;

/** Runs the example. */
export async function integrator(): Promise<ExampleResult> {
  const net = new Network({ seed: 1 });
  const memory = net.within(() => {
    const pulse = new Node((t) => (t > 0.2 && t < 0.4 ? 4 : t > 1.2 && t < 1.4 ? -4 : 0));
    const population = new Ensemble({ nNeurons: 200, dimensions: 1 });
    new Connection(population, population, { synapse: TAU });
    new Connection(pulse, population, { transform: TAU, synapse: TAU });
    return new Probe(population, { synapse: 0.02 });
  });

  await using sim = await Simulator.create(net);
  await sim.run(2);
  const { data } = sim.data.get(memory);
  const title = 'The integral of two pulses, held by spiking neurons';
  const text = `The integral of two pulses, up at 0.2 s and down at 1.2 s, held by 200 spiking neurons:\n${terminalPlot(data)}`;
  return { text, picture: traces(sim.trange(), data, { ...PICTURE, title }) };
}
