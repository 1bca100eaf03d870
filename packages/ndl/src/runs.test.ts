/** @file Running: times, samples, state, inputs, streams, resets. Times are those of Nengo: n = round(t/dt), the first step at t = dt. */
import { describe, expect, it } from 'vitest';
import { PROCESS_DEFINITIONS, type ProcessDefinition } from '@ndl/core';
import {
  configureSettings,
  Connection,
  definePlugin,
  Ensemble,
  lif,
  lowpass,
  Network,
  Node,
  piecewise,
  presentInput,
  Probe,
  RandomState,
  defaultPlugins,
  type Process,
  type Progress,
} from './index.ts';
import { expectClose } from './linear-network.test-helper.ts';
import { bitsOf, failing, simulate } from './reference-simulator.test-helper.ts';

describe('a part of a node that takes more or less than it gives', () => {
  it('is of its outputs where it is a source or probed, and of its inputs where it is a target', async () => {
    const net = new Network({ seed: 1 });
    const { last, whole } = net.within(() => {
      const narrow = new Node((_, x) => [x[0]!, 10 * x[1]!, 0, 0, 100 * x[1]!], { sizeIn: 2 });
      const wide = new Node((_, x) => [x[4]!, 2 * x[4]!], { sizeIn: 5 });
      new Connection(new Node([3]), narrow.at(-1), { synapse: null });
      new Connection(narrow.at(-1), wide.at(-1), { synapse: null });
      return { last: new Probe(wide.at(-1)), whole: new Probe(narrow) };
    });
    await using sim = await simulate(net);
    await sim.runSteps(1);
    expect([...sim.data.get(last).data, ...sim.data.get(whole).data]).toEqual([600, 0, 30, 0, 0, 300]);
  });
});

interface Clock {
  readonly net: Network;
  readonly node: Node;
  readonly probe: Probe;
  /** Times at which the node was asked. */
  readonly calls: number[];
}

/** A node that tells the time. */
function clock(options: { readonly sampleEvery?: number } = {}): Clock {
  const calls: number[] = [];
  const net = new Network({ seed: 1 });
  return net.within(() => {
    const node = new Node(
      (t) => {
        calls.push(t);
        return t;
      },
      { sizeOut: 1, label: 'clock' },
    );
    return { net, node, probe: new Probe(node, options), calls };
  });
}

const times = (steps: number, dt = 0.001): number[] => Array.from({ length: steps }, (_, index) => (index + 1) * dt);

describe('time', () => {
  it.each([
    [0.01, 0.001, 10],
    [0.0104, 0.001, 10],
    [0.0106, 0.001, 11],
    [0.0025, 0.001, 2],
    [0.0035, 0.001, 4],
    [0.1, 0.03, 3],
    [0, 0.001, 0],
  ])('run(%d) with dt %d takes %d steps', async (seconds, dt, steps) => {
    const { net, calls } = clock();
    await using sim = await simulate(net, {}, { dt });
    await sim.run(seconds);
    expect(sim.nSteps).toBe(steps);
    expect(sim.time).toBe(steps * dt);
    expect(calls).toEqual(times(steps, dt));
  });

  it('goes on from run to run; nodes are asked once a step, the first at t = dt', async () => {
    const { net, probe, calls } = clock();
    await using sim = await simulate(net);
    await sim.runSteps(3);
    await sim.step();
    await sim.run(0.002);
    expect(calls).toEqual(times(6));
    expect([...sim.data.get(probe).data]).toEqual(times(6));
    expect([...sim.trange()]).toEqual(times(6));
  });

  it('stays exact over many steps', async () => {
    const { net, probe } = clock();
    await using sim = await simulate(net);
    await sim.run(1.3);
    expect(sim.data.get(probe).data.at(-1)).toBe(1300 * 0.001);
  });
});

describe('samples', () => {
  it.each([0.003, 0.0025, 0.001, 0.0004])(
    'sampleEvery %d takes those of the steps n with n mod (sampleEvery/dt) < 1',
    async (sampleEvery) => {
      const { net, probe } = clock({ sampleEvery });
      await using sim = await simulate(net);
      for (const steps of [7, 1, 22]) await sim.runSteps(steps);
      const expected = times(30).filter((_, index) => (index + 1) % (sampleEvery / 0.001) < 1);
      expect([...sim.data.get(probe).data]).toEqual(expected);
      expect([...sim.trange({ sampleEvery })]).toEqual(expected);
    },
  );

  it('keepHistory: false keeps the last alone, of one probe or of all', async () => {
    const { net, probe, node } = clock();
    const other = net.within(() => new Probe(node));
    await using all = await simulate(net, { keepHistory: false });
    await all.runSteps(5);
    for (const each of [probe, other]) expect(all.data.get(each).toNested()).toEqual([[0.005]]);
    net.within(() => configureSettings({ keepHistory: true }));
    net.config.of(probe).keepHistory = false;
    await using one = await simulate(net);
    await one.runSteps(5);
    expect(one.data.get(probe).shape).toEqual([1, 1]);
    expect(one.data.get(other).shape).toEqual([5, 1]);
  });

  it('clearProbes forgets samples, not time', async () => {
    const { net, probe } = clock();
    await using sim = await simulate(net);
    await sim.runSteps(4);
    sim.clearProbes();
    expect(sim.data.get(probe).shape).toEqual([0, 1]);
    await sim.runSteps(2);
    expect([...sim.data.get(probe).data]).toEqual([0.005, 0.006]);
  });

  it('have an items axis in front where a minibatch size is given, of 1 too', async () => {
    const { net, probe } = clock();
    for (const [minibatchSize, shape] of [
      [undefined, [4, 1]],
      [1, [1, 4, 1]],
      [3, [3, 4, 1]],
    ] as const) {
      await using sim = await simulate(net, {}, { minibatchSize });
      await sim.runSteps(4);
      expect(sim.data.get(probe).shape).toEqual(shape);
      expect([...sim.data.get(probe).data].slice(-4)).toEqual(times(4));
    }
  });

  it('are copies: what is read stays as it was', async () => {
    const { net, probe } = clock();
    await using sim = await simulate(net);
    await sim.runSteps(2);
    const before = sim.data.get(probe);
    await sim.runSteps(2);
    before.data.fill(7);
    expect([...sim.data.get(probe).data]).toEqual(times(4));
  });
});

describe('inputs', () => {
  it('replace a node for the steps of one run; others, and later runs, ask the nodes', async () => {
    const { net, node, probe, calls } = clock();
    const other = net.within(() => new Probe(new Node((t) => -t)));
    await using sim = await simulate(net);
    await sim.runSteps(3, { inputs: [[node, [[[5], [6], [7]]]]] });
    expect(calls).toEqual([]);
    await sim.runSteps(1);
    expect([...sim.data.get(probe).data]).toEqual([5, 6, 7, 0.004]);
    expect([...sim.data.get(other).data]).toEqual([-0.001, -0.002, -0.003, -0.004]);
  });

  it('are held where they have no steps, and go on where a long run is cut into pieces', async () => {
    const { net, node, probe } = clock();
    await using sim = await simulate(net, {}, { minibatchSize: 2 });
    await sim.runSteps(3, { inputs: [[node, [[1], [2]]]] });
    expect(sim.data.get(probe).toNested()).toEqual([
      [[1], [1], [1]],
      [[2], [2], [2]],
    ]);
    sim.clearProbes();
    const long = [0, 1].map((item) => Array.from({ length: 1201 }, (_, step) => [item * 10_000 + step]));
    await sim.runSteps(1201, { inputs: [[node, long]] });
    expect(sim.data.get(probe).toNested()).toEqual(long);
  });

  it('may be bare data where there is one input node', async () => {
    const { net, probe } = clock();
    await using sim = await simulate(net);
    await sim.runSteps(2, { inputs: [[4]] });
    expect([...sim.data.get(probe).data]).toEqual([4, 4]);
  });

  it('of processes: presentInput and piecewise', async () => {
    const net = new Network({ seed: 1 });
    const [shown, stepped] = net.within(() => [
      new Probe(new Node(presentInput([[1], [2]], 0.002))),
      new Probe(new Node(piecewise({ 0: [1], 0.003: [-1] }))),
    ]);
    await using sim = await simulate(net);
    await sim.runSteps(5);
    expect([...sim.data.get(shown!).data]).toEqual([1, 1, 2, 2, 1]);
    expect([...sim.data.get(stepped!).data]).toEqual([1, 1, -1, -1, -1]);
  });
});

/** Uniform noise, drawn anew at each step: a process with state, as strangers write them. */
const noise = {
  family: 'process',
  kind: 'test noise',
  seed: null,
  defaultSizeIn: 0,
  defaultSizeOut: 1,
  fixedSize: false,
} as unknown as Process;
const noiseDefinition: ProcessDefinition = {
  kind: 'test noise',
  makeStep: (_, { seed, sizeOut }) => {
    const random = new RandomState(seed);
    return () => random.uniform(-1, 1, sizeOut);
  },
};

describe('reset', () => {
  const net = new Network({ seed: 21 });
  let heard = 0;
  const { decoded, spikes, told } = net.within(() => {
    const input = new Node((t) => Math.sin(100 * t));
    const a = new Ensemble({ nNeurons: 15, dimensions: 1, neuronType: lif() });
    new Connection(input, a);
    new Connection(a, a, { synapse: lowpass(0.01) });
    const counter = new Node(
      (_t, [x]) => {
        heard += Math.abs(x);
        return x;
      },
      { sizeIn: 1 },
    );
    new Connection(a, counter);
    return { decoded: new Probe(a, { synapse: 0.01 }), spikes: new Probe(a.neurons), told: new Probe(counter) };
  });

  it('goes back to step 0 and gives the same numbers again', async () => {
    await using sim = await simulate(net);
    await sim.run(0.05);
    const first = [decoded, spikes, told].map((probe) => bitsOf(sim.data.get(probe).data));
    sim.reset();
    expect(sim.nSteps).toBe(0);
    expect(sim.time).toBe(0);
    expect(sim.data.get(decoded).shape).toEqual([0, 1]);
    await sim.run(0.05);
    expect([decoded, spikes, told].map((probe) => bitsOf(sim.data.get(probe).data))).toEqual(first);
    expect(heard).toBeGreaterThan(0);
  });

  it('begins processes anew; items differ, but for item 0, which is as in a single run', async () => {
    const noisy = new Network({ seed: 22 });
    const probe = noisy.within(() => new Probe(new Node(noise)));
    const plugins = [
      ...defaultPlugins(),
      definePlugin({
        name: 'test/noise',
        register: ({ contribute }) => void contribute(PROCESS_DEFINITIONS).toConstantValue(noiseDefinition),
      }),
    ];
    await using sim = await simulate(noisy, {}, { plugins });
    await sim.runSteps(3);
    await sim.runSteps(3);
    const first = [...sim.data.get(probe).data];
    expect(new Set(first).size).toBe(6);
    sim.reset();
    await sim.runSteps(6);
    expect([...sim.data.get(probe).data]).toEqual(first);
    await using batch = await simulate(noisy, {}, { plugins, minibatchSize: 2 });
    await batch.runSteps(6);
    expect([...batch.data.get(probe).row(0).data]).toEqual(first);
    expect([...batch.data.get(probe).row(1).data]).not.toEqual(first);
    await using other = await simulate(noisy, {}, { plugins, seed: 5 });
    await other.runSteps(6);
    expect([...other.data.get(probe).data]).not.toEqual(first);
  });
});

describe('closed loops', () => {
  it('an input node may react to what the network did in the step before', async () => {
    let heard = 0;
    const net = new Network({ seed: 2 });
    const probe = net.within(() => {
      const speaker = new Node(() => 0.5 * heard + 1, { sizeOut: 1 });
      const listener = new Node((_t, [x]) => void (heard = x), { sizeIn: 1, sizeOut: 0 });
      new Connection(speaker, listener, { synapse: null });
      return new Probe(speaker);
    });
    await using sim = await simulate(net);
    await sim.runSteps(5);
    const expected: number[] = [];
    for (let step = 0, value = 0; step < 5; step++) expected.push((value = 0.5 * value + 1));
    expectClose(sim.data.get(probe).data, expected);
  });
});

describe('stream', () => {
  it('hands on samples piece by piece, and data does not grow', async () => {
    const { net, probe } = clock();
    await using sim = await simulate(net);
    const pieces: unknown[] = [];
    for await (const { step, time, get } of sim.stream({ steps: 7, every: 3 }))
      pieces.push([step, time, get(probe).toNested()]);
    const at = (step: number): number[] => [step * 0.001];
    expect(pieces).toEqual([
      [3, 0.003, [at(1), at(2), at(3)]],
      [6, 6 * 0.001, [at(4), at(5), at(6)]],
      [7, 7 * 0.001, [at(7)]],
    ]);
    expect(sim.data.get(probe).shape).toEqual([0, 1]);
    await sim.step();
    expect([...sim.data.get(probe).data]).toEqual([0.008]);
  });

  it('gives samples an axis of items where data has one', async () => {
    const { net, probe } = clock();
    await using sim = await simulate(net, {}, { minibatchSize: 1 });
    for await (const { get } of sim.stream({ steps: 2, every: 2 })) expect(get(probe).shape).toEqual([1, 2, 1]);
  });

  it('is endless until it is left', async () => {
    const { net } = clock();
    await using sim = await simulate(net);
    for await (const { step } of sim.stream({ every: 10 })) if (step >= 100) break;
    expect(sim.nSteps).toBe(100);
  });

  it('leaves the simulator free between pieces: a reader may train, look, or run', async () => {
    const { net } = clock();
    await using sim = await simulate(net);
    for await (const { step } of sim.stream({ steps: 3 })) if (step === 1) await sim.step();
    expect(sim.nSteps).toBe(4);
  });
});

describe('progress', () => {
  it('of building and running', async () => {
    const { net } = clock();
    const reports: Progress[] = [];
    await using sim = await simulate(net, {}, { onProgress: (progress) => reports.push(progress) });
    await sim.runSteps(1200);
    expect(reports.map(({ phase, done, total }) => [phase, done, total])).toEqual([
      ['build', 0, 3],
      ['build', 1, 3],
      ['build', 2, 3],
      ['build', 3, 3],
      ['run', 500, 1200],
      ['run', 1000, 1200],
      ['run', 1200, 1200],
    ]);
    expect(reports.at(-1)).toMatchObject({ remaining: 0 });
  });
});

describe('calls that overlap', () => {
  it('are refused by name, and the first goes on', async () => {
    const { net, probe } = clock();
    await using sim = await simulate(net);
    const running = sim.run(0.02);
    const refusal = failing('SIMULATOR_BUSY', /was called while run is still running/);
    expect(() => sim.reset()).toThrow(refusal as Error);
    const refused = await Promise.allSettled([
      sim.run(0.01),
      sim.predict([[1]]),
      sim.decodeParameters(new Uint8Array()),
    ]);
    expect(refused).toEqual(refused.map(() => ({ status: 'rejected', reason: refusal })));
    await running;
    expect(sim.data.get(probe).shape).toEqual([20, 1]);
  });

  it('of two simulators of one network do not disturb each other', async () => {
    const { net, probe } = clock();
    await using one = await simulate(net);
    await using two = await simulate(net, {}, { dt: 0.002 });
    await Promise.all([one.runSteps(3), two.runSteps(3)]);
    expect([...one.data.get(probe).data]).toEqual(times(3));
    expect([...two.data.get(probe).data]).toEqual(times(3, 0.002));
  });
});
