/** @file Calls of a simulator can be aborted wherever they look whether they are, and tell nothing but the reason. */
import { expect, test, vi } from 'vitest';
import { adam, Connection, Ensemble, Network, Node, Probe, Simulator } from './index.ts';

/** A signal that is aborted when it is looked at for the given time. */
function abortedAtLook(look: number, reason: Error): { readonly signal: AbortSignal; readonly looks: () => number } {
  const { signal } = new AbortController();
  let looks = 0;
  const isAborted = (): boolean => looks >= look;
  Object.defineProperties(signal, {
    aborted: { get: () => ((looks += 1), isAborted()) },
    reason: { get: () => reason },
    throwIfAborted: {
      value() {
        looks += 1;
        if (isAborted()) throw reason;
      },
    },
  });
  return { signal, looks: () => looks };
}

const inputs = [[0.1], [0.2], [0.3], [0.4]];
const targets = inputs.map((item) => [item]);

function network() {
  return new Network({ seed: 0 }).within((net) => {
    const input = new Node([0]);
    const population = new Ensemble({ nNeurons: 10, dimensions: 1 });
    const output = new Node({ sizeIn: 1 });
    new Connection(input, population, { synapse: null });
    new Connection(population, output, { synapse: null });
    return { net, input, probe: new Probe(output) };
  });
}

type Model = ReturnType<typeof network>;

const calls: Readonly<Record<string, (sim: Simulator, model: Model, signal: AbortSignal) => Promise<unknown>>> = {
  runSteps: (sim, _, signal) => sim.runSteps(5, { signal }),
  train: (sim, { input, probe }, signal) =>
    sim.train([[input, inputs]], { targets: [[probe, targets]], optimizer: adam(), minibatchSize: 2, signal }),
  evaluate: (sim, { input, probe }, signal) => sim.evaluate([[input, inputs]], { targets: [[probe, targets]], signal }),
  predict: (sim, { input }, signal) => sim.predict([[input, inputs]], { steps: 2, signal }),
  gradients: (sim, { input, probe }, signal) =>
    sim.gradients([[input, inputs]], { targets: [[probe, targets]], signal }),
  checkGradients: (sim, { input, probe }, signal) =>
    sim.checkGradients({ inputs: [[input, inputs]], targets: [[probe, targets]], signal }),
};

/** What a call of a new simulator throws, on a clock on which every look takes so long that it is somebody else's turn. */
async function thrownBy(call: (typeof calls)[string], signal: AbortSignal): Promise<unknown> {
  const model = network();
  await using sim = await Simulator.create(model.net, { onWarning: () => {} });
  let now = 0;
  using _clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 100));
  return await call(sim, model, signal).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Looks at which a call is aborted, spread evenly from the first on; at the last one it may be done. */
const SAMPLE = 8;

test.each(Object.entries(calls))('%s', async (_, call) => {
  const never = abortedAtLook(Infinity, new Error('never'));
  expect(await thrownBy(call, never.signal)).toBeUndefined();
  expect(never.looks()).toBeGreaterThan(SAMPLE);
  for (let sample = 0; sample < SAMPLE; sample++) {
    const look = 1 + Math.floor((sample * (never.looks() - 1)) / SAMPLE);
    const reason = new Error(`at look ${look} of ${never.looks()}`);
    expect(await thrownBy(call, abortedAtLook(look, reason).signal)).toBe(reason);
  }
});
