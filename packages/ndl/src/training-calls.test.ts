/** @file train, evaluate and predict as calls: history, callbacks, validation, shuffling, state, determinism, aborts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accuracy,
  adam,
  Connection,
  defaultPlugins,
  Ensemble,
  lif,
  lowpass,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  rectifiedLinear,
  sgd,
  Simulator,
  softmaxCrossEntropy,
  TFJS_BACKEND,
  type EpochRecord,
  type Progress,
  type SimulatorOptions,
} from './index.ts';
import {
  expectClose,
  linearNetwork,
  outputOf,
  squaredError,
  squaredErrorGradient,
  stepped,
  type Rows,
} from './linear-network.test-helper.ts';
import { bitsOf, failing, movedBetween, parameterBits, simulate } from './reference-simulator.test-helper.ts';
import { watchedBackend } from './watched-backend.test-helper.ts';

const start: Rows = [[0.5, -0.2]];
const inputs: Rows = [
  [1, 2],
  [3, -1],
  [0.5, 0.25],
  [-1, 0.5],
  [0, 1],
];
const targets: Rows = [[1], [0], [0.5], [2], [-1]];
const optimizer = sgd({ learningRate: 0.05 });

describe('train', () => {
  it('reports each epoch, with validation on data that are not learnt from', async () => {
    const { net, input, output } = linearNetwork(start);
    await using sim = await simulate(net);
    const records: EpochRecord[] = [];
    const history = await sim.train([[input, inputs]], {
      targets: [[output, targets]],
      optimizer,
      epochs: 2,
      validation: { inputs: [[input, [[1, 1]]]], targets: [[output, [[0]]]] },
      callbacks: [{ onEpochEnd: (record) => void records.push(record) }],
    });
    const first = squaredErrorGradient(start, inputs, targets);
    const once = stepped(start, first.gradient, 0.05);
    const second = squaredErrorGradient(once, inputs, targets);
    const twice = stepped(once, second.gradient, 0.05);
    expect(history.epochs).toEqual(records);
    expect(records.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expectClose(
      records.map(({ training }) => training['loss']!),
      [first.loss, second.loss],
    );
    expectClose(
      records.map(({ validation }) => validation!['loss']!),
      [once, twice].map((weights) => squaredError([outputOf(weights, [1, 1])], [[0]]).loss),
    );
  });

  it('lets a callback stop it, read what is learnt so far, and keep it', async () => {
    const { net, input, output, connection } = linearNetwork(start);
    await using sim = await simulate(net);
    const seen: number[][] = [];
    const saved: Uint8Array[] = [];
    const history = await sim.train([[input, inputs]], {
      targets: [[output, targets]],
      optimizer,
      epochs: 50,
      callbacks: [
        {
          onEpochEnd: async ({ epoch }) => {
            await Promise.resolve();
            seen.push([...sim.data.get(connection).weights!.data]);
            saved.push(sim.encodeParameters());
            return epoch === 3 ? 'stop' : undefined;
          },
        },
      ],
    });
    expect(history.epochs).toHaveLength(3);
    expectClose(seen[0]!, stepped(start, squaredErrorGradient(start, inputs, targets).gradient, 0.05).flat());
    expect(new Set(seen.map((weights) => weights.join())).size).toBe(3);
    await sim.decodeParameters(saved[0]!);
    expect([...sim.data.get(connection).weights!.data]).toEqual(seen[0]);
  });

  it('reports progress by minibatch', async () => {
    const { net, input, output } = linearNetwork(start);
    await using sim = await simulate(net);
    const reports: Progress[] = [];
    await sim.train([[input, inputs]], {
      targets: [[output, targets]],
      optimizer,
      epochs: 2,
      minibatchSize: 2,
      onProgress: (progress) => reports.push(progress),
    });
    expect(reports.map(({ done, total, epoch }) => [done, total, epoch])).toEqual([
      [1, 6, 1],
      [2, 6, 1],
      [3, 6, 1],
      [4, 6, 2],
      [5, 6, 2],
      [6, 6, 2],
    ]);
    expect(reports.every(({ phase, loss, remaining }) => phase === 'train' && loss! > 0 && remaining! >= 0)).toBe(true);
  });

  it('shuffles by its seed: each item once an epoch, another order each epoch', async () => {
    const orderOf = async (seed: number, epochs: number): Promise<string> => {
      const { net, input, output } = linearNetwork([[0]]);
      await using sim = await simulate(net);
      const losses: number[] = [];
      // With weight 0, single items, and a rate of 0, the loss of a minibatch is the square of the item's target.
      await sim.train([[input, [[0], [0], [0], [0], [0]]]], {
        targets: [[output, [[1], [2], [3], [4], [5]]]],
        optimizer: sgd({ learningRate: 0 }),
        epochs,
        minibatchSize: 1,
        seed,
        onProgress: ({ loss }) => losses.push(Math.sqrt(loss!)),
      });
      return losses.join();
    };
    const [first, second] = [(await orderOf(1, 2)).slice(0, 9), (await orderOf(1, 2)).slice(10)];
    expect(first.split(',').sort().join()).toBe('1,2,3,4,5');
    expect(second.split(',').sort().join()).toBe('1,2,3,4,5');
    expect(second).not.toBe(first);
    expect(await orderOf(2, 1)).not.toBe(await orderOf(1, 1));
  });

  it('leaves runs alone: time, state and recorded samples', async () => {
    const net = new Network({ seed: 4 });
    const { input, decoded } = net.within(() => {
      const input = new Node((t) => Math.sin(50 * t));
      const a = new Ensemble({ nNeurons: 10, dimensions: 1 });
      new Connection(input, a);
      return { input, decoded: new Probe(a, { synapse: 0.01 }) };
    });
    await using sim = await simulate(net);
    await using untouched = await simulate(net);
    await sim.run(0.01);
    const call = { targets: [[decoded, [[0.3]]]] as const, steps: 4 };
    await sim.evaluate([[input, [[0.5]]]], call);
    await sim.predict([[input, [[0.5]]]], { steps: 4 });
    await sim.train([[input, [[0.5]]]], { ...call, optimizer: sgd({ learningRate: 0 }) });
    expect(sim.nSteps).toBe(10);
    await sim.run(0.01);
    await untouched.run(0.02);
    expect(bitsOf(sim.data.get(decoded).data)).toEqual(bitsOf(untouched.data.get(decoded).data));
  });
});

describe('evaluate and predict', () => {
  const net = new Network({ seed: 5 });
  const { input, spikes, decoded } = net.within(() => {
    const input = new Node([0]);
    const a = new Ensemble({ nNeurons: 12, dimensions: 1, neuronType: lif() });
    new Connection(input, a, { synapse: null });
    return { input, spikes: new Probe(a.neurons), decoded: new Probe(a, { synapse: lowpass(0.02) }) };
  });
  const data = [[input, [[0.4], [-0.8], [0.1]]]] as const;
  let sim: Simulator;
  beforeAll(async () => void (sim = await simulate(net)));
  afterAll(() => sim.dispose());

  it('run neurons in spikes unless rates are asked for', async () => {
    const [spiking, rate] = [
      await sim.predict(data, { steps: 20 }),
      await sim.predict(data, { steps: 20, mode: 'rate' }),
    ];
    expect(new Set(spiking.get(spikes)!.data)).toEqual(new Set([0, 1000]));
    const rates = rate.get(spikes)!;
    expect(rates.shape).toEqual([3, 20, 12]);
    expect(rates.data.some((value) => value > 0 && value < 400)).toBe(true);
    const targets = [[decoded, [[0.4], [-0.8], [0.1]]]] as const;
    const inSpikes = await sim.evaluate(data, { targets, steps: 20 });
    const inRates = await sim.evaluate(data, { targets, steps: 20, mode: 'rate' });
    const errorOf = (probed: typeof spiking): number => {
      const values = Array.from(probed.get(decoded)!.data);
      return (
        values.reduce((sum, value, index) => sum + (value - [0.4, -0.8, 0.1][Math.floor(index / 20)]!) ** 2, 0) /
        values.length
      );
    };
    expectClose([inSpikes['loss']!, inRates['loss']!], [errorOf(spiking), errorOf(rate)]);
  });

  it('give the same numbers whatever the minibatch size', async () => {
    const whole = await sim.predict(data, { steps: 15 });
    const singly = await sim.predict(data, { steps: 15, minibatchSize: 1 });
    const unevenly = await sim.predict(data, { steps: 15, minibatchSize: 2 });
    for (const probe of [spikes, decoded]) {
      expect(bitsOf(singly.get(probe)!.data)).toEqual(bitsOf(whole.get(probe)!.data));
      expect(bitsOf(unevenly.get(probe)!.data)).toEqual(bitsOf(whole.get(probe)!.data));
    }
    const targets = [[decoded, [[0.4], [NaN], [0.1]]]] as const;
    const losses = [
      await sim.evaluate(data, { targets, steps: 15 }),
      await sim.evaluate(data, { targets, steps: 15, minibatchSize: 2 }),
    ];
    expectClose([losses[1]!['loss']!], [losses[0]!['loss']!]);
  });

  it('predict only what is wanted: some probes, the last step', async () => {
    const all = await sim.predict(data, { steps: 10 });
    const last = await sim.predict(data, { steps: 10, probes: [decoded], lastStepOnly: true });
    expect([...last.keys()].map((probe) => probe === decoded)).toEqual([true]);
    expect(last.get(decoded)!.shape).toEqual([3, 1, 1]);
    expectClose(
      last.get(decoded)!.data,
      [9, 19, 29].map((index) => all.get(decoded)!.data[index]!),
    );
  });

  it('an item of a batch behaves as a run of its own', async () => {
    const batch = await sim.predict(data, { steps: 12 });
    await using alone = await simulate(net);
    await alone.run(0.012, { inputs: [[input, [[-0.8]]]] });
    expect(bitsOf(alone.data.get(spikes).data)).toEqual(bitsOf(batch.get(spikes)!.row(1).data));
  });
});

/** A recurrent network with every kind of parameter, and a fixed amount of training. */
async function trainedParameters(options: SimulatorOptions): Promise<ReadonlyMap<string, readonly bigint[]>> {
  const net = new Network({ seed: 6 });
  const { input, output } = net.within(() => {
    const input = new Node([0, 0]);
    const a = new Ensemble({ nNeurons: 10, dimensions: 2, neuronType: lif(), label: 'a' });
    const b = new Ensemble({ nNeurons: 8, dimensions: 1, neuronType: rectifiedLinear(), label: 'b' });
    new Connection(input, a, { synapse: null });
    new Connection(a, a, { synapse: lowpass(0.005), transform: 0.1 });
    new Connection(a, b, { function: ([x, y]) => x * y, synapse: lowpass(0.002) });
    return { input, output: new Probe(b) };
  });
  await using sim = await Simulator.create(net, options);
  const data = Array.from({ length: 7 }, (_, item) => [Math.sin(item), Math.cos(item)]);
  await sim.train([[input, data]], {
    targets: [[output, data.map(([x, y]) => [x! * y!])]],
    optimizer: adam({ learningRate: 1e-4 }),
    steps: 5,
    epochs: 2,
    minibatchSize: 3,
  });
  return parameterBits(sim);
}

describe('determinism', () => {
  it.each([
    ['reference, float64', { settings: { backend: REFERENCE_BACKEND, dtype: 'float64' } }],
    ['reference, float32', { settings: { backend: REFERENCE_BACKEND } }],
    ['tfjs cpu', { settings: { backend: TFJS_BACKEND, sessionConfig: { engine: 'cpu' } } }],
    ['tfjs wasm', { settings: { backend: TFJS_BACKEND, sessionConfig: { engine: 'wasm' } } }],
  ] as [string, SimulatorOptions][])(
    'the same seed gives the same training run, bit for bit: %s',
    async (_, options) => {
      const [once, again] = [
        await trainedParameters({ ...options, seed: 9 }),
        await trainedParameters({ ...options, seed: 9 }),
      ];
      expect(movedBetween(once, again)).toEqual([]);
      expect(movedBetween(once, await trainedParameters({ ...options, seed: 10 }))).not.toEqual([]);
    },
  );
});

describe('aborts', () => {
  const reason = new Error('enough');

  it.each([
    ['reference', REFERENCE_BACKEND],
    ['tfjs', TFJS_BACKEND],
  ])('reject with the reason and leave the parameters of the last whole minibatch: %s', async (_, backend) => {
    const { net, input, output, connection } = linearNetwork(start);
    await using sim = await Simulator.create(net, { settings: { backend } });
    const controller = new AbortController();
    const train = sim.train([[input, inputs]], {
      targets: [[output, targets]],
      optimizer,
      epochs: 5,
      minibatchSize: 2,
      shuffle: false,
      signal: controller.signal,
      onProgress: ({ done }) => done === 2 && controller.abort(reason),
    });
    await expect(train).rejects.toBe(reason);
    const first = stepped(start, squaredErrorGradient(start, inputs.slice(0, 2), targets.slice(0, 2)).gradient, 0.05);
    const second = stepped(first, squaredErrorGradient(first, inputs.slice(2, 4), targets.slice(2, 4)).gradient, 0.05);
    expectClose(sim.data.get(connection).weights!.data, second.flat(), 1e-6);
    await sim.train([[input, inputs]], { targets: [[output, targets]], optimizer });
    await sim.run(0.003);
    expect(sim.nSteps).toBe(3);
  });

  it('in the middle of a minibatch leave the parameters of the one before', async () => {
    const { net, input, output } = linearNetwork(start);
    await using sim = await simulate(net);
    const before = parameterBits(sim);
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    const long = sim.train([[input, inputs]], {
      targets: [[output, targets]],
      optimizer,
      steps: 100_000,
      signal: controller.signal,
    });
    await expect(long).rejects.toBe(reason);
    expect(movedBetween(before, parameterBits(sim))).toEqual([]);
    await sim.train([[input, inputs]], { targets: [[output, targets]], optimizer });
    expect(movedBetween(before, parameterBits(sim))).toEqual(['weights of weights']);
  });

  it.each(['train', 'many epochs', 'evaluate', 'predict', 'run', 'many runs'] as const)(
    '%s of many short pieces gives timers their turn',
    async (call) => {
      const { net, input, output } = linearNetwork(start);
      await using sim = await simulate(net);
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 80);
      const { signal } = controller;
      const many = Array.from({ length: 40_000 }, () => [1, 2]);
      const data = { targets: [[output, many.map(() => [0])]], minibatchSize: 1, signal } as const;
      const calls = {
        train: () => sim.train([[input, many]], { ...data, optimizer: sgd({ learningRate: 0 }) }),
        'many epochs': () =>
          sim.train([[input, [[1, 2]]]], {
            ...data,
            targets: [[output, [[0]]]],
            epochs: 40_000,
            optimizer: sgd({ learningRate: 0 }),
          }),
        evaluate: () => sim.evaluate([[input, many]], data),
        predict: () => sim.predict([[input, many]], { minibatchSize: 1, signal }),
        run: () => sim.runSteps(1_000_000, { signal }),
        'many runs': async () => {
          for (;;) await sim.step({ signal });
        },
      };
      await expect(calls[call]()).rejects.toBe(reason);
    },
  );

  it.each(['evaluate', 'predict'] as const)('%s rejects with the reason', async (call) => {
    const { net, input, output } = linearNetwork(start);
    await using sim = await simulate(net);
    const options = { signal: AbortSignal.abort(reason) };
    const aborted =
      call === 'evaluate'
        ? sim.evaluate([[input, inputs]], { ...options, targets: [[output, targets]] })
        : sim.predict([[input, inputs]], options);
    await expect(aborted).rejects.toBe(reason);
  });

  it('a simulator made with a signal obeys it in every call', async () => {
    const { net, input, output } = linearNetwork(start);
    const controller = new AbortController();
    await using sim = await simulate(net, {}, { signal: controller.signal });
    controller.abort(reason);
    await expect(sim.train([[input, inputs]], { targets: [[output, targets]], optimizer })).rejects.toBe(reason);
    await expect(sim.run(0.01)).rejects.toBe(reason);
    await expect(simulate(net, {}, { signal: controller.signal })).rejects.toBe(reason);
  });
});

it('repeated calls compile nothing new: fresh optimizers and losses of one kind share a program', async () => {
  const { net, input, output } = linearNetwork(start);
  const { plugin, key, trainings } = await watchedBackend();
  await using sim = await simulate(net, { backend: key }, { plugins: [...defaultPlugins(), plugin] });
  for (let round = 1; round <= 4; round++) {
    const call = { targets: [[output, targets]] as const, losses: softmaxCrossEntropy(), metrics: accuracy() };
    await sim.train([[input, inputs]], { ...call, optimizer: adam({ learningRate: 0.1 / round }) });
    await sim.evaluate([[input, inputs]], call);
  }
  expect(trainings.length).toBe(2);
});

describe('nothing of training', () => {
  it('inferenceOnly refuses every call that needs it, and says so', async () => {
    const { net, input, output } = linearNetwork(start);
    await using sim = await simulate(net, { inferenceOnly: true });
    const measured = { targets: [[output, targets]] as const };
    const refusal = failing('INFERENCE_ONLY', 'inferenceOnly: false');
    await expect(sim.train([[input, inputs]], { ...measured, optimizer })).rejects.toEqual(refusal);
    await expect(sim.evaluate([[input, inputs]], measured)).rejects.toEqual(refusal);
    await expect(sim.predict([[input, inputs]], { mode: 'rate' })).rejects.toEqual(refusal);
    await expect(sim.checkGradients()).rejects.toEqual(refusal);
    expectClose((await sim.predict([[input, inputs]])).get(output)!.data, inputs.map((x) => outputOf(start, x)).flat());
  });
});
