/** @file Reports are of the whole call: means over all that was asked for, whatever the minibatches and the truncation. */
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  Connection,
  directGradient,
  hostLoss,
  kernel,
  kernelLoss,
  lowpass,
  meanSquaredError,
  Network,
  Node,
  Probe,
  RandomState,
  REFERENCE_BACKEND,
  sgd,
  Simulator,
  softmaxCrossEntropy,
  TFJS_BACKEND,
  type Objective,
  type Settings,
} from './index.ts';
import { expectClose, linearNetwork, stepped, weightGradient, type Rows } from './linear-network.test-helper.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

const ITEMS = 7;
const STEPS = 5;

/** input → output, as it is; sequences of two elements, of which some steps, items and elements ask for nothing. */
const net = new Network({ seed: 0 });
net.within(() => {
  const output = new Node({ sizeIn: 2 });
  new Connection(new Node([0, 0]), output, { synapse: null, transform: [[1, 0], [0, 1]] }); // prettier-ignore
  new Probe(output);
});
const random = new RandomState(1);
const sequences = (): number[][][] =>
  Array.from({ length: ITEMS }, () => Array.from({ length: STEPS }, () => [...random.uniform(0, 1, 2)]));
const inputs = sequences();
/** Padded: item i has 1 + i mod STEPS steps, the fifth none at all; here and there one element lacks. */
const targets = sequences().map((steps, item) =>
  steps.map(([first, second], step) => {
    if (item === 4 || step > item % STEPS) return [NaN, NaN];
    return (item + step) % 6 === 5 ? [first!, NaN] : [first!, second!];
  }),
);

interface Row {
  readonly output: readonly number[];
  readonly target: readonly number[];
}
const rows: readonly Row[] = inputs.flatMap((steps, item) =>
  steps.map((output, step) => ({ output, target: targets[item]![step]! })),
);
const whole = rows.filter(({ target }) => !target.some(Number.isNaN));
const elements = rows.flatMap(({ output, target }) =>
  output.map((value, index) => ({ output: value, target: target[index]! })),
);
const asked = elements.filter(({ target }) => !Number.isNaN(target));
const sumOf = <Thing>(things: readonly Thing[], of: (thing: Thing) => number): number =>
  things.reduce((sum, thing) => sum + of(thing), 0);
const square = ({ output, target }: { output: number; target: number }): number => (output - target) ** 2;
const crossEntropy = ({ output, target }: Row): number => {
  const total = sumOf(output, Math.exp);
  return -sumOf([0, 1], (index) => target[index]! * Math.log(Math.exp(output[index]!) / total));
};

const absolute = kernel({ name: 'absolute', inputs: ['output', 'target'] }, (k) => ({
  error: k.abs(k.subtract(k.inputs.output, k.inputs.target)),
}));
const counting = hostLoss({
  label: 'counting',
  call(output, target) {
    const errors = Array.from(output, (value, index) => (Number.isNaN(target[index]) ? 0 : value - target[index]!));
    const count = Array.from(target).filter((value) => !Number.isNaN(value)).length;
    return { loss: sumOf(errors, Math.abs) / count, gradient: errors.map((error) => Math.sign(error) / count), count };
  },
});

const ignoring = { missing: 'ignore' } as const;
const expected: readonly (readonly [string, Objective, number])[] = [
  ['accuracy', accuracy(), sumOf(whole, ({ output, target }) => (output[0]! > output[1]! === target[0]! > target[1]! ? 1 : 0)) / whole.length],
  ['mean squared error', meanSquaredError(), sumOf(asked, square) / elements.length],
  ['mean squared error of what was asked for', meanSquaredError(ignoring), sumOf(asked, square) / asked.length],
  ['cross-entropy', softmaxCrossEntropy(), sumOf(whole, crossEntropy) / rows.length],
  ['cross-entropy of what was asked for', softmaxCrossEntropy(ignoring), sumOf(whole, crossEntropy) / whole.length],
  ['a kernel of what was asked for', kernelLoss({ kernel: absolute, ...ignoring }), sumOf(asked, (e) => Math.sqrt(square(e))) / asked.length],
  ['a host loss that counts', counting, sumOf(asked, (e) => Math.sqrt(square(e))) / asked.length],
  ['a sum', directGradient(), sumOf(asked, ({ output, target }) => output * target)],
]; // prettier-ignore

/** The loss or metric in a report, which has one besides the loss. */
const nameOf = ({ kind }: Objective): string => kind;

describe.each([
  ['reference', { backend: REFERENCE_BACKEND, dtype: 'float64' }, 1e-12],
  ['tfjs', { backend: TFJS_BACKEND, sessionConfig: { engine: 'cpu' } }, 1e-5],
] as [string, Partial<Settings>, number][])('on %s', (_, settings, tolerance) => {
  it.each(expected)('%s', async (__, objective, value) => {
    await using sim = await Simulator.create(net, { settings, onWarning: () => {} });
    const isMetric = objective.kind === 'accuracy';
    const measures = isMetric ? { metrics: objective } : { losses: objective };
    for (const minibatchSize of [1, 3, 7]) {
      const call = { targets, ...measures, minibatchSize };
      const measured = await sim.evaluate(inputs, call);
      expectClose([measured[nameOf(objective)]!], [value], tolerance);
      for (const truncation of [undefined, 2]) {
        const optimizer = sgd({ learningRate: 0 });
        const { epochs } = await sim.train(inputs, { ...call, optimizer, truncation, validation: { inputs, targets } });
        const { training, validation } = epochs[0]!;
        expectClose([training[nameOf(objective)]!, validation![nameOf(objective)]!], [value, value], tolerance);
        if (!isMetric) expectClose([training['loss']!, validation!['loss']!], [value, value], tolerance);
      }
    }
  });
});

it('weighted losses of several probes add up to the loss, each over what it was asked for', async () => {
  const two = new Network({ seed: 0 });
  const { input, probes } = two.within(() => {
    const input = new Node([0]);
    return { input, probes: ['first', 'second'].map((label) => new Probe(input, { label })) };
  });
  await using sim = await simulate(two);
  const [first, second] = probes as [Probe, Probe];
  for (const minibatchSize of [1, 2, 3]) {
    const reports = await sim.evaluate([[input, [[1], [2], [3]]]], {
      targets: [
        [first, [[0], [NaN], [0]]],
        [second, [[NaN], [NaN], [1]]],
      ],
      losses: meanSquaredError(ignoring),
      lossWeights: [[second, 10]],
      metrics: [[second, meanSquaredError()]],
      minibatchSize,
    });
    expect(reports['first.meanSquaredError']).toBeCloseTo(5, 12);
    expect(reports['second.meanSquaredError']).toBeCloseTo(4, 12);
    expect(reports['second.metrics.meanSquaredError']).toBeCloseTo(4 / 3, 12);
    expect(reports['loss']).toBeCloseTo(45, 12);
  }
});

describe('an update', () => {
  const weights: Rows = [[0.5, -0.2]];
  const data: Rows = [[1, 2], [3, -1], [0.5, 0.25]]; // prettier-ignore

  it('follows the mean over what was asked for; a minibatch that asks for nothing changes nothing', async () => {
    const { net: linear, input, output, connection } = linearNetwork(weights);
    await using sim = await simulate(linear);
    const call = { losses: meanSquaredError(ignoring), optimizer: sgd({ learningRate: 0.1 }), shuffle: false };
    const errors = data.map(([x, y]) => weights[0]![0]! * x! + weights[0]![1]! * y! - 1);
    await sim.train([[input, data]], { ...call, targets: [[output, [[NaN], [NaN], [1]]]], minibatchSize: 1 });
    const once = stepped(weights, weightGradient([data[2]!], [[2 * errors[2]!]]), 0.1);
    expectClose(sim.data.get(connection).weights!.data, once.flat());
  });

  it('of a truncated block follows the mean over what that block was asked for', async () => {
    const memory = new Network({ seed: 0 });
    const { input, output, learnt } = memory.within(() => {
      const input = new Node([0]);
      const node = new Node({ sizeIn: 1 });
      const learnt = new Connection(input, node, { transform: [[2]], synapse: lowpass(0) });
      return { input, learnt, output: new Probe(node) };
    });
    await using sim = await simulate(memory);
    // Outputs are w · x one step late: 0, 2, 4, 6. Blocks of two steps; the second asks for its last step alone.
    await sim.train([[input, [[[1], [2], [3], [4]]]]], {
      targets: [[output, [[[0], [1], [NaN], [1]]]]],
      losses: meanSquaredError(ignoring),
      optimizer: sgd({ learningRate: 0.01 }),
      truncation: 2,
    });
    // First block: mean of 0 and (w - 1)²; slope (w - 1) = 1. In the second, what entered at step 2 is past: x = 3 counts, at step 4.
    const first = 2 - 0.01 * 1;
    expectClose(sim.data.get(learnt).weights!.data, [first - 0.01 * 2 * (first * 3 - 1) * 3]);
  });
});

describe('nothing asked for', () => {
  const nothing = [[NaN], [NaN]];

  it('in a whole call is refused, in training, validation and gradient checks too', async () => {
    const { net: linear, input, output } = linearNetwork([[1]]);
    await using sim = await simulate(linear);
    const data = [[input, [[1], [2]]]] as const;
    const targets = [[output, nothing]] as const;
    const optimizer = sgd();
    const refusal = failing('TARGETS_ASK_FOR_NOTHING', 'NaN');
    await expect(sim.evaluate(data, { targets })).rejects.toEqual(refusal);
    await expect(sim.train(data, { targets, optimizer })).rejects.toEqual(refusal);
    await expect(sim.checkGradients({ inputs: data, targets })).rejects.toEqual(refusal);
    const validated = { targets: [[output, [[1], [2]]]] as const, validation: { inputs: data, targets }, optimizer };
    await expect(sim.train(data, validated)).rejects.toEqual(failing('TARGETS_ASK_FOR_NOTHING', 'validation'));
  });

  it('of one probe among others is NaN in its report, nothing in the loss, and said once', async () => {
    const two = new Network({ seed: 0 });
    const { input, probes } = two.within(() => {
      const input = new Node([0]);
      return { input, probes: ['first', 'second'].map((label) => new Probe(input, { label })) };
    });
    const warnings: string[] = [];
    await using sim = await simulate(two, {}, { onWarning: (message) => warnings.push(message) });
    const [first, second] = probes as [Probe, Probe];
    const targets = [[first, [[0], [0]]], [second, nothing]] as const; // prettier-ignore
    const call = {
      targets,
      losses: [[second, meanSquaredError(ignoring)]] as const,
      metrics: [[second, accuracy()]] as const,
    };
    for (let time = 0; time < 2; time++) {
      const reports = await sim.evaluate([[input, [[1], [2]]]], call);
      expect(reports).toEqual({
        'first.meanSquaredError': 2.5,
        'second.meanSquaredError': NaN,
        'second.accuracy': NaN,
        loss: 2.5,
      });
    }
    expect(warnings).toEqual([
      expect.stringMatching(/evaluate: nothing was asked for of second\.meanSquaredError, second\.accuracy/),
    ]);
  });
});
