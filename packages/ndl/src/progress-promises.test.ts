/** @file An `onProgress` that returns promises: calls wait for them, and reject with what they reject with. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Connection,
  defaultPlugins,
  type NdlError,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  sgd,
  Simulator,
} from './index.ts';

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

/** What a stream says after its last piece. */
async function endOf<Piece>(stream: AsyncGenerator<Piece>): Promise<IteratorResult<Piece>> {
  for (;;) {
    const next = await stream.next();
    if (next.done === true) return next;
  }
}

const calls: readonly [string, (sim: Simulator, onProgress: () => Promise<void>) => Promise<unknown>][] = [
  ['runSteps', (sim, onProgress) => sim.runSteps(3, { onProgress })],
  ['stream', (sim, onProgress) => endOf(sim.stream({ steps: 1, onProgress }))],
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

describe('a promise that never settles does not hold its call', () => {
  const never = (): Promise<void> => new Promise(() => undefined);
  const waiting: typeof calls = [
    ...calls,
    ['checkGradients', (sim, onProgress) => sim.checkGradients({ onProgress })],
    [
      'a callback of train',
      (sim, onEpochEnd) =>
        sim.train([[1]], { targets: [[1]], optimizer: sgd({ learningRate: 0 }), callbacks: [{ onEpochEnd }] }),
    ],
  ];

  it.each(waiting)('%s: an abort ends it, by the signal of the call or of the simulator', async (_, call) => {
    const abort = new AbortController();
    await using sim = await Simulator.create(small(), { ...options, signal: abort.signal });
    const reason = new Error('enough');
    const running = call(sim, () => {
      setTimeout(() => abort.abort(reason), 1);
      return never();
    });
    await expect(running).rejects.toBe(reason);
    await sim.runSteps(1, { signal: new AbortController().signal });
  });

  it.each(waiting)('%s: disposing of the simulator ends it', async (name, call) => {
    const sim = await Simulator.create(small(), options);
    const running = call(sim, () => {
      setTimeout(() => void sim.dispose(), 1);
      return never();
    });
    const outcome = await running.then(
      (value) => value,
      (error: unknown) => (error as NdlError).code,
    );
    // A stream ends, all else says why.
    expect(outcome).toEqual(name === 'stream' ? { done: true, value: undefined } : 'SIMULATOR_DISPOSED');
  });

  it('an abort before it is asked ends it as well', async () => {
    const abort = new AbortController();
    await using sim = await Simulator.create(small(), options);
    const running = sim.runSteps(3, {
      signal: abort.signal,
      onProgress: () => {
        abort.abort(new Error('enough'));
        return never();
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(sim.nSteps).toBe(3);
  });

  it('Simulator.create: an abort ends it', async () => {
    const abort = new AbortController();
    const onProgress = (): Promise<void> => {
      setTimeout(() => abort.abort(new Error('enough')), 1);
      return never();
    };
    await expect(Simulator.create(small(), { ...options, signal: abort.signal, onProgress })).rejects.toThrow('enough');
  });
});
