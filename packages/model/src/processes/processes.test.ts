import { expect, test } from 'vitest';
import {
  brownNoise,
  defineProcess,
  filteredNoise,
  piecewise,
  presentInput,
  whiteNoise,
  whiteSignal,
} from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

test('presentInput flattens inputs of any shape', () => {
  expect(
    presentInput(
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      0.5,
    ),
  ).toMatchObject({
    family: 'process',
    kind: 'presentInput',
    inputs: { shape: [1, 2, 2] },
    presentationTime: 0.5,
    defaultSizeIn: 0,
    defaultSizeOut: 4,
    seed: null,
  });
});

test('piecewise sorts times, given as an object or as pairs', () => {
  const fromObject = piecewise({ '0.5': [3, 4], 0: [1, 2] });
  const fromPairs = piecewise([
    [0.5, [3, 4]],
    [0, [1, 2]],
  ]);
  expect(fromObject).toEqual(fromPairs);
  expect(fromObject.times.toNested()).toEqual([0, 0.5]);
  expect(fromObject.values.toNested()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(piecewise({ 1: 5 })).toMatchObject({ interpolation: 'zero', defaultSizeOut: 1 });
});

test('noise is data: what it is drawn from, and behind which filter', () => {
  expect(whiteNoise()).toMatchObject({
    kind: 'whiteNoise',
    distribution: { kind: 'gaussian', mean: 0, standardDeviation: 1 },
    scale: true,
    defaultSizeIn: 0,
    defaultSizeOut: 1,
    fixedSize: false,
    seed: null,
  });
  expect(filteredNoise({ synapse: 0.1, seed: 3, sizeOut: 2 })).toMatchObject({
    kind: 'filteredNoise',
    synapse: { kind: 'lowpass', tau: 0.1 },
    seed: 3,
    defaultSizeOut: 2,
  });
  expect(brownNoise({ scale: false })).toMatchObject({
    synapse: { kind: 'linearFilter', method: 'euler' },
    scale: false,
  });
  expect(whiteSignal(2, 5)).toMatchObject({ kind: 'whiteSignal', period: 2, high: 5, rms: 0.5, y0: null });
});

test('functions among the values of piecewise are called once, at their time, to learn their size', () => {
  const times: number[] = [];
  const made = piecewise({ 1: [1, 2], 0.5: (t) => [times.push(t), t] });
  expect(times).toEqual([0.5]);
  expect(made.defaultSizeOut).toBe(2);
  expect(made.functions).toEqual([expect.any(Function), null]);
  expect(piecewise({ 0: 1 }).functions).toBe(null);
});

test("a third party's process has the sizes that it names, or 0 in and 1 out", () => {
  expect(defineProcess({ kind: 'acme/noise' })).toMatchObject({
    defaultSizeIn: 0,
    defaultSizeOut: 1,
    fixedSize: false,
    seed: null,
  });
  expect(defineProcess({ kind: 'acme/echo', defaultSizeIn: 2, seed: 3, gain: 2 })).toMatchObject({
    defaultSizeIn: 2,
    seed: 3,
    gain: 2,
  });
});

test.each<[string, () => unknown, string, string]>([
  ['a presentation without duration', () => presentInput([1], 0), 'INVALID_OPTION', 'presentationTime'],
  ['no inputs', () => presentInput([], 1), 'INVALID_OPTION', 'inputs'],
  ['a bare number of inputs', () => presentInput(1, 1), 'INVALID_OPTION', 'inputs'],
  ['an infinite input', () => presentInput([Infinity], 1), 'NOT_FINITE', 'inputs'],
  ['no times', () => piecewise({}), 'INVALID_OPTION', 'at least one time'],
  ['a time that is no number', () => piecewise({ soon: 1 }), 'INVALID_OPTION', "numbers of seconds; got 'soon'"],
  ['an infinite time', () => piecewise([[Infinity, 1]]), 'NOT_FINITE', 'times'],
  [
    'a time said twice',
    () =>
      piecewise([
        [1, 1],
        [1, 2],
      ]),
    'INVALID_OPTION',
    'different',
  ],
  [
    'values of unequal sizes',
    () => piecewise({ 0: 1, 1: [1, 2] }),
    'INVALID_OPTION',
    'the value at 1 s must be 1 numbers',
  ],
  ['a value of NaN', () => piecewise({ 0: Number.NaN }), 'NOT_FINITE', 'the value at 0 s'],
  [
    'an unknown interpolation',
    () => piecewise({ 0: 1 }, { interpolation: 'kubic' as never }),
    'INVALID_OPTION',
    "'zero'",
  ],
  [
    'a cubic through three points',
    () => piecewise({ 0: 1, 1: 2, 2: 1 }, { interpolation: 'cubic' }),
    'INVALID_OPTION',
    "at least 4 for 'cubic'; got 3",
  ],
  [
    'a parabola through two',
    () => piecewise({ 0: 1, 1: 2 }, { interpolation: 'quadratic' }),
    'INVALID_OPTION',
    "at least 3 for 'quadratic'",
  ],
  [
    'a function between lines',
    () => piecewise({ 0: 1, 1: (t) => t }, { interpolation: 'linear' }),
    'INVALID_OPTION',
    "'zero' where functions are",
  ],
  [
    'a function of another size',
    () => piecewise({ 0: [1, 2], 1: (t) => t }),
    'INVALID_OPTION',
    'the value at 1 s must be 2',
  ],
  [
    'a function that throws',
    () =>
      piecewise({
        0: () => {
          throw new Error('no luck');
        },
      }),
    'FUNCTION_FAILED',
    'no luck',
  ],
  [
    'a signal that is slower than its period',
    () => whiteSignal(0.1, 5),
    'INVALID_OPTION',
    'high must be at least 1 / period',
  ],
  ['a signal of no power', () => whiteSignal(1, 5, { rms: 0 }), 'INVALID_OPTION', 'whiteSignal: rms'],
  ['noise from an array', () => whiteNoise({ distribution: [1, 2] as never }), 'INVALID_OPTION', 'a distribution'],
  ['noise behind a time below 0', () => filteredNoise({ synapse: -1 }), 'INVALID_OPTION', 'filteredNoise: synapse'],
  ['noise without elements', () => brownNoise({ sizeOut: 0 }), 'INVALID_OPTION', 'brownNoise: sizeOut'],
])('%s is refused', (_, make, code, text) => {
  expect(make).toThrow(failing(code, text));
});
