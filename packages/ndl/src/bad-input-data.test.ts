/** @file Bad data for nodes and probes: refused by the name of the object, and nothing happens. */
import { describe } from 'vitest';
import { NdArray, sgd, type Inputs, type PredictOptions, type Simulator, type TrainOptions } from './index.ts';
import { refuses } from './bad-input.test-helper.ts';
import { ears, eyes, foreign, motion, net, relay, survives } from './senses.test-helper.ts';

const sims: { sim?: Simulator } = {};

const train =
  (changes: Partial<Record<keyof TrainOptions, unknown>>, inputs: unknown = [[eyes, [[0.1, 0.2]]]]) =>
  () =>
    sims.sim!.train(inputs as Inputs, { targets: [[motion, [[0, 0]]]], optimizer: sgd(), ...changes } as TrainOptions);
const predict =
  (inputs: unknown, changes: Partial<Record<keyof PredictOptions, unknown>> = {}) =>
  () =>
    sims.sim!.predict(inputs as Inputs, changes as PredictOptions);

describe('data', () => {
  refuses([
    {
      what: 'of a wrong size',
      act: predict([[eyes, [[1, 2, 3]]]]),
      code: 'SHAPE_MISMATCH',
      names: ['eyes', '[items, steps, 2]', '[1, 3]'],
    },
    { what: 'with an axis too few', act: predict([[eyes, [1, 2]]]), code: 'SHAPE_MISMATCH', names: ['eyes', '[2]'] },
    {
      what: 'with an axis too many',
      act: predict([[eyes, [[[[1, 2]]]]]]),
      code: 'SHAPE_MISMATCH',
      names: ['eyes', '[1, 1, 1, 2]'],
    },
    {
      what: 'without items',
      act: predict([[eyes, new NdArray(new Float64Array(0), [0, 2])]]),
      code: 'SHAPE_MISMATCH',
      names: ['eyes', '[0, 2]'],
    },
    {
      what: 'without steps',
      act: predict([[eyes, new NdArray(new Float64Array(0), [1, 0, 2])]]),
      code: 'SHAPE_MISMATCH',
      names: ['eyes', '[1, 0, 2]'],
    },
    { what: 'that are ragged', act: predict([[eyes, [[1, 2], [3]]]]), code: 'RAGGED_ARRAY', names: ['eyes', '[1]'] },
    { what: 'that are no numbers', act: predict([[eyes, [['1', '2']]]]), code: 'NOT_NUMERIC', names: ['eyes'] },
    { what: 'that are null', act: predict([[eyes, null]]), code: 'NOT_NUMERIC', names: ['eyes'] },
    {
      what: 'with NaN',
      act: predict([
        [
          eyes,
          [
            [0, 0],
            [0, NaN],
          ],
        ],
      ]),
      code: 'NOT_FINITE',
      names: ['eyes', 'NaN', 'item 1'],
    },
    {
      what: 'with infinity',
      act: predict([[eyes, [[Infinity, 0]]]]),
      code: 'NOT_FINITE',
      names: ['eyes', 'Infinity', 'item 0'],
    },
    {
      what: 'of other items than the rest',
      act: predict([
        [eyes, [[1, 2]]],
        [ears, [[1], [2]]],
      ]),
      code: 'DATA_DISAGREE',
      names: ['ears', '2 items', 'eyes', '1'],
    },
    {
      what: 'of other steps than the rest',
      act: predict([
        [eyes, [[[1, 2]]]],
        [ears, [[[1], [2]]]],
      ]),
      code: 'DATA_DISAGREE',
      names: ['ears', '2 steps', 'eyes'],
    },
    {
      what: 'of other steps than asked for',
      act: predict([[ears, [[[1], [2]]]]], { steps: 3 }),
      code: 'DATA_DISAGREE',
      names: ['ears', '2 steps', '3'],
    },
    {
      what: 'for a node of another network',
      act: predict([[foreign.node, [[1]]]]),
      code: 'FOREIGN_OBJECT',
      names: ['stranger', 'node eyes'],
    },
    {
      what: 'for an ensemble',
      act: predict([[net.ensembles[0], [[1, 2]]]]),
      code: 'NOT_AN_INPUT',
      names: ['ensemble', 'is no node', 'node eyes'],
    },
    {
      what: 'for neurons',
      act: predict([[net.ensembles[0]!.neurons, [[1, 2]]]]),
      code: 'NOT_AN_INPUT',
      names: ['neurons', 'node eyes'],
    },
    {
      what: 'for a node that takes input',
      act: predict([[relay, [[1]]]]),
      code: 'NOT_AN_INPUT',
      names: ["node 'relay' takes input and cannot be fed; feed nodes without sizeIn: node eyes, node ears."],
    },
    {
      what: 'as targets, for a node',
      act: train({ targets: [[eyes, [[1, 2]]]] }),
      code: 'NOT_A_TARGET',
      names: ["node 'eyes' is no probe, and targets belong to probes: probe motion, probe speech."],
    },
    {
      what: 'as targets, for an ensemble',
      act: train({ targets: [[net.ensembles[0], [[1, 2]]]] }),
      code: 'NOT_A_TARGET',
      names: ['ensemble', 'probe motion'],
    },
    {
      what: 'twice for one node',
      act: predict([
        [ears, [[1]]],
        [ears, [[2]]],
      ]),
      code: 'DATA_TWICE',
      names: ['ears'],
    },
    ...(
      [
        ['undefined', [[undefined, [[1]]]], '(got undefined)'],
        ['a name', [['nodes[0]', [[1]]]], "(got 'nodes[0]')"],
        [
          'nothing, beside a node',
          [
            [ears, [[1]]],
            [null, [[1]]],
          ],
          '(got null)',
        ],
        ['a plain object', [[{}, [[1]]]], '(got'],
      ] as const
    ).flatMap(([first, pairs, got]) => [
      {
        what: `for ${first}`,
        act: predict(pairs),
        code: 'INVALID_OPTION',
        names: ['predict: inputs: the first of a pair must be a Node', got],
      },
      {
        what: `as targets, for ${first}`,
        act: train({ targets: pairs }),
        code: 'INVALID_OPTION',
        names: ['train: targets: the first of a pair must be a Probe', got],
      },
    ]),
    {
      what: 'in a Map, for undefined',
      act: predict(new Map([[undefined, [[1]]]])),
      code: 'INVALID_OPTION',
      names: ['predict: inputs: each key of a Map must be a Node (got undefined)'],
    },
    {
      what: 'left out of a pair',
      act: predict([[ears]]),
      code: 'INVALID_OPTION',
      names: ["predict: inputs: node 'ears' must come in a pair [object, data], got a list of 1."],
    },
    {
      what: 'with more in a pair',
      act: train({ targets: [[motion, [[0, 0]], 3]] }),
      code: 'INVALID_OPTION',
      names: ["train: targets: probe 'motion' must come in a pair [object, data], got a list of 3."],
    },
    {
      what: 'for an ensemble without label',
      act: predict([[net.ensembles[0], [[1]]]]),
      code: 'NOT_AN_INPUT',
      names: ['predict: inputs: Ensemble (ensembles[0]) is no node'],
    },
    {
      what: 'bare, where there are two input nodes',
      act: predict([[1, 2]]),
      code: 'DATA_AMBIGUOUS',
      names: ['node eyes', 'node ears'],
    },
    { what: 'none', act: predict(undefined), code: 'INVALID_OPTION', names: ['inputs'] },
    {
      what: 'for a run, of other items than the simulator has',
      act: () => sims.sim!.runSteps(2, { inputs: [[ears, [[1], [2]]]] }),
      code: 'DATA_DISAGREE',
      names: ['ears', '2 items'],
    },
    {
      what: 'for a run, of other steps',
      act: () => sims.sim!.runSteps(2, { inputs: [[ears, [[[1]]]]] }),
      code: 'DATA_DISAGREE',
      names: ['ears', '1 steps', 'run'],
    },
    {
      what: 'for a run, with NaN',
      act: () => sims.sim!.runSteps(1, { inputs: [[ears, [[NaN]]]] }),
      code: 'NOT_FINITE',
      names: ['ears'],
    },
    {
      what: 'as targets, of a wrong size',
      act: train({ targets: [[motion, [[1]]]] }),
      code: 'SHAPE_MISMATCH',
      names: ['motion', '2'],
    },
    {
      what: 'as targets, with infinity',
      act: train({ targets: [[motion, [[1, -Infinity]]]] }),
      code: 'NOT_FINITE',
      names: ['motion', '-Infinity'],
    },
    {
      what: 'as targets, of other items than the inputs',
      act: train({
        targets: [
          [
            motion,
            [
              [1, 2],
              [3, 4],
            ],
          ],
        ],
      }),
      code: 'DATA_DISAGREE',
      names: ['motion', '2 items', 'eyes'],
    },
    {
      what: 'as targets, for a probe of another network',
      act: train({ targets: [[foreign.probe, [[1]]]] }),
      code: 'FOREIGN_OBJECT',
      names: ['foreign probe', 'motion'],
    },
    { what: 'no targets', act: train({ targets: undefined }), code: 'INVALID_OPTION', names: ['targets'] },
    { what: 'an empty Map of targets', act: train({ targets: new Map() }), code: 'INVALID_OPTION', names: ['targets'] },
    {
      what: 'of validation, of a wrong size',
      act: train({ validation: { inputs: [[ears, [[1, 2]]]], targets: [[motion, [[0, 0]]]] } }),
      code: 'SHAPE_MISMATCH',
      names: ['ears'],
    },
  ]);
});

survives(sims);
