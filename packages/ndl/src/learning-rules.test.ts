/** @file Learning rules: closed forms of one neuron, items, plans, backends, saved states, and training around them. */
import { describe, expect, test } from 'vitest';
import { sampleSize } from '../../../tools/sample-size.ts';
import { oneNeuron, rulesEverywhere, trajectory } from './learning-rules.test-helper.ts';
import {
  Connection,
  Ensemble,
  GREEDY_PLANNER,
  meanSquaredError,
  Network,
  Node,
  NOOP_PLANNER,
  pes,
  Probe,
  rls,
  sgd,
  TFJS_BACKEND,
  TRANSITIVE_PLANNER,
  WASM_BACKEND,
  type Settings,
} from './index.ts';
import { bitsOf, failing, simulate } from './reference-simulator.test-helper.ts';

const close = (actual: ArrayLike<number>, expected: readonly number[], digits = 12): void => {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, index) => expect(actual[index]).toBeCloseTo(value, digits));
};

describe('PES of one neuron with a constant activity', () => {
  test('moves its decoder by -rate · dt · error · activity, from the next step on', async () => {
    const { net, output, delta, error } = oneNeuron();
    await using sim = await simulate(net);
    await sim.runSteps(4);
    close(sim.data.get(output).data, trajectory(4));
    close(sim.data.get(error).data, [0.5, 0.5, 0.5, 0.5]);
    close(sim.data.get(delta).data, new Array<number>(4).fill(-0.1 * 0.001 * 0.5 * 2));
  });

  test('goes on from a saved state, and begins anew after a reset', async () => {
    const { net, output } = oneNeuron();
    await using sim = await simulate(net);
    await sim.runSteps(3);
    const state = await sim.saveState();
    await using other = await simulate(net, { planner: NOOP_PLANNER, backend: WASM_BACKEND });
    await other.restoreState(state);
    await other.runSteps(2);
    close(other.data.get(output).data, trajectory(5).slice(3));
    other.reset();
    await other.runSteps(2);
    close(other.data.get(output).data, trajectory(2));
  });

  test('lets training around it move what is not learnt online, by the gradient of what it does', async () => {
    const { net, stimulus, read, readOut, learning } = oneNeuron();
    await using sim = await simulate(net);
    const [steps, target, learningRate] = [3, 1, 0.05];
    await sim.train([[stimulus, [[[2], [2], [2]]]]], {
      targets: [[readOut, [[[target], [target], [target]]]]],
      losses: meanSquaredError(),
      optimizer: sgd({ learningRate }),
    });
    const y = trajectory(steps);
    const slope = y.reduce((sum, value) => sum + (2 * (3 * value - target) * value) / steps, 0);
    close(sim.data.get(read).weights!.data, [3 - learningRate * slope]);
    close(sim.data.get(learning).weights!.data, [0.25]);
  });

  test('is differentiated itself where somebody wants its start to be trained', async () => {
    const { net, stimulus, output, read, learning } = oneNeuron();
    net.config.addAttribute('trainable', null);
    net.config.of(learning).trainable = true;
    net.config.of(read).trainable = false;
    await using sim = await simulate(net);
    const [steps, target, learningRate] = [3, 1, 0.05];
    const data = {
      inputs: [[stimulus, [[[2], [2], [2]]]]],
      targets: [[output, [[[target], [target], [target]]]]],
    } as const;
    await sim.train(data.inputs, {
      targets: data.targets,
      losses: meanSquaredError(),
      optimizer: sgd({ learningRate }),
    });
    const slope = trajectory(steps).reduce((sum, value) => sum + (2 * (value - target) * 2) / steps, 0);
    close(sim.data.get(learning).weights!.data, [0.25 - learningRate * slope]);
    await sim.checkGradients(data);
  });
});

/** Others than the default: some in the gate, all in `npm run check`. */
const VARIANTS: readonly Partial<Settings>[] = [
  { backend: WASM_BACKEND, simplifications: [], planner: NOOP_PLANNER },
  { planner: GREEDY_PLANNER },
  { planner: TRANSITIVE_PLANNER, backend: WASM_BACKEND },
  { planner: NOOP_PLANNER },
  { simplifications: [] },
  { backend: WASM_BACKEND },
].slice(0, sampleSize(2, 6));

describe('rules in every position', () => {
  const STEPS = 12;
  const runs = async (settings: Partial<Settings>): Promise<readonly string[]> => {
    const { net, probes, inputs } = rulesEverywhere();
    await using sim = await simulate(net, settings, { minibatchSize: 2, onWarning: () => {} });
    await sim.runSteps(STEPS, { inputs });
    return probes.map((probe) => bitsOf(sim.data.get(probe).data).join());
  };

  test('have the same bits under every planner and simplification, on both backends that promise bits', async () => {
    const expected = await runs({});
    expect(new Set(expected.join().split(',')).size).toBeGreaterThan(1000);
    for (const settings of VARIANTS) expect(await runs(settings)).toEqual(expected);
  });

  test('learn of each item what they would learn of it alone', async () => {
    const { net, probes, inputs } = rulesEverywhere();
    await using both = await simulate(net, {}, { minibatchSize: 2 });
    await both.runSteps(STEPS, { inputs });
    await using one = await simulate(net);
    for (const item of [0, 1]) {
      one.reset();
      await one.runSteps(STEPS, { inputs: inputs.map(([node, data]) => [node, [data[item]!]] as const) });
      for (const probe of probes)
        expect(bitsOf(one.data.get(probe).data).join()).toBe(bitsOf(both.data.get(probe).row(item).data).join());
    }
  });

  test('compute on TensorFlow.js what they compute in double precision, to single precision', async () => {
    const { net, probes, inputs } = rulesEverywhere();
    await using exact = await simulate(net, {}, { minibatchSize: 2 });
    await using single = await simulate(net, { backend: TFJS_BACKEND, dtype: 'float32' }, { minibatchSize: 2 });
    for (const sim of [exact, single]) await sim.runSteps(STEPS, { inputs });
    for (const probe of probes) {
      const [got, wanted] = [single, exact].map((sim) => sim.data.get(probe).data) as [Float32Array, Float64Array];
      const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      wanted.forEach((value, index) => expect(Math.abs(got[index]! - value)).toBeLessThan(1e-4 * scale));
    }
  });

  test('have gradients that agree with differences', async () => {
    const { net, inputs } = rulesEverywhere();
    await using sim = await simulate(net);
    await sim.checkGradients({ inputs: inputs.map(([node, data]) => [node, [data[0].slice(0, 3)]] as const) });
  });
});

test('connections of an outer network may tell rules of an inner one, and the other way round', async () => {
  const net = new Network({ seed: 4 });
  const errors = net.within(() => {
    const stimulus = new Node([0.5]);
    const inner = new Network();
    const learn = () => {
      const a = new Ensemble({ nNeurons: 5, dimensions: 1 });
      return new Connection(a, new Node({ sizeIn: 1 }), { learningRuleType: pes() });
    };
    const [outside, inside] = [learn(), inner.within(learn)];
    inner.within(() => new Connection(stimulus, outside.learningRule, { synapse: null }));
    new Connection(stimulus, inside.learningRule, { synapse: null });
    return [new Probe(outside.learningRule), new Probe(inside.learningRule)];
  });
  await using sim = await simulate(net);
  await sim.runSteps(1);
  expect(errors.map((probe) => [...sim.data.get(probe).data])).toEqual([[0.5], [0.5]]);
});

test('RLS refuses errors that it cannot give to the neurons of more than one dimension', async () => {
  const net = new Network({ seed: 1 }).within((network) => {
    const [a, b] = [2, 2].map((dimensions) => new Ensemble({ nNeurons: 4, dimensions }));
    new Connection(a!.neurons, b!.neurons, { transform: new Array(4).fill([0, 0, 0, 0]), learningRuleType: rls() });
    return network;
  });
  await expect(simulate(net)).rejects.toThrow(failing('CANNOT_LEARN', 'an error of 2 dimensions'));
});
