/** @file Weights that a network learns while it runs: state of each item that begins as a parameter, and is treated so by every call. */
import { expect, test } from 'vitest';
import { ADD_RULE, expectedOutputs, hebb, learningNetwork, RATE } from './learnt-online.test-helper.ts';
import {
  defaultPlugins,
  meanSquaredError,
  REFERENCE_BACKEND,
  sgd,
  Simulator,
  type Network,
  type Settings,
} from './index.ts';

const create = (network: Network, minibatchSize?: number, settings: Partial<Settings> = {}): Promise<Simulator> =>
  Simulator.create(network, {
    plugins: [...defaultPlugins(), hebb],
    minibatchSize,
    settings: {
      backend: REFERENCE_BACKEND,
      dtype: 'float64',
      simplifications: [ADD_RULE],
      trainable: true,
      ...settings,
    },
  });

const X = [0.5, 2];
const inputs = X.map((x) => [[x], [x], [x]]);

const close = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, index) => expect(actual[index]).toBeCloseTo(value, 12));
};

test('each item learns its own, from the one parameter', async () => {
  const { net, stimulus, probe, weights } = learningNetwork(0.8);
  await using sim = await create(net, 2);
  await sim.runSteps(3, { inputs: [[stimulus, inputs]] });
  X.forEach((x, item) => close(sim.data.get(probe).row(item).data, expectedOutputs(0.8, x, 3)));
  expect(sim.data.get(weights).shape).toEqual([2, 3, 1, 1]);
});

test('what is read, kept in files and frozen is the parameter; a reset begins with its present value', async () => {
  const { net, learnt, probe } = learningNetwork(0.8);
  await using sim = await create(net);
  await sim.runSteps(4);
  expect([...sim.data.get(learnt).weights!.data]).toEqual([0.8]);
  await using other = await create(learningNetwork(-0.3).net);
  await sim.decodeParameters(other.encodeParameters());
  sim.reset();
  await sim.runSteps(2);
  close(sim.data.get(probe).data, expectedOutputs(-0.3, 1, 2));
  sim.freezeParameters();
  await using fresh = await create(net);
  await fresh.runSteps(2);
  expect([...fresh.data.get(probe).data]).toEqual([...sim.data.get(probe).data]);
});

test('the gradient of a loss over time flows into the parameter', async () => {
  const { net, stimulus, learnt, probe } = learningNetwork(0.8);
  await using sim = await create(net);
  const [data, learningRate] = [{ inputs: [[stimulus, inputs]] as const, targets: X.map(() => [[1], [1], [1]]) }, 0.01];
  const lossOf = (start: number): number => {
    const errors = X.flatMap((x) => expectedOutputs(start, x, 3).map((y) => (y - 1) ** 2));
    return errors.reduce((sum, error) => sum + error, 0) / errors.length;
  };
  const history = await sim.train(data.inputs, {
    targets: [[probe, data.targets]],
    losses: meanSquaredError(),
    optimizer: sgd({ learningRate }),
  });
  expect(history.epochs[0]!.training['loss']).toBeCloseTo(lossOf(0.8), 12);
  const slope = (lossOf(0.8 + 1e-5) - lossOf(0.8 - 1e-5)) / 2e-5;
  expect(sim.data.get(learnt).weights!.data[0]).toBeCloseTo(0.8 - learningRate * slope, 8);
  await sim.checkGradients({ inputs: data.inputs, targets: [[probe, data.targets]] });
});

test('truncated, the gradient reaches the parameter from the first window alone', async () => {
  const { net, stimulus, learnt, probe } = learningNetwork(0.8);
  await using sim = await create(net);
  const [first, second] = [expectedOutputs(0.8, 2, 1)[0]!, 0];
  expect(second).toBe(0);
  await sim.train([[stimulus, [[[2], [2]]]]], {
    targets: [[probe, [[[1], [1]]]]],
    losses: meanSquaredError(),
    optimizer: sgd({ learningRate: 0.01 }),
    truncation: 1,
  });
  expect(sim.data.get(learnt).weights!.data[0]).toBeCloseTo(0.8 - 0.01 * 2 * (first - 1) * 2, 12);
});

test('a saved state holds what was learnt, and nothing of it is lost on the way', async () => {
  const { net, probe } = learningNetwork(0.8);
  await using sim = await create(net);
  await sim.runSteps(3);
  const state = await sim.saveState();
  await using other = await create(net, undefined, { dtype: 'float64', trainable: false });
  await other.restoreState(state);
  await other.runSteps(3);
  close(other.data.get(probe).data, expectedOutputs(0.8, 1, 6).slice(3));
  expect(RATE).toBeGreaterThan(0);
});
