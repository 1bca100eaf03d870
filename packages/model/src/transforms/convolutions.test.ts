import { describe, expect, test } from 'vitest';
import { channelShape, convolution, convolutionTranspose } from '../index.ts';

const failing = (code: string, text: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

test('a shape says which of its sizes are positions', () => {
  expect(channelShape([6, 5, 2])).toEqual({
    shape: [6, 5, 2],
    channelsLast: true,
    spatial: [6, 5],
    channels: 2,
    size: 60,
  });
  expect(channelShape([2, 9], false)).toMatchObject({ spatial: [9], channels: 2, channelsLast: false });
});

describe('positions that go out', () => {
  // Of Nengo 4.1, for the same sizes, kernels, strides and padding.
  test.each([
    [[3, 4, 5, 2], [2, 2, 2], [1, 1, 1], 'valid', true, [2, 3, 4, 7]],
    [[3, 4, 5, 2], [3, 2, 3], [2, 1, 2], 'same', true, [2, 4, 3, 7]],
    [[2, 3, 4, 5], [2, 3, 2], [1, 2, 1], 'valid', false, [7, 2, 1, 4]],
    [[9, 3], [4], [2], 'same', true, [5, 7]],
    [[36, 2], [5], [3], 'valid', true, [11, 7]],
  ] as const)('of %j, kernel %j, strides %j, %s', (shape, kernelSize, strides, padding, channelsLast, expected) => {
    const made = convolution(7, shape, { kernelSize, strides, padding, channelsLast });
    expect(made.output.shape).toEqual(expected);
    expect(made.shape).toEqual([made.output.size, made.input.size]);
  });

  test.each([
    [[3, 4, 5, 2], [2, 2, 2], [1, 1, 1], 'valid', [4, 5, 6, 7]],
    [[3, 4, 5, 2], [3, 2, 3], [2, 1, 2], 'same', [5, 4, 9, 7]],
    [[4, 5, 3], [3, 3], [2, 3], 'same', [7, 13, 7]],
    [[6, 6, 2], [3, 3], [2, 2], 'valid', [13, 13, 7]],
  ] as const)('of the transpose of %j, kernel %j, strides %j, %s', (shape, kernelSize, strides, padding, expected) => {
    expect(convolutionTranspose(7, shape, { kernelSize, strides, padding }).output.shape).toEqual(expected);
  });

  test('of a transpose may be more, where the convolution leaves some out', () => {
    expect(convolutionTranspose(1, [4, 3], { strides: 2, outputSize: 10 }).output.shape).toEqual([10, 1]);
  });

  test('are fewer where kernels are dilated', () => {
    expect(convolution(1, [9, 1], { dilation: 3 }).output.shape).toEqual([3, 1]);
  });
});

test.each<[string, () => unknown, string, string]>([
  ['a shape without positions', () => convolution(1, [3]), 'INVALID_OPTION', 'one to three of positions'],
  ['four dimensions', () => convolution(1, [3, 3, 3, 3, 1]), 'INVALID_OPTION', 'one to three of positions'],
  [
    'half a position',
    () => convolution(1, [3.5, 1]),
    'INVALID_OPTION',
    'convolution: inputShape[0] must be a whole number',
  ],
  ['no filters', () => convolution(0, [3, 1]), 'INVALID_OPTION', 'convolution: filters'],
  [
    'a kernel larger than the image',
    () => convolution(1, [5, 2, 1]),
    'INVALID_OPTION',
    'no larger than the image, which has 2 positions in dimension 1; got 3',
  ],
  ['a dilated kernel that reaches too far', () => convolution(1, [5, 1], { dilation: 3 }), 'INVALID_OPTION', 'got 7'],
  ['strides of 0', () => convolution(1, [5, 1], { strides: 0 }), 'INVALID_OPTION', 'convolution: strides'],
  [
    'strides for other dimensions',
    () => convolution(1, [5, 5, 1], { strides: [1] }),
    'SHAPE_MISMATCH',
    'one for each dimension',
  ],
  [
    'a kernel of other dimensions',
    () => convolution(1, [5, 1], { kernelSize: [3, 3] }),
    'SHAPE_MISMATCH',
    'kernelSize',
  ],
  [
    'an unknown padding',
    () => convolution(1, [5, 1], { padding: 'full' as never }),
    'INVALID_OPTION',
    "'valid', 'same'",
  ],
  [
    'groups of a part of a channel',
    () => convolution(2, [5, 3], { groups: 2 }),
    'INVALID_OPTION',
    'divides the channels of the input (3)',
  ],
  [
    'groups of a part of a filter',
    () => convolution(3, [5, 2], { groups: 2 }),
    'INVALID_OPTION',
    'divides the filters (3)',
  ],
  [
    'kernel elements of another shape',
    () => convolution(1, [5, 1], { kernel: [1, 2, 3] }),
    'SHAPE_MISMATCH',
    'expected shape [3, 1, 1], got [3]',
  ],
  [
    'a kernel of NaN',
    () => convolution(1, [5, 1], { kernelSize: 1, kernel: [[[NaN]]] }),
    'NOT_FINITE',
    'convolution: kernel',
  ],
  ['a wrong name', () => convolution(1, [5, 1], { stride: 2 } as never), 'UNKNOWN_OPTION', 'strides'],
  [
    'an output that would not be convolved into the input',
    () => convolutionTranspose(1, [4, 1], { strides: 2, outputSize: 12 }),
    'SHAPE_MISMATCH',
    'the fewest that fit are 9',
  ],
])('%s is refused', (_, make, code, text) => {
  expect(make).toThrow(failing(code, text));
});
