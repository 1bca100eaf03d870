/** @file A connection learns online, by PES, to pass a signal on; then the error is switched off, and it goes on as it has learnt. */
import { terminalPlot } from '@ndl/plots';
import { Connection, Ensemble, Network, Node, pes, Probe, Simulator } from 'ndl';

/** Seconds for which the connection is told of its error. */
const LESSON = 6;
const LENGTH = 8;

/** Runs the example. @returns what to print. */
export async function learnOnline(): Promise<string> {
  const net = new Network({ seed: 3 });
  const { wanted, got, learning } = net.within(() => {
    const stimulus = new Node((t) => [Math.sin(2 * t), Math.cos(3 * t)]);
    const [pre, post, error] = [200, 200, 200].map((nNeurons) => new Ensemble({ nNeurons, dimensions: 2 }));
    new Connection(stimulus, pre!);
    // It begins with decoders of nothing.
    const learning = new Connection(pre!, post!, {
      function: () => [0, 0],
      learningRuleType: pes({ learningRate: 2e-4 }),
    });
    new Connection(post!, error!);
    new Connection(stimulus, error!, { transform: -1 });
    // Neurons that are driven far below their intercepts are silent, and tell of no error.
    const isOver = new Node((t) => Number(t > LESSON));
    new Connection(isOver, error!.neurons, { transform: new Array(200).fill([-20]), synapse: null });
    new Connection(error!, learning.learningRule);
    return { learning, wanted: new Probe(stimulus), got: new Probe(post!, { synapse: 0.03 }) };
  });

  await using sim = await Simulator.create(net);
  await sim.run(LENGTH);
  const [want, have] = [sim.data.get(wanted), sim.data.get(got)];
  const distances = Array.from({ length: want.shape[0]! }, (_, step) =>
    Math.hypot(want.row(step).data[0]! - have.row(step).data[0]!, want.row(step).data[1]! - have.row(step).data[1]!),
  );
  const learnt = await sim.readLearnt(learning);
  const length = Math.hypot(...learnt.data);
  return [
    `What a connection is off by, while it learns a signal of 2 dimensions by PES for ${LESSON} s, and ${LENGTH - LESSON} s after:`,
    terminalPlot(distances),
    `Its decoders were 0, and have a norm of ${length.toPrecision(2)} now, on ${sim.backend.name}.`,
  ].join('\n');
}
