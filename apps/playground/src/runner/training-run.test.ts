/** @file What a training tells the page after its epochs. */
import { Connection, Network, Node, Probe, sgd, Simulator } from 'ndl';
import { expect, test } from 'vitest';
import { Activity } from './activity.ts';
import { describeNetwork } from './describe-network.ts';
import type { Answer, EpochNews } from './messages.ts';
import { TrainingRun } from './training-run.ts';

test('weights and gradients of each array that is learnt are those of the closed form', async () => {
  const { network, input, output } = new Network({ seed: 0 }).within((network) => {
    const [input, sum] = [new Node([0, 0], { label: 'input' }), new Node({ sizeIn: 1, label: 'sum' })];
    new Connection(input, sum, { transform: [[0.5, -1]], synapse: null });
    return { network, input, output: new Probe(sum) };
  });
  const described = describeNetwork(network, new Map());
  const activity = new Activity(network, described);
  await using simulator = await Simulator.create(network);
  const [items, targets] = [
    [
      [1, 2],
      [3, -1],
    ],
    [[1], [0]],
  ];
  const heard: Answer[] = [];
  const run = new TrainingRun({
    simulator,
    network,
    training: {
      inputs: [[input, items]],
      options: { targets: [[output, targets]], optimizer: sgd({ learningRate: 0.1 }) },
    },
    activity,
    nameOf: (object) => described.idOf.get(object)!,
    say: (answer) => heard.push(answer),
  });
  await run.train(1);
  const [{ parameters }] = heard.flatMap((answer) => (answer.answer === 'epoch' ? [answer.news] : [])) as [EpochNews];
  expect(parameters.map(({ name, size }) => [name, size])).toEqual([['input → sum: weights', 2]]);
  // One step down the gradient of the mean squared error, and the gradient there.
  const gradientAt = (weights: readonly number[]): number[] => {
    const errors = items.map((item, at) => weights[0]! * item[0]! + weights[1]! * item[1]! - targets[at]![0]!);
    return [0, 1].map((input) => errors.reduce((sum, error, at) => sum + error * items[at]![input]!, 0));
  };
  const stepped = gradientAt([0.5, -1]).map((slope, at) => [0.5, -1][at]! - 0.1 * slope);
  const [{ values, gradient }] = parameters as [(typeof parameters)[number]];
  for (const at of [0, 1]) {
    expect(values[at]).toBeCloseTo(stepped[at]!, 5);
    expect(gradient[at]).toBeCloseTo(gradientAt(stepped)[at]!, 5);
  }
});
