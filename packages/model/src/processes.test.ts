import { expect, test } from 'vitest';
import { defineProcess, piecewise, presentInput } from './index.ts';

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
  ['another interpolation', () => piecewise({ 0: 1 }, { interpolation: 'cubic' as never }), 'INVALID_OPTION', "'zero'"],
])('%s is refused', (_, make, code, text) => {
  expect(make).toThrow(failing(code, text));
});
