/** @file Calls that no memory can hold are refused at once, with the arithmetic and what to change. */
import { describe, expect, it } from 'vitest';
import {
  configureSettings,
  Connection,
  lifRate,
  Ensemble,
  Network,
  Node,
  linearFilter,
  noSolver,
  Probe,
  rls,
  sgd,
  whiteSignal,
  type Simulator,
} from './index.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

function sample() {
  const net = new Network({ seed: 0 });
  return net.within(() => {
    const input = new Node([0]);
    const ensemble = new Ensemble({
      nNeurons: 3,
      dimensions: 1,
      neuronType: lifRate(),
      gain: [1, 1, 1],
      bias: [1, 1, 1],
    });
    new Connection(input, ensemble, { synapse: 0.01 });
    const output = new Node({ sizeIn: 2 });
    new Connection(ensemble.neurons, output, {
      transform: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      synapse: 0.005,
    });
    return { net, input, probe: new Probe(output, { label: 'output' }) };
  });
}

const held = [[1]];
const targets = [[0, 0]];
const optimizer = sgd({ learningRate: 0 });

describe('refused at once', () => {
  it.each([1e9, 1e12, 2 ** 53 - 1])('a simulator of %d items, saying how many would fit', async (minibatchSize) => {
    const creating = simulate(sample().net, {}, { minibatchSize });
    await expect(creating).rejects.toEqual(
      failing(
        'TOO_LARGE',
        /state: \d+ numbers per item × [\d,]+ items × 8 bytes = .*smaller minibatchSize, up to some [\d,]+\.$/,
      ),
    );
  });

  it('what a learning rule keeps beside the weights: recursive least squares, the square of the neurons', async () => {
    const net = new Network({ seed: 0 }, () => {
      const many = new Ensemble({ nNeurons: 500_000, dimensions: 1 });
      const learning = { solver: noSolver(), learningRuleType: rls() };
      new Connection(many, new Node({ sizeIn: 1 }), learning);
    });
    await expect(simulate(net)).rejects.toEqual(
      failing('TOO_LARGE', "the arrays of its rule 'rls' for weights of 1 × 500000 need about 8 TB of memory"),
    );
  });

  it('a white signal of a period beyond numbers', async () => {
    const net = new Network({ seed: 0 }, () => void new Node(whiteSignal(1e308, 5)));
    await expect(simulate(net)).rejects.toEqual(failing('TOO_LARGE', "its process 'whiteSignal'"));
  });

  it('a filter of so many states that no program multiplies them', async () => {
    const net = new Network({ seed: 0 }, () => {
      const synapse = linearFilter([1], new Array<number>(1502).fill(1));
      new Connection(new Node([1]), new Node({ sizeIn: 1 }), { synapse });
    });
    await expect(simulate(net, {}, { onWarning() {} })).rejects.toEqual(failing('TOO_LARGE', 'degree 1501'));
  });

  it('half the bytes per number in float32', async () => {
    const bytes = async (dtype: 'float32' | 'float64'): Promise<string> => {
      const error: unknown = await simulate(sample().net, { dtype }, { minibatchSize: 1e12 }).catch(
        (caught: unknown) => caught,
      );
      return /× (\d) bytes/.exec((error as Error).message)![1]!;
    };
    expect([await bytes('float32'), await bytes('float64')]).toEqual(['4', '8']);
  });

  const calls: readonly (readonly [string, (sim: Simulator) => Promise<unknown>, RegExp])[] = [
    [
      'a run of 1e12 steps',
      (sim) => sim.runSteps(1e12),
      /runSteps needs 16\.0 TB.*1,000,000,000,000 samples × 2 numbers × 1 items × 8 bytes.*keepHistory: false/,
    ],
    ['a run of 1e9 seconds', (sim) => sim.run(1e9), /run needs 16\.0 TB/],
    [
      'a stream in pieces of 1e12',
      async (sim) => {
        for await (const _ of sim.stream({ every: 1e12 })) break;
      },
      /16\.0 TB/,
    ],
    ['a prediction of 1e12 steps', (sim) => sim.predict(held, { steps: 1e12 }), /predict needs 16\.0 TB.*samples/],
    [
      'an evaluation of 1e12 steps',
      (sim) => sim.evaluate(held, { targets, steps: 1e12 }),
      /evaluate needs.*numbers per item and step × 1 items × 1,000,000,000,000 steps/,
    ],
    [
      'training over 1e12 steps',
      (sim) => sim.train(held, { targets, optimizer, steps: 1e12 }),
      /train needs.*numbers per item and step.*truncation/,
    ],
    [
      'training in blocks of 1e11 steps',
      (sim) => sim.train(held, { targets, optimizer, steps: 1e12, truncation: 1e11 }),
      /100,000,000,000 steps/,
    ],
    ['a check of gradients over 1e12 steps', (sim) => sim.checkGradients({ steps: 1e12 }), /checkGradients needs/],
  ];
  it.each(calls)('%s', async (_, act, message) => {
    await using sim = await simulate(sample().net);
    await expect(act(sim)).rejects.toEqual(failing('TOO_LARGE', message));
    expect(sim.nSteps).toBe(0);
    await sim.runSteps(2);
    expect(sim.nSteps).toBe(2);
  });

  it('training keeps more than evaluation: the tape of its gradients', async () => {
    await using sim = await simulate(sample().net);
    const numbers = async (act: Promise<unknown>): Promise<number> => {
      const error: unknown = await act.catch((caught: unknown) => caught);
      return Number(/(\d+) numbers per item and step/.exec((error as Error).message)![1]);
    };
    const trained = await numbers(sim.train(held, { targets, optimizer, steps: 1e12 }));
    expect(trained).toBeGreaterThan(await numbers(sim.evaluate(held, { targets, steps: 1e12 })));
  });
});

describe('let through', () => {
  it('an endless run where no probe keeps its history, and few samples are taken', async () => {
    const net = new Network({ seed: 0 });
    net.within(() => {
      configureSettings({ keepHistory: false });
      new Probe(new Node((t) => t));
    });
    await using sim = await simulate(net);
    const controller = new AbortController();
    const onProgress = (): void => controller.abort(new Error('enough'));
    await expect(sim.runSteps(1e12, { signal: controller.signal, onProgress })).rejects.toThrow('enough');
    expect(sim.nSteps).toBeGreaterThan(0);
  });

  it('a minibatch size beyond the data that there are', async () => {
    const { net, probe } = sample();
    await using sim = await simulate(net);
    const options = { minibatchSize: 1e12 };
    expect((await sim.predict(held, options)).get(probe)!.shape).toEqual([1, 1, 2]);
    await sim.evaluate(held, { ...options, targets });
    await sim.train(held, { ...options, targets, optimizer });
  });

  it('truncated training of many steps, whose blocks are short', async () => {
    await using sim = await simulate(sample().net);
    const controller = new AbortController();
    const onProgress = undefined;
    const training = sim.train(held, {
      targets,
      optimizer,
      steps: 1e9,
      truncation: 3,
      signal: controller.signal,
      onProgress,
    });
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(training).rejects.toThrow('enough');
  });
});
