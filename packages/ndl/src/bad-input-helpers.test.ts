/** @file What is no part of a network or a call: arrays, tokens, groups and gradients made of the wrong things, refused by name. */
import { evaluateStep, lifRateDefinition, softLifGradient } from '@ndl/neurons';
import { minibatches } from '@ndl/training';
import { describe, expect, it } from 'vitest';
import { refuses, type BadInput } from './bad-input.test-helper.ts';
import {
  configureSettings,
  describeGroup,
  kernel,
  lifRate,
  NdArray,
  Network,
  RandomState,
  Simulator,
  token,
  type SettingsInput,
} from './index.ts';
import { net, options, untyped } from './senses.test-helper.ts';

const invalid = (what: string, act: () => unknown, ...names: BadInput['names']): BadInput => ({
  what,
  code: 'INVALID_OPTION',
  names,
  act,
});

const two = new Float64Array(2);
const ofArrays: readonly BadInput[] = [
  ...[undefined, null, [1, 2], 3n, 'ab', Int32Array.of(1, 2), new BigInt64Array(2), {}].map((data) =>
    invalid(`data ${String(data)}`, () => new NdArray(untyped(data), [2]), 'new NdArray: data', 'ndarray('),
  ),
  ...[undefined, null, 2, 'x', [2.5], [-2], ['2'], [2n], new Array(1), { length: 1 }].flatMap((shape) => [
    invalid(`shape ${String(shape)}`, () => new NdArray(two, untyped(shape)), 'new NdArray: the shape'),
    invalid(`reshape ${String(shape)}`, () => new NdArray(two, [2]).reshape(untyped(shape)), 'reshape: the shape'),
  ]),
  invalid('lengths whose product is right', () => new NdArray(new Float64Array(4), [-2, -2]), '[-2, -2]'),
];

const ofTokens = [undefined, null, '', 3, Symbol('x'), ['a']].map((id) =>
  invalid(`token of ${String(id)}`, () => token(untyped(id)), 'token: the id', '@you/package'),
);

const ofGroups = [undefined, null, 3, [], [undefined], {}, 'ab'].map((group) =>
  invalid(`group ${String(group)}`, () => describeGroup(untyped(group)), 'describeGroup', 'sim.plan.groups'),
);

const step = lifRateDefinition.step(lifRate());
const gives = { current: [1] };
const ofNeurons: readonly BadInput[] = [
  ...[null, 3, 'x', [0.1]].flatMap((given) => [
    invalid(`softLifGradient(${String(given)})`, () => softLifGradient(untyped(given)), 'softLifGradient: the options'),
    invalid(`evaluateStep(…, ${String(given)})`, () => evaluateStep(step, gives, untyped(given)), 'evaluateStep'),
  ]),
  ...[true, '1', 1n, NaN].map((sigma): BadInput => {
    const act = (): unknown => softLifGradient(untyped({ sigma }));
    return { what: `sigma ${String(sigma)}`, code: 'SMOOTHING_INVALID', names: ['sigma of softLifGradient'], act };
  }),
  invalid('dtype float16', () => evaluateStep(step, gives, untyped({ dtype: 'float16' })), 'dtype', "'float16'"),
  invalid('dt of text', () => evaluateStep(step, gives, untyped({ dt: '1' })), 'dt', "'1'"),
];

const unknownNames: readonly BadInput[] = [
  ['softLifGradient', () => softLifGradient(untyped({ sigmaa: 1 }))],
  ['evaluateStep', () => evaluateStep(step, gives, untyped({ sigmaa: 1 }))],
  ['minibatches', () => minibatches(3, 1, untyped({ sigmaa: 1 })).next()],
].map(([what, act]) => ({ what, code: 'UNKNOWN_OPTION', names: [what, 'sigmaa'], act }) as BadInput);

const ofMinibatches: readonly BadInput[] = [
  invalid('shuffle as a text', () => minibatches(3, 1, untyped({ shuffle: 'no' })).next(), 'shuffle', "'no'"),
  invalid('random that cannot', () => minibatches(3, 1, untyped({ shuffle: true, random: {} })).next(), 'random'),
];

describe.each([
  ['arrays', ofArrays],
  ['tokens', ofTokens],
  ['groups', ofGroups],
  ['neurons', ofNeurons],
  ['minibatches', ofMinibatches],
  ['names that are not known', unknownNames],
])('%s', (_, table) => {
  refuses(table);
});

describe('seconds of a run', () => {
  const odd = [Symbol('s'), [Symbol('s')], Object.create(null), 1n].map((seconds: unknown) => {
    return invalid(typeof seconds, async () => {
      await using sim = await Simulator.create(net, options);
      await sim.run(untyped(seconds));
    });
  });
  refuses(odd);
});

it('a session config that contains itself is refused by a name in it', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['gpu'] = cyclic;
  const network = new Network();
  const set = (): void =>
    network.within(() => configureSettings({ sessionConfig: cyclic } as unknown as SettingsInput));
  expect(set).toThrow(expect.objectContaining({ code: 'INVALID_SETTING' }) as Error);
  expect(set).toThrow('sessionConfig');
});

it('what is right passes', () => {
  expect(new NdArray(Float32Array.of(1, 2), [2, 1]).shape).toEqual([2, 1]);
  expect(new NdArray(new Float64Array(), [0, 3]).size).toBe(0);
  expect(new RandomState(1).random()).toBe(new RandomState(1).random());
  expect(softLifGradient({ sigma: 0.2 }).name).toBe('softLif');
  expect(kernel({ name: 'k', inputs: ['x'] }, (k) => ({ y: k.inputs.x })).name).toBe('k');
});
