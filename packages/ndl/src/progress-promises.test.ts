/** @file An `onProgress` that returns promises: calls wait for them, and reject with what they reject with. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Connection, defaultPlugins, Network, Node, Probe, REFERENCE_BACKEND, sgd, Simulator } from './index.ts';

function small(): Network {
  return new Network({ seed: 0 }, () => {
    const input = new Node([0.5]);
    const output = new Node({ sizeIn: 1 });
    new Connection(input, output, { synapse: null, transform: 2 });
    new Probe(output);
  });
}

const options = { plugins: defaultPlugins(), settings: { backend: REFERENCE_BACKEND } };
const failing = async (): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, 1));
  throw new Error('no paper');
};

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
  if (unhandled.length > 0) throw new Error(`unhandled: ${String(unhandled[0])}`);
});

const calls: readonly [string, (sim: Simulator, onProgress: () => Promise<void>) => Promise<unknown>][] = [
  ['runSteps', (sim, onProgress) => sim.runSteps(3, { onProgress })],
  ['stream', (sim, onProgress) => sim.stream({ steps: 1, onProgress }).next()],
  ['predict', (sim, onProgress) => sim.predict([[1]], { onProgress })],
  ['evaluate', (sim, onProgress) => sim.evaluate([[1]], { targets: [[1]], onProgress })],
  [
    'train',
    (sim, onProgress) => sim.train([[1]], { targets: [[1]], optimizer: sgd({ learningRate: 0.1 }), onProgress }),
  ],
];

it.each(calls)('%s rejects with what its listener rejects with', async (_, call) => {
  await using sim = await Simulator.create(small(), options);
  await expect(call(sim, failing)).rejects.toThrow('no paper');
  await sim.runSteps(1);
});

it.each(calls)('%s waits for its listener', async (_, call) => {
  await using sim = await Simulator.create(small(), options);
  let finished = 0;
  await call(sim, async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    finished += 1;
  });
  expect(finished).toBeGreaterThan(0);
});

it('Simulator.create rejects with what its listener rejects with', async () => {
  await expect(Simulator.create(small(), { ...options, onProgress: failing })).rejects.toThrow('no paper');
});
