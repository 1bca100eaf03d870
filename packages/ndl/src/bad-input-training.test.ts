/** @file Bad options of train, evaluate and predict: refused by name, and nothing is learnt. */
import { describe } from 'vitest';
import {
  adam,
  Connection,
  kernel,
  kernelLoss,
  meanSquaredError,
  Network,
  Node,
  Probe,
  sgd,
  Simulator,
  type Inputs,
  type PredictOptions,
  type TrainOptions,
} from './index.ts';
import { refuses } from './bad-input.test-helper.ts';
import { ears, eyes, foreign, motion, options, speech, survives, untyped } from './senses.test-helper.ts';

const sims: { sim?: Simulator } = {};

const train =
  (changes: Partial<Record<keyof TrainOptions, unknown>>, ...inputs: readonly unknown[]) =>
  () =>
    sims.sim!.train(
      (inputs.length === 0 ? [[eyes, [[0.1, 0.2]]]] : inputs[0]) as Inputs,
      { targets: [[motion, [[0, 0]]]], optimizer: sgd(), ...changes } as TrainOptions,
    );
/** Learns nothing, so that what comes after an epoch can be refused. */
const still = { optimizer: sgd({ learningRate: 0 }) };
const predict =
  (inputs: unknown, changes: Partial<Record<keyof PredictOptions, unknown>> = {}) =>
  () =>
    sims.sim!.predict(inputs as Inputs, changes as PredictOptions);

describe('training', () => {
  const odd = kernel({ name: 'odd', inputs: ['output', 'weather'] }, (k) => ({
    loss: k.add(k.inputs.output, k.inputs.weather),
  }));
  refuses([
    {
      what: 'an unknown option',
      act: train({ epoch: 3 } as never),
      code: 'UNKNOWN_OPTION',
      names: ["'epoch'", 'Did you mean epochs?'],
    },
    {
      what: 'no options',
      act: () => sims.sim!.train([[eyes, [[1, 2]]]], untyped(undefined)),
      code: 'INVALID_OPTION',
      names: ['train', 'options'],
    },
    { what: 'no epochs', act: train({ epochs: 0 }), code: 'INVALID_OPTION', names: ['epochs', '0'] },
    {
      what: 'a minibatch of zero',
      act: train({ minibatchSize: 0 }),
      code: 'INVALID_OPTION',
      names: ['minibatchSize', '0'],
    },
    { what: 'a truncation of zero', act: train({ truncation: 0 }), code: 'INVALID_OPTION', names: ['truncation', '0'] },
    { what: 'half a step', act: train({ steps: 1.5 }), code: 'INVALID_OPTION', names: ['steps', '1.5'] },
    {
      what: 'no optimizer',
      act: train({ optimizer: undefined }),
      code: 'INVALID_OPTION',
      names: ['optimizer', 'adam()'],
    },
    {
      what: 'an optimizer by name',
      act: train({ optimizer: 'adam' }),
      code: 'INVALID_OPTION',
      names: ['optimizer', "'adam'"],
    },
    {
      what: 'a negative learning rate',
      act: () => adam({ learningRate: -1 }),
      code: 'INVALID_OPTION',
      names: ['adam', 'learningRate', '-1'],
    },
    {
      what: 'an unknown option of an optimizer',
      act: () => adam(untyped({ rate: 1 })),
      code: 'UNKNOWN_OPTION',
      names: ['adam', "'rate'"],
    },
    {
      what: 'a schedule that ends in NaN',
      act: train({ optimizer: sgd({ learningRate: () => NaN }) }),
      code: 'SCHEDULE_INVALID',
      names: ['sgd', 'NaN', 'update 1'],
    },
    { what: 'a loss by name', act: train({ losses: 'mse' }), code: 'INVALID_OPTION', names: ['losses', "'mse'"] },
    { what: 'a loss that is none', act: train({ losses: [[motion, {}]] }), code: 'INVALID_OPTION', names: ['losses'] },
    {
      what: 'a loss for a probe without targets',
      act: train({ losses: [[speech, meanSquaredError()]] }),
      code: 'TARGETS_MISSING',
      names: ['losses', 'speech', 'motion'],
    },
    {
      what: 'a loss for a probe of another network',
      act: train({ losses: [[foreign.probe, meanSquaredError()]] }),
      code: 'FOREIGN_OBJECT',
      names: ['foreign probe'],
    },
    ...['losses', 'metrics', 'lossWeights'].flatMap((option) => {
      const value = option === 'lossWeights' ? 1 : meanSquaredError();
      return [
        {
          what: `${option} for a node`,
          act: train({ [option]: [[eyes, value]] }),
          code: 'NOT_A_TARGET',
          names: [`${option}: node 'eyes' is no probe, and ${option} belong to probes: motion, speech.`],
        },
        {
          what: `${option} for undefined`,
          act: train({ [option]: [[undefined, value]] }),
          code: 'INVALID_OPTION',
          names: [`${option}: the first of a pair must be a Probe (got undefined)`],
        },
      ];
    }),
    {
      what: 'a loss that is none, of evaluate',
      act: () => sims.sim!.evaluate([[ears, [[1]]]], untyped({ targets: [[motion, [[0, 0]]]], losses: 'mse' })),
      code: 'INVALID_OPTION',
      names: ['evaluate: losses must be'],
    },
    {
      what: 'a loss for a node, of evaluate',
      act: () =>
        sims.sim!.evaluate(
          [[ears, [[1]]]],
          untyped({ targets: [[motion, [[0, 0]]]], losses: [[eyes, meanSquaredError()]] }),
        ),
      code: 'NOT_A_TARGET',
      names: ['evaluate: losses: '],
    },
    {
      what: 'a loss weight of NaN, of checkGradients',
      act: () => sims.sim!.checkGradients({ lossWeights: [[motion, NaN]] }),
      code: 'INVALID_OPTION',
      names: ['checkGradients: lossWeights must be'],
    },
    {
      what: 'a loss weight that float32 makes infinite, of evaluate',
      act: () => sims.sim!.evaluate([[ears, [[1]]]], { targets: [[motion, [[0, 0]]]], lossWeights: [[motion, 1e39]] }),
      code: 'INVALID_OPTION',
      names: ['evaluate: lossWeights: that of probe motion'],
    },
    {
      what: 'a loss weight of NaN',
      act: train({ lossWeights: [[motion, NaN]] }),
      code: 'INVALID_OPTION',
      names: ['lossWeights', 'NaN'],
    },
    { what: 'a metric by name', act: train({ metrics: ['accuracy'] }), code: 'INVALID_OPTION', names: ['metrics'] },
    {
      what: 'a loss kernel with a strange input',
      act: () => kernelLoss({ kernel: odd }),
      code: 'LOSS_KERNEL_INVALID',
      names: ['odd', 'weather'],
    },
    {
      what: 'callbacks that are no list',
      act: train({ callbacks: () => 'stop' }),
      code: 'INVALID_OPTION',
      names: ['callbacks', 'a function'],
    },
    {
      what: 'a function for a callback',
      act: train({ callbacks: [() => 'stop'] }),
      code: 'INVALID_OPTION',
      names: ['callbacks[0]', 'onEpochEnd', 'a function'],
    },
    {
      what: 'null for a callback',
      act: train({ callbacks: [{ onEpochEnd: () => undefined }, null] }),
      code: 'INVALID_OPTION',
      names: ['callbacks[1]', 'null'],
    },
    {
      what: 'a hole in the callbacks',
      // oxlint-disable-next-line no-sparse-arrays -- that is what is tested
      act: train({ callbacks: [,] }),
      code: 'INVALID_OPTION',
      names: ['callbacks[0]', 'undefined'],
    },
    {
      what: 'a callback of an unknown name',
      act: train({ callbacks: [{ onEpochEnds: () => undefined }] }),
      code: 'UNKNOWN_OPTION',
      names: ['callbacks[0]', "'onEpochEnds'", 'Did you mean onEpochEnd?'],
    },
    {
      what: 'an unknown name beside a known one, in a class',
      act: train({
        callbacks: [
          new (class {
            best = Infinity;
            onEpochEnd(): void {}
            onBatchEnd(): void {}
          })(),
        ],
      }),
      code: 'UNKNOWN_OPTION',
      names: ["'onBatchEnd'"],
    },
    {
      what: 'an object that calls nothing',
      act: train({ callbacks: [{}] }),
      code: 'INVALID_OPTION',
      names: ['callbacks[0]', 'onEpochEnd'],
    },
    {
      what: 'a callback that is no function',
      act: train({ callbacks: [{ onEpochEnd: 'x' }] }),
      code: 'INVALID_OPTION',
      names: ['callbacks[0].onEpochEnd', "'x'"],
    },
    ...['Stop', true, null, 0, ['stop']].map((verdict) => ({
      what: `a verdict that is none: ${JSON.stringify(verdict)}`,
      act: train({ ...still, callbacks: [{ onEpochEnd: () => verdict }] }),
      code: 'INVALID_OPTION',
      names: ['callbacks[0].onEpochEnd', "'stop'"],
    })),
    {
      what: 'a verdict that is none, promised',
      act: train({ ...still, callbacks: [{ onEpochEnd: () => Promise.resolve(false) }] }),
      code: 'INVALID_OPTION',
      names: ['callbacks[0].onEpochEnd', 'false'],
    },
    ...[
      ['shuffle', 'no'],
      ['shuffle', null],
      ['shuffle', 1],
      ['seed', '1'],
      ['seed', -1],
      ['seed', 1.5],
      ['seed', 1n],
      ['epochs', '3'],
      ['epochs', 3n],
      ['epochs', null],
      ['epochs', 1.5],
      ['truncation', '2'],
      ['truncation', null],
      ['truncation', NaN],
      ['minibatchSize', '2'],
      ['steps', 2n],
      ['validation', null],
      ['validation', true],
      ['validation', [[0.1]]],
      ['losses', null],
      ['losses', 3],
      ['losses', () => 1],
      ['losses', [meanSquaredError()]],
      ['metrics', null],
      ['metrics', 'accuracy'],
      ['metrics', [[motion, 'accuracy']]],
      ['lossWeights', 2],
      ['lossWeights', null],
      ['lossWeights', [[motion, '1']]],
      ['lossWeights', [[motion, 1n]]],
      ['lossWeights', [[motion, Infinity]]],
      [
        'lossWeights',
        [
          [motion, 1],
          [motion, 2],
        ],
      ],
      ['optimizer', null],
      ['optimizer', sgd],
      ['optimizer', {}],
      ['optimizer', { kind: 'mine', update: {} }],
    ].map(([option, value]) => ({
      what: `${String(option)}: ${typeof value === 'bigint' ? 'a BigInt' : typeof value === 'function' ? 'a function' : JSON.stringify(value, (_, inner: unknown) => (inner === motion ? 'motion' : typeof inner === 'bigint' ? 'a BigInt' : typeof inner === 'function' ? 'a function' : inner))}`,
      act: train({ [option as string]: value }),
      code: 'INVALID_OPTION',
      names: [option as string],
    })),
    {
      what: 'an unknown option of validation',
      act: train({ validation: { inputs: [[eyes, [[1, 2]]]], target: [[motion, [[1, 2]]]] } }),
      code: 'UNKNOWN_OPTION',
      names: ['validation', "'target'", 'Did you mean targets?'],
    },
    {
      what: 'validation without targets',
      act: train({ validation: { inputs: [[eyes, [[1, 2]]]] } }),
      code: 'INVALID_OPTION',
      names: ['validation', 'targets'],
    },
    {
      what: 'inputs that are undefined',
      act: train({}, undefined as never),
      code: 'INVALID_OPTION',
      names: ['inputs', 'an empty Map'],
    },
    ...['x', -1, 0, NaN, Infinity, null, 1n].map((tolerance) => ({
      what: `a tolerance of ${String(tolerance)}`,
      act: () => sims.sim!.checkGradients(untyped({ tolerance })),
      code: 'INVALID_OPTION',
      names: ['checkGradients', 'tolerance'],
    })),
    {
      what: 'an optimizer that lacks a scalar of its kernel',
      act: train({ optimizer: { ...sgd(), kind: 'forgetful', scalars: () => ({}) } }),
      code: 'OPTIMIZER_INVALID',
      names: ['forgetful', 'learningRate'],
    },
    {
      what: 'an optimizer with a scalar that its kernel does not have',
      act: train({ optimizer: { ...sgd(), kind: 'eager', scalars: () => ({ learningRate: 0, rate: 1 }) } }),
      code: 'OPTIMIZER_INVALID',
      names: ['eager', "'rate'"],
    },
    {
      what: 'a mode that is none',
      act: predict([[ears, [[1]]]], { mode: 'spikes' }),
      code: 'INVALID_OPTION',
      names: ['mode', "'spiking'", "'spikes'"],
    },
    {
      what: 'probes of another network',
      act: predict([[ears, [[1]]]], { probes: [foreign.probe] }),
      code: 'FOREIGN_OBJECT',
      names: ['foreign probe', 'motion'],
    },
    {
      what: 'an unknown option of predict',
      act: predict([[ears, [[1]]]], { step: 3 } as never),
      code: 'UNKNOWN_OPTION',
      names: ["'step'", 'Did you mean steps?'],
    },
    {
      what: 'an unknown option of evaluate',
      act: () => sims.sim!.evaluate([[ears, [[1]]]], untyped({ targets: [[motion, [[0, 0]]]], optimizer: sgd() })),
      code: 'UNKNOWN_OPTION',
      names: ["'optimizer'"],
    },
    {
      what: 'an unknown option of checkGradients',
      act: () => sims.sim!.checkGradients(untyped({ epsilon: 1 })),
      code: 'UNKNOWN_OPTION',
      names: ["'epsilon'"],
    },
    ...(['train', 'evaluate', 'checkGradients'] as const).map((call) => ({
      what: `${call} of a network without probes`,
      act: async () => {
        const net = new Network({ seed: 1 }, () => {
          new Connection(new Node([0]), new Node({ sizeIn: 1 }), { synapse: null, transform: [[2]] });
        });
        await using sim = await Simulator.create(net, options);
        const measured = { targets: [[1]] };
        if (call === 'train') await sim.train([[1]], { ...measured, optimizer: sgd() });
        else if (call === 'evaluate') await sim.evaluate([[1]], measured);
        else await sim.checkGradients();
      },
      code: 'TARGETS_MISSING',
      names: [call, 'the network has no probe'],
    })),
    {
      what: 'nothing that may be trained',
      act: async () => {
        const frozen = new Network({ seed: 1 });
        const { input, probe } = frozen.within(() => {
          const input = new Node([0]);
          return { input, probe: new Probe(input) };
        });
        await using sim = await Simulator.create(frozen, options);
        await sim.train([[input, [[1]]]], { targets: [[probe, [[1]]]], optimizer: sgd() });
      },
      code: 'NOTHING_TRAINABLE',
      names: ['trainable'],
    },
  ]);
});

survives(sims);
