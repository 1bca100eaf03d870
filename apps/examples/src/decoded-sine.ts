/** @file A population of spiking neurons represents a sine wave and its square. */
import { terminalPlot } from '@ndl/plots';
import { Connection, Ensemble, Network, Node, Probe, Simulator } from 'ndl';

/** Runs the example. @returns what to print. */
export async function decodedSine(): Promise<string> {
  const net = new Network({ seed: 0 });
  const { decoded, squared } = net.within(() => {
    const stimulus = new Node((t) => Math.sin(6 * t));
    const a = new Ensemble({ nNeurons: 100, dimensions: 1 });
    const square = new Node({ sizeIn: 1 });
    new Connection(stimulus, a);
    new Connection(a, square, { function: (x) => x[0] ** 2 });
    return { decoded: new Probe(a, { synapse: 0.02 }), squared: new Probe(square, { synapse: 0.02 }) };
  });

  await using sim = await Simulator.create(net);
  await sim.run(2);
  return `sin(6t), decoded from 100 spiking neurons:\n${terminalPlot(sim.data.get(decoded).data)}\n\nIts square, decoded from the same spikes:\n${terminalPlot(sim.data.get(squared).data)}`;
}
