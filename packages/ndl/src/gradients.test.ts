/** @file `gradients`: derivatives of losses by object, as closed forms, other backends and what `train` does with them say. */
import { expect, it } from 'vitest';
import {
  configureSettings,
  Connection,
  Ensemble,
  lifRate,
  lowpass,
  meanSquaredError,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  sgd,
  Simulator,
  TFJS_BACKEND,
  WASM_BACKEND,
} from './index.ts';
import { expectClose, linearNetwork, squaredErrorGradient } from './linear-network.test-helper.ts';
import { failing } from './reference-simulator.test-helper.ts';

const BACKENDS = { reference: REFERENCE_BACKEND, wasm: WASM_BACKEND, tfjs: TFJS_BACKEND } as const;
const backends = Object.entries(BACKENDS);

const weights = [
  [0.5, -1, 0.25],
  [2, 0, -0.75],
];
const items = [
  [1, 2, 3],
  [-1, 0.5, 0],
];
const wanted = [
  [0, 1],
  [2, -3],
];

it.each(backends)('are those of a linear network by hand, on %s, and move nothing', async (_, backend) => {
  const { net, input, connection, output } = linearNetwork(weights);
  await using sim = await Simulator.create(net, { settings: { backend } });
  const before = sim.encodeParameters();
  const { reports, gradients } = await sim.gradients([[input, items]], {
    targets: [[output, wanted]],
    losses: meanSquaredError(),
  });
  const { loss, gradient } = squaredErrorGradient(weights, items, wanted);
  expect(reports['loss']).toBeCloseTo(loss, 5);
  expect([...gradients.keys()]).toEqual([connection]);
  const { weights: found } = gradients.get(connection)!;
  expect(found!.shape).toEqual([2, 3]);
  expectClose(found!.data, gradient.flat(), 1e-6);
  expect(sim.encodeParameters()).toEqual(before);
});

/** Every kind of array that training moves. */
function mixedNetwork() {
  const net = new Network({ seed: 3 });
  return net.within(() => {
    configureSettings({ dtype: 'float64', trainable: true });
    const input = new Node([0], { label: 'input' });
    const inner = new Network({ label: 'inner' });
    const hidden = inner.within(() => new Ensemble({ nNeurons: 6, dimensions: 1, neuronType: lifRate() }));
    const fixed = new Ensemble({ nNeurons: 5, dimensions: 1, neuronType: lifRate() });
    const first = new Connection(input, hidden, { transform: [[0.8]], synapse: null });
    const slow = new Connection(hidden, fixed, { synapse: lowpass(0.01) });
    const last = new Connection(hidden, fixed, { synapse: null });
    net.config.of(fixed).trainable = false;
    net.config.of(slow).trainable = { tau: true };
    return { net, input, hidden, fixed, first, slow, last, probe: new Probe(fixed) };
  });
}

const sequence = [[[0.3], [-0.2], [0.5], [0.1], [0.8], [-0.4]]];

// With blocks, so little that the update of one hardly changes the gradients of the next.
it.each([
  [undefined, 1e-6],
  [2, 1e-9],
])('are by what one pass of gradient descent moves each array, with truncation %s', async (truncation, rate) => {
  const { net, input, hidden, first, slow, last, fixed, probe } = mixedNetwork();
  await using sim = await Simulator.create(net, { settings: { backend: WASM_BACKEND } });
  const data = [[input, sequence]] as const;
  const targets = [[probe, sequence]] as const;
  const { gradients } = await sim.gradients(data, { targets, truncation });
  expect(gradients.has(fixed)).toBe(false);
  expect(Object.keys(gradients.get(slow)!)).toContain('log(tau)');
  expect(Object.keys(gradients.get(hidden)!).toSorted()).toEqual(['bias', 'scaledEncoders']);
  const now = () => [
    sim.data.get(hidden).scaledEncoders,
    sim.data.get(hidden).bias!,
    sim.data.get(first).weights!,
    sim.data.get(last).weights!,
  ];
  const before = now();
  await sim.train(data, { targets, truncation, optimizer: sgd({ learningRate: rate }) });
  const moved = now().map((array, at) => array.data.map((value, index) => (before[at]!.data[index]! - value) / rate));
  const told = [
    gradients.get(hidden)!['scaledEncoders']!,
    gradients.get(hidden)!['bias']!,
    gradients.get(first)!['weights']!,
    gradients.get(last)!['weights']!,
  ];
  for (const [at, { data: derivatives, shape }] of told.entries()) {
    expect(shape).toEqual(before[at]!.shape);
    expect(derivatives.some((value) => value !== 0)).toBe(true);
    expectClose(moved[at]!, derivatives, 1e-3);
  }
});

it('refuses a loss that is no number, and what nothing of can be learnt', async () => {
  const { net, input, output } = linearNetwork(weights);
  await using sim = await Simulator.create(net, { settings: { backend: REFERENCE_BACKEND } });
  const far = { targets: [[output, [[1e30, 0]]]] } as const;
  await expect(sim.gradients([[input, [[1, 1, 1]]]], far)).rejects.toEqual(failing('LOSS_NOT_FINITE', 'gradients:'));
  await expect(sim.gradients([[input, [[1, 1, 1]]]], {} as never)).rejects.toEqual(
    failing('INVALID_OPTION', 'gradients: targets'),
  );
  const fixed = linearNetwork(weights);
  fixed.net.within(() => configureSettings({ trainable: false }));
  await using still = await Simulator.create(fixed.net);
  await expect(still.gradients([[fixed.input, [[1, 1, 1]]]], { targets: [[fixed.output, [[0, 0]]]] })).rejects.toEqual(
    failing('NOTHING_TRAINABLE', ''),
  );
});
