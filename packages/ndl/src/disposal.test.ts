/** @file What becomes of calls that are under way when a simulator goes. */
import { describe, expect, it } from 'vitest';
import { Connection, Network, Node, Probe, sgd, TFJS_BACKEND, type Simulator } from './index.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

function sample() {
  const net = new Network({ seed: 0 });
  return net.within(() => {
    const output = new Node({ sizeIn: 1 });
    new Connection(new Node([0]), output, { synapse: null, transform: [[0.5]] });
    return { net, probe: new Probe(output) };
  });
}

const optimizer = sgd({ learningRate: 0 });
const long = { steps: 50_000 };

/** Calls that take long enough to be under way. */
const calls: readonly (readonly [string, (sim: Simulator) => Promise<unknown>])[] = [
  ['runSteps', (sim) => sim.runSteps(100_000)],
  ['train', (sim) => sim.train([[1]], { targets: [[2]], optimizer, epochs: 100_000 })],
  ['evaluate', (sim) => sim.evaluate([[1]], { targets: [[2]], ...long })],
  ['predict', (sim) => sim.predict([[1]], long)],
  ['gradients', (sim) => sim.gradients([[1]], { targets: [[2]], ...long })],
  ['checkGradients', (sim) => sim.checkGradients({ steps: 3000 })],
  ['decodeParameters', (sim) => sim.decodeParameters(sim.encodeParameters())],
];

describe.each(calls)('%s', (call, act) => {
  it('not awaited in a function with `await using` says that it was still running', async () => {
    const unawaited = async (): Promise<unknown> => {
      await using sim = await simulate(sample().net);
      return act(sim);
    };
    await expect(unawaited()).rejects.toEqual(
      failing('SIMULATOR_DISPOSED', `${call} was still running when the simulator was disposed of; await it`),
    );
  });
});

it('on tfjs the same', async () => {
  const unawaited = async (): Promise<unknown> => {
    await using sim = await simulate(sample().net, { backend: TFJS_BACKEND, dtype: 'float32' });
    return sim.train([[1]], { targets: [[2]], optimizer, epochs: 1000 });
  };
  await expect(unawaited()).rejects.toEqual(failing('SIMULATOR_DISPOSED', 'train was still running'));
});

it('a call that was aborted as well rejects with the reason', async () => {
  const sim = await simulate(sample().net);
  const controller = new AbortController();
  const running = sim.runSteps(100_000, { signal: controller.signal });
  const reason = new Error('unmounted');
  controller.abort(reason);
  await sim.dispose();
  await expect(running).rejects.toBe(reason);
});

it('a call after it says which one was still running, if one was', async () => {
  const [idle, busy] = [await simulate(sample().net), await simulate(sample().net)];
  await idle.dispose();
  const after = 'runSteps was called after the simulator was disposed of';
  await expect(idle.runSteps(1)).rejects.toEqual(failing('SIMULATOR_DISPOSED', `${after}. Data`));
  const running = busy.runSteps(100_000);
  await busy.dispose();
  await expect(running).rejects.toEqual(failing('SIMULATOR_DISPOSED', 'runSteps was still running'));
  await expect(busy.runSteps(1)).rejects.toEqual(
    failing('SIMULATOR_DISPOSED', `${after}, while runSteps was still running. Data`),
  );
});

describe('a stream', () => {
  it('ends quietly when the simulator goes between two pieces, as when a page is unmounted', async () => {
    const sim = await simulate(sample().net);
    const steps: number[] = [];
    for await (const { step } of sim.stream()) {
      steps.push(step);
      if (step === 3) await sim.dispose();
    }
    expect(steps).toEqual([1, 2, 3]);
  });

  it('ends quietly when the simulator goes in the middle of a piece', async () => {
    const sim = await simulate(sample().net);
    setTimeout(() => void sim.dispose(), 10);
    let pieces = 0;
    for await (const _ of sim.stream({ every: 20_000 })) pieces++;
    expect(pieces).toBeLessThan(1000);
  });

  it('of which nothing was asked yet ends, too; one that is asked for later is refused', async () => {
    const sim = await simulate(sample().net);
    const stream = sim.stream();
    await sim.dispose();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(() => sim.stream()).toThrow(failing('SIMULATOR_DISPOSED', 'stream was called after') as Error);
  });

  it('checks its options when it is asked for, not when its first piece is', async () => {
    await using sim = await simulate(sample().net);
    expect(() => sim.stream({ every: 0 })).toThrow(failing('INVALID_OPTION', 'every') as Error);
  });
});

describe('a network without probes', () => {
  it('runs; what needs a probe says so', async () => {
    const net = new Network({ seed: 0 }, () => {
      const output = new Node({ sizeIn: 1 });
      new Connection(new Node([0]), output, { synapse: null, transform: [[2]] });
    });
    await using sim = await simulate(net);
    await sim.runSteps(2);
    expect(sim.nSteps).toBe(2);
    expect((await sim.predict([[1]])).size).toBe(0);
    const refusal = /the network has no probe/;
    await expect(sim.train([[1]], { targets: [[1]], optimizer })).rejects.toThrow(refusal);
    await expect(sim.evaluate([[1]], { targets: [[1]] })).rejects.toThrow(refusal);
  });

  it('without nodes that could be fed, data for one say so', async () => {
    const net = new Network({ seed: 0 }, () => void new Probe(new Node({ sizeIn: 1 })));
    await using sim = await simulate(net);
    await expect(sim.predict([[1]])).rejects.toThrow(/the network has no node that could be fed/);
    expect((await sim.predict(new Map(), { steps: 2 })).size).toBe(1);
  });
});
