/** @file The parts in their conformance suites, and at work in a network that is trained. */
import { referenceBackend } from '@ndl/backend-reference';
import { configureSettings } from '@ndl/config';
import { Connection, Ensemble, Network, Node, Probe } from '@ndl/model';
import { neurons } from '@ndl/neurons';
import { sorters, treePlannerPlugin } from '@ndl/planners';
import { Simulator } from '@ndl/simulator';
import {
  describeDistribution,
  describeObjective,
  describeOptimizer,
  describeProcess,
  describeSolver,
  describeSynapse,
} from '@ndl/testing';
import { expect, test } from 'vitest';
import {
  movingAverage,
  movingAverageDefinition,
  parts,
  pseudoHuber,
  signMomentum,
  slew,
  slewDefinition,
  steepestDescent,
  steepestDescentDefinition,
  triangular,
  triangularDefinition,
} from './index.ts';

describeSynapse('moving average', {
  definition: movingAverageDefinition,
  synapses: [movingAverage(0.001), movingAverage(0.01), movingAverage(0.1)],
  stepResponse: ({ time }, k, dt) => Math.min(1, (k * dt) / time),
});

describeDistribution('triangular', {
  definition: triangularDefinition,
  distributions: [triangular(-1, 0.5, 2), triangular(0, 0, 1), triangular(-3, -1, -1)],
  range: ({ low, high }) => [low, high],
  moments({ low, peak, high }) {
    const products = low * peak + low * high + peak * high;
    return {
      mean: (low + peak + high) / 3,
      deviation: Math.sqrt((low ** 2 + peak ** 2 + high ** 2 - products) / 18),
    };
  },
});

describeSolver('steepest descent', {
  definition: steepestDescentDefinition,
  solvers: [steepestDescent(), steepestDescent({ steps: 10 })],
});

describeProcess('slew', {
  definition: slewDefinition,
  processes: [slew(1), slew(20)],
  isRandom: false,
  // The suite's input is 0.5.
  expected: ({ rate }, k, dt) => Math.min(0.5, rate * k * dt),
});

describeObjective('pseudo-Huber', {
  objective: pseudoHuber(0.1),
  expected(output, target) {
    const wanted = target.flat(2);
    const terms = output.flat(2).map((value, index) => 0.1 * (Math.hypot(0.1, value - wanted[index]!) - 0.1));
    return terms.reduce((sum, term) => sum + term, 0) / terms.length;
  },
});

describeOptimizer('sign momentum', {
  make: () => signMomentum({ learningRate: 0.01, beta: 0.5 }),
  // The running mean, written out: (1 - β) Σ βⁿ g.
  expected(gradients) {
    const meanAfter = (update: number): number =>
      gradients.slice(0, update + 1).reduce((sum, gradient, at) => sum + 0.5 ** (update - at + 1) * gradient, 0);
    return gradients.reduce((parameter, _, update) => parameter - 0.01 * Math.sign(meanAfter(update)), 1);
  },
});

test('all of them work in a network that is trained', async () => {
  const net = new Network({ seed: 1 });
  const { stimulus, decoded, following } = net.within(() => {
    configureSettings({ trainable: false });
    const stimulus = new Node([0]);
    const a = new Ensemble({ nNeurons: 50, dimensions: 1, intercepts: triangular(-1, 0, 0.9) });
    new Connection(stimulus, a, { synapse: null });
    const output = new Node({ sizeIn: 1 });
    const decoding = new Connection(a, output, { solver: steepestDescent({ steps: 1 }), synapse: movingAverage(0.01) });
    net.config.of(decoding).trainable = true;
    const follower = new Node(slew(100));
    new Connection(stimulus, follower, { synapse: null });
    return { stimulus, decoded: new Probe(output), following: new Probe(follower) };
  });
  const plugins = [parts(), neurons(), treePlannerPlugin(), sorters(), referenceBackend()];
  await using sim = await Simulator.create(net, { plugins });
  const behind = await sim.predict([[stimulus, [[0.15], [-1]]]], { steps: 2 });
  expect([...behind.get(following)!.data].map((value) => Number(value.toFixed(6)))).toEqual([0.1, 0.15, -0.1, -0.2]);
  const inputs = Array.from({ length: 16 }, (_, item) => [item / 8 - 1]);
  // Nothing is asked for while the average fills.
  const targets = inputs.map((input) => Array.from({ length: 15 }, (_, step) => (step < 10 ? [NaN] : input)));
  const { epochs } = await sim.train([[stimulus, inputs]], {
    targets: [[decoded, targets]],
    losses: [[decoded, pseudoHuber(0.1)]],
    optimizer: signMomentum({ learningRate: 1e-6 }),
    epochs: 20,
    minibatchSize: 4,
  });
  expect(epochs.at(-1)!.training['loss']).toBeLessThan(0.5 * epochs[0]!.training['loss']!);
});
