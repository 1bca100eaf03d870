/** @file Trains the decoders of one connection and nothing else. */
import { lossCurve } from '@ndl/plots';
import { adam, configureSettings, Connection, Ensemble, ndarray, Network, Node, Probe, Simulator } from 'ndl';
import type { ExampleResult } from './example-result.ts';

/** Runs the example. */
export async function trainOneConnection(): Promise<ExampleResult> {
  const net = new Network({ seed: 2 });
  const { learnt, fixed, output } = net.within(() => {
    configureSettings({ trainable: false });
    const stimulus = new Node([0]);
    const a = new Ensemble({ nNeurons: 50, dimensions: 1 });
    const output = new Node({ sizeIn: 1 });
    const fixed = new Connection(stimulus, a, { synapse: null });
    const learnt = new Connection(a, output, { synapse: null });
    net.config.of(learnt).trainable = true;
    return { learnt, fixed, output: new Probe(output) };
  });

  await using sim = await Simulator.create(net);
  const x = Array.from({ length: 200 }, (_, index) => [index / 100 - 1]);
  const inputs = ndarray(x);
  const targets = ndarray(x.map(([value]) => [Math.sin(Math.PI * value!)]));
  const before = { learnt: sim.data.get(learnt), biases: sim.data.get(learnt.preObject as Ensemble).bias };
  const history = await sim.train(inputs, {
    targets: [[output, targets]],
    optimizer: adam({ learningRate: 1e-3 }),
    epochs: 100,
    minibatchSize: 50,
  });
  const { epochs } = history;
  const moved = sim.data.get(learnt) !== before.learnt;
  const biasesMoved = sim.data.get(learnt.preObject as Ensemble).bias !== before.biases;
  const text = [
    `Learning sin(πx) with the decoders of one connection, on ${sim.backend.name}:`,
    `  loss in epoch 1    ${epochs[0]!.training['loss']!.toFixed(5)}`,
    `  loss in epoch 100  ${epochs.at(-1)!.training['loss']!.toFixed(5)}`,
    `  its weights moved: ${moved ? 'yes' : 'no'}; biases moved: ${biasesMoved ? 'yes' : 'no'}; ${fixed.label ?? 'the input connection'} has no weights at all`,
  ].join('\n');
  const title = 'Loss of sin(πx), learnt by the decoders of one connection';
  return { text, picture: lossCurve(history, { title, showTitle: false, width: 760 }) };
}
