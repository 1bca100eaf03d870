/** @file What is said to those who do not see a picture is true of what is drawn, also where numbers are missing or all the same. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lossCurve, raster, traces, weights } from './index.ts';
import { all, readXml } from './xml.test-helper.ts';

const said = (picture: string): string => readXml(picture).children[1]!.text;
const epochs = (training: readonly number[], validation: readonly (number | undefined)[] = []) => ({
  epochs: training.map((loss, index) => ({
    epoch: index + 1,
    training: { loss },
    ...(validation[index] !== undefined && { validation: { loss: validation[index] } }),
  })),
});

test.each([
  ['times that are missing', traces([NaN, 1, 2], [1, 2, 3]), 'One line from 1 to 2; values from 2 to 3.'],
  ['values that are missing', traces([0, 1, 2], [1, 2, Infinity]), 'One line from 0 to 1; values from 1 to 2.'],
  ['times in any order', traces([3, 1, 2], [1, 2, 3]), 'One line from 1 to 3; values from 1 to 3.'],
  ['values all the same', traces([0, 1], [5, 5]), 'One line from 0 to 1; values from 5 to 5.'],
  ['what is meant beyond', traces([0, 1], [1, 2], { meant: [-9, 9] }), 'One line from 0 to 1; values from 1 to 2.'],
  ['no value', traces([0, 1], [NaN, NaN]), 'No value that is finite at a time that is.'],
  ['no time of a value', traces([0, NaN], [NaN, 1]), 'No value that is finite at a time that is.'],
  ['spikes at times that are missing', raster([NaN, 1, 2], [1, 1, 0]), '1 spike of 1 neuron from 1 to 2.'],
  ['spikes at no time', raster([NaN], [1]), '0 spikes of 1 neuron at no time that is finite.'],
  ['weights that are missing', weights([[NaN, 2]]), '1 row, 2 columns; from 2 to 2.'],
  ['no weights', weights([[NaN, NaN]]), '1 row, 2 columns; none is finite.'],
  [
    'a loss that is missing',
    lossCurve(epochs([NaN, 1, 0.5])),
    '3 epochs. training: from 1 to 0.5, in 2 of 3 epochs, from epoch 2 to 3.',
  ],
  ['no loss', lossCurve(epochs([NaN, NaN])), '2 epochs. loss: nowhere finite.'],
  [
    'validation in some epochs',
    lossCurve(epochs([3, 2, 1, 0.5], [undefined, 0.8, undefined, 0.7])),
    '4 epochs. training: from 3 to 0.5. validation: from 0.8 to 0.7, in 2 of 4 epochs, from epoch 2 to 4.',
  ],
])('%s', (_, picture, words) => {
  expect(said(picture)).toBe(words);
});

test('of any numbers, nothing is said that is none', () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 6 }), (values) => {
      for (const picture of [
        traces(values, values),
        raster(values, values),
        weights(values),
        lossCurve(epochs(values, values)),
      ])
        expect(said(picture)).not.toMatch(/NaN|Infinity|undefined/);
    }),
  );
});

describe('lossCurve refuses records that are none', () => {
  const training = { loss: 1 };
  test.each<[string, unknown, string]>([
    ['without epoch', { training }, 'epoch must be a whole number; got undefined'],
    ['with half an epoch', { epoch: 1.5, training }, 'epoch must be a whole number; got 1.5'],
    ['without training', { epoch: 1 }, 'training must be an object of numbers by name; got undefined'],
    [
      'with training that is null',
      { epoch: 1, training: null },
      'training must be an object of numbers by name; got null',
    ],
    ['with a text', { epoch: 1, training: { loss: '1' } }, "training.loss must be a number; got '1'"],
    [
      'with validation of texts',
      { epoch: 1, training, validation: { loss: '1' } },
      "validation.loss must be a number; got '1'",
    ],
  ])('%s', (_, record, told) => {
    const history = { epochs: [{ epoch: 1, training }, record] } as never;
    expect(() => lossCurve(history)).toThrow(`lossCurve: history.epochs[1].${told}`);
  });

  test('and draws epochs that go on from others', () => {
    const picture = lossCurve({
      epochs: [
        { epoch: 4, training },
        { epoch: 5, training },
      ],
    });
    expect(all(readXml(picture), 'circle')).toHaveLength(2);
  });
});
