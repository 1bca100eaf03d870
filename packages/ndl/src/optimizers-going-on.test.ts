/** @file An optimizer that is given to call after call goes on where it was: what it remembers, its schedule, the order of the items. */
import { describe, expect, test } from 'vitest';
import {
  adam,
  Connection,
  momentum,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  rmsprop,
  sgd,
  TFJS_BACKEND,
  WASM_BACKEND,
  type Optimizer,
  type Simulator,
} from './index.ts';
import { bitsOf, failing, simulate } from './reference-simulator.test-helper.ts';

const ITEMS = 10;

/** y = W x, of items whose y is 2 x₀ - x₁, and something that no W gives. */
async function learner(settings: Parameters<typeof simulate>[1] = {}) {
  const { net, input, probe, connection } = new Network({ seed: 3 }).within((net) => {
    const [input, output] = [new Node([0, 0]), new Node({ sizeIn: 1 })];
    const connection = new Connection(input, output, { transform: [[0.5, 0.25]], synapse: null });
    return { net, input, connection, probe: new Probe(output) };
  });
  const sim = await simulate(net, settings, { minibatchSize: 2 });
  const points = Array.from({ length: ITEMS }, (_, item) => [Math.sin(item), Math.cos(3 * item)] as const);
  const inputs = points.map((point) => [[...point]]);
  const targets = points.map(([x, y]) => [[2 * x - y + x * y]]);
  return {
    sim,
    train: (optimizer: Optimizer, epochs: number, options: Partial<Parameters<Simulator['train']>[1]> = {}) =>
      sim.train([[input, inputs]], { targets: [[probe, targets]], optimizer, epochs, ...options }),
    weights: () => bitsOf(sim.data.get(connection).weights!.data),
  };
}

const decaying = (update: number): number => 0.1 / update;

const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  adam: () => adam({ learningRate: decaying }),
  momentum: () => momentum({ learningRate: decaying }),
  rmsprop: () => rmsprop({ learningRate: decaying }),
  sgd: () => sgd({ learningRate: decaying }),
};

const BACKENDS = {
  reference: { backend: REFERENCE_BACKEND },
  wasm: { backend: WASM_BACKEND },
  tfjs: { backend: TFJS_BACKEND, dtype: 'float32', sessionConfig: { engine: 'cpu' } },
} as const;

describe.each(Object.entries(BACKENDS))('on %s', (_, settings) => {
  test.each(Object.entries(OPTIMIZERS))('%s: twice one epoch are two epochs, bit for bit', async (_name, make) => {
    const [once, twice] = [await learner(settings), await learner(settings)];
    await once.train(make(), 2);
    const optimizer = make();
    await twice.train(optimizer, 1);
    const between = twice.weights();
    await twice.train(optimizer, 1);
    expect(twice.weights()).toEqual(once.weights());
    expect(twice.weights()).not.toEqual(between);
    await Promise.all([once.sim.dispose(), twice.sim.dispose()]);
  });

  test('a call that is aborted before its first update changes nothing, the order of items neither', async () => {
    const [alone, disturbed] = [await learner(settings), await learner(settings)];
    const [one, other] = [OPTIMIZERS['adam']!(), OPTIMIZERS['adam']!()];
    await alone.train(one, 2);
    await disturbed.train(other, 1);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(disturbed.train(other, 1, { signal })).rejects.toThrow('enough');
    await disturbed.train(other, 1);
    expect(disturbed.weights()).toEqual(alone.weights());
    await Promise.all([alone.sim.dispose(), disturbed.sim.dispose()]);
  });

  test('another optimizer in between changes nothing of what the first one remembers', async () => {
    const [alone, disturbed] = [await learner(settings), await learner(settings)];
    const [one, other, still] = [OPTIMIZERS['adam']!(), OPTIMIZERS['adam']!(), adam({ learningRate: 0 })];
    await alone.train(one, 3);
    await disturbed.train(other, 1);
    await disturbed.train(still, 2);
    await disturbed.train(other, 1);
    await disturbed.train(still, 1, { shuffle: false });
    await disturbed.train(other, 1);
    expect(disturbed.weights()).toEqual(alone.weights());
    await Promise.all([alone.sim.dispose(), disturbed.sim.dispose()]);
  });
});

test('a new one begins anew', async () => {
  const [going, anew] = [await learner(), await learner()];
  const optimizer = adam();
  for (const next of [optimizer, optimizer]) await going.train(next, 1);
  for (const next of [adam(), adam()]) await anew.train(next, 1);
  expect(going.weights()).not.toEqual(anew.weights());
});

test('one optimizer may train two simulators: each has its own progress', async () => {
  const [one, other, alone] = [await learner(), await learner(), await learner()];
  const optimizer = adam({ learningRate: decaying });
  await one.train(optimizer, 1);
  await other.train(optimizer, 2);
  await one.train(optimizer, 1);
  await alone.train(adam({ learningRate: decaying }), 2);
  expect(one.weights()).toEqual(alone.weights());
  expect(other.weights()).toEqual(alone.weights());
});

test('the order of the items goes on with the seed, and begins again with another', async () => {
  const [whole, pieces, others] = [await learner(), await learner(), await learner()];
  await whole.train(sgd({ learningRate: 0.05 }), 2, { seed: 5 });
  const [optimizer, another] = [sgd({ learningRate: 0.05 }), sgd({ learningRate: 0.05 })];
  for (const seed of [5, 5]) await pieces.train(optimizer, 1, { seed });
  for (const seed of [5, 6]) await others.train(another, 1, { seed });
  expect(pieces.weights()).toEqual(whole.weights());
  expect(others.weights()).not.toEqual(whole.weights());
});

test('what diverged is not gone on with', async () => {
  const [diverged, alone] = [await learner(), await learner()];
  let rate = 1e300;
  const optimizer = momentum({ learningRate: () => rate });
  await expect(diverged.train(optimizer, 3)).rejects.toEqual(failing('LOSS_NOT_FINITE'));
  rate = 0.1;
  await diverged.train(optimizer, 1);
  await alone.train(momentum({ learningRate: 0.1 }), 1);
  expect(diverged.weights()).toEqual(alone.weights());
});
