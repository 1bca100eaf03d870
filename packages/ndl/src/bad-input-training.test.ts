/** @file Bad options of train, evaluate and predict: refused by name, and nothing is learnt. */
import { describe } from 'vitest';
import {
  adam,
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
  (changes: Partial<Record<keyof TrainOptions, unknown>>, inputs: unknown = [[eyes, [[0.1, 0.2]]]]) =>
  () =>
    sims.sim!.train(inputs as Inputs, { targets: [[motion, [[0, 0]]]], optimizer: sgd(), ...changes } as TrainOptions);
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
      code: 'OPTION_INVALID',
      names: ['train', 'options'],
    },
    { what: 'no epochs', act: train({ epochs: 0 }), code: 'OPTION_INVALID', names: ['epochs', '0'] },
    {
      what: 'a minibatch of zero',
      act: train({ minibatchSize: 0 }),
      code: 'OPTION_INVALID',
      names: ['minibatchSize', '0'],
    },
    { what: 'a truncation of zero', act: train({ truncation: 0 }), code: 'OPTION_INVALID', names: ['truncation', '0'] },
    { what: 'half a step', act: train({ steps: 1.5 }), code: 'OPTION_INVALID', names: ['steps', '1.5'] },
    {
      what: 'no optimizer',
      act: train({ optimizer: undefined }),
      code: 'OPTION_INVALID',
      names: ['optimizer', 'adam()'],
    },
    {
      what: 'an optimizer by name',
      act: train({ optimizer: 'adam' }),
      code: 'OPTION_INVALID',
      names: ['optimizer', "'adam'"],
    },
    {
      what: 'a negative learning rate',
      act: () => adam({ learningRate: -1 }),
      code: 'INVALID_PARAMETER',
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
    { what: 'a loss by name', act: train({ losses: 'mse' }), code: 'OPTION_INVALID', names: ['losses', "'mse'"] },
    { what: 'a loss that is none', act: train({ losses: [[motion, {}]] }), code: 'OPTION_INVALID', names: ['losses'] },
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
    {
      what: 'a loss weight of NaN',
      act: train({ lossWeights: [[motion, NaN]] }),
      code: 'OPTION_INVALID',
      names: ['lossWeights', 'NaN'],
    },
    { what: 'a metric by name', act: train({ metrics: ['accuracy'] }), code: 'OPTION_INVALID', names: ['metrics'] },
    {
      what: 'a loss kernel with a strange input',
      act: () => kernelLoss({ kernel: odd }),
      code: 'LOSS_KERNEL_INVALID',
      names: ['odd', 'weather'],
    },
    {
      what: 'callbacks that are no list',
      act: train({ callbacks: () => 'stop' }),
      code: 'OPTION_INVALID',
      names: ['callbacks', 'a function'],
    },
    {
      what: 'a mode that is none',
      act: predict([[ears, [[1]]]], { mode: 'spikes' }),
      code: 'OPTION_INVALID',
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
