/** @file `train(…, { memory })`: what is not kept is computed once more, and nothing else changes. */
import { expect, test } from 'vitest';
import {
  Connection,
  Ensemble,
  hostLoss,
  Network,
  ndarray,
  Node,
  Probe,
  sgd,
  TFJS_BACKEND,
  WASM_BACKEND,
  type Settings,
} from './index.ts';
import { bitsOf, failing, simulate } from './reference-simulator.test-helper.ts';

function model() {
  return new Network({ seed: 5 }).within((net) => {
    const stimulus = new Node([0]);
    const a = new Ensemble({ nNeurons: 15, dimensions: 1 });
    new Connection(stimulus, a);
    const loop = new Connection(a, a, { synapse: 0.05 });
    // A function is called once for each step, however often blocks are computed.
    let calls = 0;
    const counter = new Node((_, x) => ((calls += 1), [x[0]!]), { sizeIn: 1 });
    new Connection(a, counter, { synapse: 0.01 });
    return { net, stimulus, loop, probe: new Probe(a, { synapse: 0.02 }), callsSoFar: () => calls };
  });
}

async function learn(options: { readonly memory?: number }, settings: Partial<Settings> = {}) {
  const { net, stimulus, loop, probe, callsSoFar } = model();
  const warnings: string[] = [];
  await using sim = await simulate(net, settings, { onWarning: (text) => void warnings.push(text) });
  const steps = 70;
  const wave = (scale: number) =>
    ndarray(Float64Array.from({ length: 2 * steps }, (_, k) => scale * Math.sin(k))).reshape([2, steps, 1]);
  const before = callsSoFar();
  await sim.train([[stimulus, wave(1)]], {
    targets: [[probe, wave(0.5)]],
    optimizer: sgd({ learningRate: 0.1 }),
    epochs: 2,
    truncation: 40,
    ...options,
  });
  return { weights: bitsOf(sim.data.get(loop).weights!.data), calls: callsSoFar() - before, warnings };
}

test('little memory gives the same bits as much', async () => {
  const expected = await learn({});
  const little = await learn({ memory: 1000 });
  expect(little.weights).toEqual(expected.weights);
  expect(little.calls).toBe(expected.calls);
  expect((await learn({ memory: 1e9 })).weights).toEqual(expected.weights);
});

test('a backend that keeps everything says so, once', async () => {
  const { warnings } = await learn({ memory: 1000 }, { backend: TFJS_BACKEND, dtype: 'float32' });
  expect(warnings.filter((text) => /memory has no effect on backend tfjs/.test(text))).toHaveLength(1);
  expect((await learn({ memory: 1e9 }, { backend: TFJS_BACKEND, dtype: 'float32' })).warnings).not.toContainEqual(
    expect.stringMatching(/memory has no effect/),
  );
});

test.each([0, -1, 1.5, NaN, '1e6'])('memory %j is refused', async (memory) => {
  await expect(learn({ memory: memory as number })).rejects.toEqual(failing('INVALID_OPTION', 'memory'));
});

test.each<[string, Partial<Settings>, number | undefined]>([
  ['reference', {}, undefined],
  ['reference, computed once more', {}, 1000],
  ['wasm, computed once more', { backend: WASM_BACKEND }, 1000],
])(
  'a loss of one’s own is called once for each step, and once for its gradient, on %s',
  async (_, settings, memory) => {
    const { net, stimulus, probe } = model();
    await using sim = await simulate(net, settings, { onWarning: () => {} });
    let calls = 0;
    const losses = hostLoss({
      label: 'own',
      call: (output) => ((calls += 1), { loss: output[0]! ** 2, gradient: output.map((each) => 2 * each) }),
    });
    const steps = 12;
    const zeros = ndarray(new Float64Array(steps)).reshape([1, steps, 1]);
    await sim.train([[stimulus, zeros]], {
      targets: [[probe, zeros]],
      losses,
      optimizer: sgd({ learningRate: 0.1 }),
      truncation: 5,
      ...(memory !== undefined && { memory }),
    });
    expect(calls).toBe(2 * steps);
  },
);
