/**
 * @file Probes with `sampleEvery` in calls with data: predictions and targets are of the sampled steps, and so are losses and metrics.
 * What is expected is what a probe without it gives where the targets of all other steps are missing and do not count.
 */
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  Connection,
  directGradient,
  hostLoss,
  kernelLoss,
  meanSquaredError,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  sgd,
  softmaxCrossEntropy,
  TFJS_BACKEND,
  type Objective,
  type ProbeOptions,
  type Settings,
  type TrainOptions,
} from './index.ts';
import { kernel } from '@ndl/ir';
import { expectClose } from './linear-network.test-helper.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

const STEPS = 10;

/** An input of two numbers, weighed; dt is 1 ms. */
function network(options: ProbeOptions = {}) {
  const net = new Network({ seed: 2 });
  return net.within(() => {
    const input = new Node([0, 0]);
    const sum = new Node({ sizeIn: 2 });
    const weights = new Connection(input, sum, {
      transform: [
        [0.5, -0.2],
        [0.1, 0.7],
      ],
      synapse: null,
    });
    return { net, input, weights, probe: new Probe(sum, { label: 'out', ...options }) };
  });
}

const inputs = [0, 1, 2].map((item) =>
  Array.from({ length: STEPS }, (_, step) => [Math.sin(step + item), Math.cos(2 * step - item)]),
);
const targets = inputs.map((item) => item.map(([x, y]) => (x! > y! ? [1, 0] : [0, 1])));

/** Of each item the rows of these steps (from 1). */
const at = <Row>(data: readonly (readonly Row[])[], steps: readonly number[]): Row[][] =>
  data.map((rows) => steps.map((step) => rows[step - 1]!));

/** Of each item all rows, but NaN at other steps. */
const only = (data: readonly (readonly number[][])[], steps: readonly number[]): number[][][] =>
  data.map((rows) => rows.map((row, index) => (steps.includes(index + 1) ? [...row] : row.map(() => NaN))));

const difference = kernel({ name: 'fourth power', inputs: ['output', 'target'] }, (k) => {
  const error = k.subtract(k.inputs.output, k.inputs.target);
  return { term: k.multiply(error, error, error, error) };
});

/** Of the steps that are asked for alone; what is called at others has nothing to say. */
const own = (label: string): Objective =>
  hostLoss({
    label,
    call(output, target, { items }) {
      if (target.some(Number.isNaN)) return { loss: 0, gradient: Array.from(output, () => 0), count: 0 };
      const errors = Array.from(output, (value, index) => value - target[index]!);
      const loss = errors.reduce((sum, error) => sum + error ** 2, 0) / items;
      return { loss, gradient: errors.map((error) => (2 * error) / items) };
    },
  });

/** One number of a block, as a plugin's objective may give: the mean of the output. */
const meanOutput: Objective = {
  kind: 'meanOutput',
  build(context) {
    const shared = context.sharedTemporary('mean', []);
    const share = context.temporary('share', [context.size]);
    const weighed = kernel({ name: 'weighed', inputs: ['output', 'target'], parameters: ['share'] }, (k) => ({
      share: k.multiply(k.select(k.isNan(k.inputs.target), 0, k.inputs.output), k.parameters.share),
    }));
    context.emit({
      kind: 'map',
      kernel: weighed,
      inputs: [context.output, context.target],
      parameters: [context.perItemStep],
      outputs: [{ target: share, mode: 'set' }],
    });
    context.emit({
      kind: 'reduce',
      operation: 'sum',
      source: share,
      axes: [0, 'items', 'steps'],
      target: shared,
      mode: 'set',
    });
    return shared;
  },
};

interface Case {
  readonly loss: Objective;
  /** The same, where a mean is over all that is asked for. */
  readonly ignoring: Objective;
}
const losses: readonly (readonly [string, Case])[] = [
  ['meanSquaredError', { loss: meanSquaredError(), ignoring: meanSquaredError({ missing: 'ignore' }) }],
  ['softmaxCrossEntropy', { loss: softmaxCrossEntropy(), ignoring: softmaxCrossEntropy({ missing: 'ignore' }) }],
  [
    'kernelLoss',
    { loss: kernelLoss({ kernel: difference }), ignoring: kernelLoss({ kernel: difference, missing: 'ignore' }) },
  ],
  ['hostLoss', { loss: own('sampled'), ignoring: own('of all') }],
  ['directGradient', { loss: directGradient(), ignoring: directGradient() }],
];

/** Loss, metric and learnt weights. */
async function learnt(
  options: ProbeOptions,
  given: Partial<TrainOptions>,
  data: unknown,
  settings: Partial<Settings> = {},
): Promise<readonly number[]> {
  const { net, input, weights, probe } = network(options);
  await using sim = await simulate(net, settings);
  const measured = { targets: [[probe, data]] as TrainOptions['targets'], metrics: accuracy(), ...given };
  const { epochs } = await sim.train([[input, inputs]], {
    optimizer: sgd({ learningRate: 0.1 }),
    epochs: 2,
    minibatchSize: 2,
    shuffle: false,
    ...measured,
  });
  const { losses: objectives, metrics, targets: wanted } = measured;
  const after = await sim.evaluate([[input, inputs]], { losses: objectives, metrics, targets: wanted });
  const reports = epochs.flatMap(({ training }) => [training['loss']!, training['accuracy'] ?? 0]);
  return [...reports, after['loss']!, after['accuracy'] ?? 0, ...sim.data.get(weights).weights!.data];
}

const periods: readonly (readonly [number, readonly number[]])[] = [
  [0.004, [4, 8]],
  [0.0025, [3, 5, 8, 10]],
  [0.01, [10]],
];

describe.each(periods)('sampled every %d s', (sampleEvery, steps) => {
  it('predictions are of the samples', async () => {
    const { net, input, probe } = network({ sampleEvery });
    await using sim = await simulate(net);
    const sampled = (await sim.predict([[input, inputs]])).get(probe)!;
    const whole = network();
    await using other = await simulate(whole.net);
    const all = (await other.predict([[whole.input, inputs]])).get(whole.probe)!.toNested() as number[][][];
    expect(sampled.toNested()).toEqual(at(all, steps));
    const last = (await sim.predict([[input, inputs]], { lastStepOnly: true })).get(probe)!;
    expect(last.toNested()).toEqual(at(all, steps.slice(-1)));
  });

  it.each(losses)('%s is of the samples', async (_, { loss, ignoring }) => {
    const sampled = await learnt({ sampleEvery }, { losses: loss }, at(targets, steps));
    const whole = await learnt({}, { losses: ignoring }, only(targets, steps));
    expectClose(sampled, whole, 1e-12);
  });
});

it('each block weighs as much as it has samples, and one without changes nothing', async () => {
  // Blocks of three steps have samples in the second, third and fourth alone; the fourth is of a single step.
  const steps = [5, 10];
  const options = { sampleEvery: 0.005 };
  const truncated = await learnt(options, { losses: meanSquaredError(), truncation: 3 }, at(targets, steps));
  const ignoring = { losses: meanSquaredError({ missing: 'ignore' }), truncation: 3 };
  expectClose(truncated, await learnt({}, ignoring, only(targets, steps)), 1e-12);
});

it('the mean of a block that is one number weighs as much as the block has samples', async () => {
  const steps = [4, 8];
  const { net, input, probe } = network({ sampleEvery: 0.004 });
  await using sim = await simulate(net);
  const given = { targets: [[probe, at(targets, steps)]] as const };
  const predicted = (await sim.predict([[input, inputs]])).get(probe)!;
  const mean = Array.from(predicted.data).reduce((sum, value) => sum + value, 0) / (3 * steps.length);
  const { loss } = await sim.evaluate([[input, inputs]], { ...given, losses: meanOutput });
  expectClose([loss!], [mean], 1e-12);
  const { epochs } = await sim.train([[input, inputs]], {
    ...given,
    losses: meanOutput,
    optimizer: sgd({ learningRate: 0 }),
    truncation: 3,
    minibatchSize: 2,
  });
  expectClose([epochs[0]!.training['loss']!], [mean], 1e-12);
});

it('a target may be missing at a sample, and held over all samples', async () => {
  const { net, input, probe } = network({ sampleEvery: 0.004 });
  await using sim = await simulate(net);
  const lossOf = async (data: number[][] | number[][][], missing: 'zero' | 'ignore' = 'zero'): Promise<number> => {
    const losses = meanSquaredError({ missing });
    return (await sim.evaluate([[input, inputs]], { targets: [[probe, data]], losses }))['loss']!;
  };
  const written = [0, 1, 2].map((item) => [
    [item, 1],
    [item, 1],
  ]);
  expect(await lossOf(written.map(([row]) => row!))).toBe(await lossOf(written));
  const half = written.map(([row]) => [row!, [NaN, NaN]]);
  expectClose([await lossOf(half)], [(await lossOf(half, 'ignore')) / 2]);
});

it('samples alone say how many steps there are; held inputs, up to the last of them', async () => {
  const { net, input, probe } = network({ sampleEvery: 0.004 });
  await using sim = await simulate(net);
  const held = [[input, [[1, 2]]]] as const;
  const losses: number[] = [];
  for (const steps of [undefined, 12, 15]) {
    const { loss } = await sim.evaluate(held, {
      targets: [
        [
          probe,
          [
            [
              [1, 0],
              [0, 1],
              [1, 1],
            ],
          ],
        ],
      ],
      steps,
    });
    losses.push(loss!);
  }
  expectClose(losses, [losses[0]!, losses[0]!, losses[0]!]);
});

it('one probe samples, another does not, in one call', async () => {
  const { net, input, probe } = network({ sampleEvery: 0.005 });
  const every = net.within(() => new Probe(probe.target));
  await using sim = await simulate(net);
  const reports = await sim.evaluate([[input, inputs]], {
    targets: [
      [probe, at(targets, [5, 10])],
      [every, targets],
    ],
  });
  const alone = async (probed: Probe, data: number[][][]): Promise<number> =>
    (await sim.evaluate([[input, inputs]], { targets: [[probed, data]] }))['loss']!;
  const both = (await alone(probe, at(targets, [5, 10]))) + (await alone(every, targets));
  expectClose([reports['loss']!], [both]);
});

it.each([
  ['reference', REFERENCE_BACKEND],
  ['tfjs', TFJS_BACKEND],
])('in float32 too, on %s', async (_, backend) => {
  for (const losses of [meanSquaredError(), own('float32')]) {
    const given = [{ sampleEvery: 0.004 }, { losses }, at(targets, [4, 8])] as const;
    expectClose(await learnt(...given, { backend, dtype: 'float32' }), await learnt(...given), 1e-5);
  }
});

it('gradients are checked: with targets at the samples, and without at all steps', async () => {
  const { net, probe } = network({ sampleEvery: 0.004 });
  await using sim = await simulate(net);
  await sim.checkGradients();
  const { elementsChecked } = await sim.checkGradients({
    targets: [
      [
        probe,
        [
          [
            [1, 0],
            [0, 1],
          ],
        ],
      ],
    ],
    steps: 9,
  });
  expect(elementsChecked).toBe(4);
});

describe('refused', () => {
  const { net, input, probe } = network({ sampleEvery: 0.004 });
  const refusing = async (data: unknown, steps?: number): Promise<unknown> => {
    await using sim = await simulate(net);
    const options = { targets: [[probe, data]] as TrainOptions['targets'], steps };
    return await sim
      .evaluate([[input, steps === undefined ? inputs : [[1, 2]]]], options)
      .catch((error: unknown) => error);
  };
  it.each<[string, unknown, number | undefined, string, RegExp]>([
    [
      'targets for all steps',
      targets,
      undefined,
      'DATA_DISAGREE',
      /probe out has 10 targets, but takes 2 samples in 10 steps: its sampleEvery is 4 steps/,
    ],
    [
      'a target too few',
      at(targets, [4]),
      undefined,
      'DATA_DISAGREE',
      /probe out has 1 targets, but takes 2 samples in 10 steps/,
    ],
    [
      'steps without a sample',
      [[1, 1]],
      3,
      'TARGETS_ASK_FOR_NOTHING',
      /evaluate: probe out takes no sample in 3 steps.*at least 4 steps/,
    ],
    ['a wrong size', [[[1, 2, 3]]], 4, 'SHAPE_MISMATCH', /\[items, samples, 2\], or \[items, 2\].*all samples/],
  ])('%s', async (_, data, steps, code, names) => {
    expect(await refusing(data, steps)).toEqual(failing(code, names));
  });
});
