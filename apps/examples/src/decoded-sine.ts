/** @file A population of spiking neurons represents a sine wave and its square. */
import { terminalPlot, traces } from '@ndl/plots';
import { Connection, Ensemble, Network, Node, Probe, Simulator } from 'ndl';
import { PICTURE, type ExampleResult } from './example-result.ts';

/** Runs the example. */
export async function decodedSine(): Promise<ExampleResult> {
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
  const [wave, square] = [decoded, squared].map((probe) => Array.from(sim.data.get(probe).data)) as [
    number[],
    number[],
  ];
  const times = Array.from(sim.trange());
  const picture = traces(
    times,
    times.map((_, step) => [wave[step]!, square[step]!]),
    {
      ...PICTURE,
      title: 'A sine wave and its square, decoded from spikes',
      names: ['sin(6t)', 'its square'],
      meant: times.map((time) => [Math.sin(6 * time), Math.sin(6 * time) ** 2]),
    },
  );
  const text = [
    `sin(6t), decoded from 100 spiking neurons:\n${terminalPlot(wave)}`,
    `Its square, decoded from the same spikes:\n${terminalPlot(square)}`,
  ].join('\n\n');
  return { text, picture };
}
