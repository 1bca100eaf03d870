/** @file A connection learns online, by PES, to pass a signal on; then the error is switched off, and it goes on as it has learnt. */
import { terminalPlot, traces } from '@ndl/plots';
import { Connection, Ensemble, Network, Node, pes, Probe, Simulator } from 'ndl';
import { PICTURE, rootMeanSquare, type ExampleResult } from './example-result.ts';

/** Seconds for which the connection is told of its error. */
const LESSON = 16;
const LENGTH = 18;

/** The example, with root mean squares over a second each of what it is off by: the first, the last of the lesson, the last of all. */
export interface LearningResult extends ExampleResult {
  readonly errors: Readonly<Record<'first' | 'learnt' | 'after', number>>;
}

/** Runs the example. */
export async function learnOnline(): Promise<LearningResult> {
  const net = new Network({ seed: 3 });
  const { wanted, got, learning } = net.within(() => {
    const stimulus = new Node((t) => [Math.sin(4 * t), Math.cos(6 * t)]);
    const [pre, post, error] = [200, 200, 200].map(
      (nNeurons) => new Ensemble({ nNeurons, dimensions: 2, radius: 1.5 }),
    );
    new Connection(stimulus, pre!);
    // It begins with decoders of nothing.
    const learning = new Connection(pre!, post!, {
      function: () => [0, 0],
      learningRuleType: pes({ learningRate: 1e-4 }),
    });
    new Connection(post!, error!);
    new Connection(stimulus, error!, { transform: -1 });
    // Neurons that are driven far below their intercepts are silent, and tell of no error.
    const isOver = new Node((t) => Number(t > LESSON));
    new Connection(isOver, error!.neurons, { transform: new Array(200).fill([-20]), synapse: null });
    new Connection(error!, learning.learningRule);
    return { learning, wanted: new Probe(stimulus, { synapse: 0.03 }), got: new Probe(post!, { synapse: 0.03 }) };
  });

  await using sim = await Simulator.create(net);
  await sim.run(LENGTH);
  const [want, have] = [sim.data.get(wanted), sim.data.get(got)];
  const distances = Array.from({ length: want.shape[0]! }, (_, step) =>
    Math.hypot(want.row(step).data[0]! - have.row(step).data[0]!, want.row(step).data[1]! - have.row(step).data[1]!),
  );
  const second = Math.round(1 / sim.dt);
  const endingAt = (seconds: number): number =>
    rootMeanSquare(distances.slice((seconds - 1) * second, seconds * second));
  const errors = { first: endingAt(1), learnt: endingAt(LESSON), after: endingAt(LENGTH) };
  const learnt = await sim.readLearnt(learning);
  const length = Math.hypot(...learnt.data);
  const text = [
    `What a connection is off by, while it learns a signal of 2 dimensions by PES for ${LESSON} s, and ${LENGTH - LESSON} s after:`,
    terminalPlot(distances),
    `Root mean square in the first second ${errors.first.toFixed(3)}, in the last of the lesson ${errors.learnt.toFixed(3)}, in the last of all ${errors.after.toFixed(3)}.`,
    `Its decoders were 0, and have a norm of ${length.toPrecision(2)} now, on ${sim.backend.name}.`,
  ].join('\n');

  const drawn = distances.map((_, step) => step).filter((step) => step % 40 === 0);
  const picture = traces(
    drawn.map((step) => (step + 1) * sim.dt),
    drawn.map((step) => [...have.row(step).data]),
    {
      ...PICTURE,
      title: `A signal of 2 dimensions, passed on by a connection that learns by PES for ${LESSON} s`,
      names: ['sin(4t)', 'cos(6t)'],
      meant: drawn.map((step) => [...want.row(step).data]),
    },
  );
  return { text, picture, errors };
}
