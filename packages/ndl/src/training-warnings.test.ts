/** @file Training warns where no gradient can reach what should learn: functions in the way, one step through a synapse. */
import { describe, expect, it, vi } from 'vitest';
import {
  accuracy,
  batchFunction,
  Connection,
  Ensemble,
  kernel,
  kernelLoss,
  lif,
  Network,
  Node,
  Probe,
  sgd,
  type TrainOptions,
} from './index.ts';
import { movedBetween, parameterBits, simulate } from './reference-simulator.test-helper.ts';

const optimizer = sgd({ learningRate: 0.05 });

describe('functions that no gradient passes', () => {
  /** input → a → node function → b → output; the weights of both connections from ensembles could be trained. */
  function interrupted(): {
    readonly net: Network;
    readonly input: Node;
    readonly output: Probe;
    readonly early: Probe;
  } {
    const net = new Network({ seed: 7 });
    return net.within(() => {
      const input = new Node([0]);
      const a = new Ensemble({ nNeurons: 6, dimensions: 1 });
      const node = new Node((_t, [x]) => x * 2, { sizeIn: 1, label: 'doubler' });
      const b = new Ensemble({ nNeurons: 6, dimensions: 1 });
      new Connection(input, a, { synapse: null });
      new Connection(a, node, { synapse: null });
      new Connection(node, b, { synapse: null });
      return { net, input, output: new Probe(b), early: new Probe(a) };
    });
  }

  it('are named in a warning, once per task', async () => {
    const { net, input, output, early } = interrupted();
    const warnings: string[] = [];
    await using sim = await simulate(net, {}, { onWarning: (message) => warnings.push(message) });
    const train = (probe: Probe): Promise<unknown> =>
      sim.train([[input, [[1]]]], { targets: [[probe, [[1]]]], optimizer });
    await train(early);
    expect(warnings).toEqual([]);
    await train(output);
    await train(output);
    expect(warnings).toEqual([expect.stringMatching(/No gradient passes .*doubler/)]);
  });

  it('are not those that bring their own derivative', async () => {
    for (const [derivative, expected] of [
      [(_t: number, _x: ArrayLike<number>, gradient: ArrayLike<number>) => [2 * gradient[0]!], []],
      [undefined, [expect.stringMatching(/No gradient passes/)]],
    ] as const) {
      const { net, input, output } = new Network({ seed: 7 }).within((net) => {
        const [input, a] = [new Node([0]), new Ensemble({ nNeurons: 6, dimensions: 1 })];
        const call = (_t: number, x: ArrayLike<number>): number[] => [2 * x[0]!];
        const node = new Node(batchFunction({ sizeIn: 1, sizeOut: 1, call, ...(derivative && { derivative }) }));
        new Connection(input, a, { synapse: null });
        new Connection(a, node, { synapse: null });
        return { net, input, output: new Probe(node) };
      });
      const warnings: string[] = [];
      await using sim = await simulate(net, {}, { onWarning: (message) => warnings.push(message) });
      await sim.train([[input, [[1]]]], { targets: [[output, [[1]]]], optimizer });
      expect(warnings).toEqual(expected);
    }
  });

  it('go to the console where nobody listens', async () => {
    const { net, input, output } = interrupted();
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    await using sim = await simulate(net);
    await sim.train([[input, [[1]]]], { targets: [[output, [[1]]]], optimizer });
    expect(warn.mock.calls).toEqual([[expect.stringContaining('doubler')]]);
    warn.mockRestore();
  });
});

describe('losses that no gradient reaches', () => {
  const build = (attribute: 'voltage' | 'output'): { net: Network; probe: Probe; frozen: Probe } => {
    const net = new Network({ seed: 0 });
    return net.within(() => {
      const ensemble = new Ensemble({ nNeurons: 3, dimensions: 1, neuronType: lif() });
      const clock = new Node((t) => t);
      new Connection(new Node([1]), ensemble, { synapse: null });
      return {
        net,
        probe: new Probe(ensemble.neurons, { attribute, label: attribute }),
        frozen: new Probe(clock, { label: 'clock' }),
      };
    });
  };
  const warned = async (
    net: Network,
    probes: readonly Probe[],
    changes: Partial<TrainOptions> = {},
  ): Promise<readonly string[]> => {
    const warnings: string[] = [];
    await using sim = await simulate(net, {}, { onWarning: (message) => warnings.push(message) });
    const targets = probes.map(
      (probe) => [probe, [new Array<number>(probe.label === 'clock' ? 1 : 3).fill(0.5)]] as const,
    );
    for (let call = 0; call < 2; call++)
      await sim.train(new Map(), { targets, steps: 4, epochs: 2, optimizer, ...changes });
    return warnings;
  };

  it('as those on states that training leaves alone, are named once per task', async () => {
    const { net, probe } = build('voltage');
    expect(await warned(net, [probe])).toEqual([expect.stringMatching(/No gradient of 'meanSquaredError' reaches/)]);
    expect(await warned(net, [probe], { steps: 1 })).toHaveLength(1);
  });

  it('are named where others are learnt from', async () => {
    const { net, probe, frozen } = build('output');
    expect(await warned(net, [probe])).toEqual([]);
    expect(await warned(net, [probe, frozen])).toEqual([
      expect.stringContaining("of 'clock.meanSquaredError' reaches"),
    ]);
  });

  it('as flat ones, are named', async () => {
    const { net, probe } = build('output');
    const steps = kernel({ name: 'steps', inputs: ['output', 'target'] }, (k) => ({
      loss: k.less(k.inputs.output, k.inputs.target),
    }));
    for (const losses of [accuracy(), kernelLoss({ kernel: steps })])
      expect(await warned(net, [probe], { losses })).toEqual([expect.stringContaining(`'${losses.kind}' reaches`)]);
  });

  it('need not reach metrics', async () => {
    const { net, probe } = build('output');
    expect(await warned(net, [probe], { metrics: accuracy() })).toEqual([]);
  });
});

describe('one step through a synapse', () => {
  /** input → a → node, the second over a synapse that delays by a step; probes of the node and of the ensemble. */
  function delayed(): { readonly net: Network; readonly input: Node; readonly late: Probe; readonly early: Probe } {
    const net = new Network({ seed: 8 });
    return net.within(() => {
      const input = new Node([0]);
      const a = new Ensemble({ nNeurons: 6, dimensions: 1 });
      const node = new Node({ sizeIn: 1 });
      new Connection(input, a, { synapse: null });
      new Connection(a, node);
      return { net, input, late: new Probe(node), early: new Probe(a) };
    });
  }

  it('trains nothing, which a warning says once; more steps and other probes are sound', async () => {
    const { net, input, late, early } = delayed();
    const warnings: string[] = [];
    await using sim = await simulate(net, {}, { onWarning: (message) => warnings.push(message) });
    const before = parameterBits(sim);
    const train = (probe: Probe, changes: Partial<TrainOptions> = {}): Promise<unknown> =>
      sim.train([[input, [[1]]]], { targets: [[probe, [[1]]]], optimizer, steps: 3, ...changes });
    for (let call = 0; call < 2; call++) await train(late, { steps: 1 });
    expect(movedBetween(before, parameterBits(sim))).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/No gradient reaches any trainable parameter/)]);
    await train(early, { steps: 1 });
    await train(late);
    expect(movedBetween(before, parameterBits(sim))).not.toEqual([]);
    expect(warnings).toHaveLength(1);
  });

  it('is what truncation to single steps comes to', async () => {
    const { net, input, late } = delayed();
    const warnings: string[] = [];
    await using sim = await simulate(net, {}, { onWarning: (message) => warnings.push(message) });
    await sim.train([[input, [[1]]]], { targets: [[late, [[1]]]], optimizer, steps: 3, truncation: 1 });
    expect(warnings).toEqual([expect.stringMatching(/or more steps \(and truncation\)/)]);
  });
});

it('weights that are all 0 are told, once per task; one that is not, or none, is not', async () => {
  const net = new Network({ seed: 0 });
  const { input, probes } = net.within(() => {
    const input = new Node([1]);
    const sum = new Node({ sizeIn: 1 });
    new Connection(input, sum, { synapse: null, transform: [[2]] });
    return { input, probes: [new Probe(sum), new Probe(sum)] as const };
  });
  const warnings: string[] = [];
  await using sim = await simulate(net, {}, { onWarning: (message) => warnings.push(message) });
  const given = { targets: probes.map((probe) => [probe, [[1]]] as const) };
  const inputs = [[input, [[1]]]] as const;
  const all = probes.map((probe) => [probe, 0] as const);
  for (let round = 0; round < 2; round++) await sim.evaluate(inputs, { ...given, lossWeights: all });
  expect(warnings).toEqual(['evaluate: all lossWeights are 0, so the loss is 0 whatever the outputs are.']);
  warnings.length = 0;
  await sim.train(inputs, { ...given, lossWeights: all, optimizer });
  expect(warnings).toContainEqual(expect.stringMatching(/^train: all lossWeights are 0.*nothing is learnt\.$/));
  warnings.length = 0;
  await sim.train(inputs, { ...given, lossWeights: all.slice(0, 1), optimizer });
  await sim.train(inputs, { ...given, optimizer });
  expect(warnings).toEqual([]);
});
