/** @file The built-in learning rules and transforms in their conformance suites. */
import {
  bcm,
  convolution,
  convolutionTranspose,
  dense,
  noTransform,
  oja,
  pes,
  rls,
  sparse,
  uniform,
  type ChannelShape,
  type Convolution,
  type ConvolutionTranspose,
  type DenseTransform,
  type NoTransform,
  type SparseTransform,
} from '@ndl/model';
import type { NdArray } from '@ndl/numerics';
import { describeLearningRule, describeTransform } from '@ndl/testing';
import { bcmDefinition, ojaDefinition } from './learning-rules/hebbian.ts';
import { pesDefinition } from './learning-rules/pes.ts';
import { rlsDefinition } from './learning-rules/rls.ts';
import { convolutionDefinition, convolutionTransposeDefinition } from './transforms/convolutions.ts';
import { denseDefinition, noTransformDefinition } from './transforms/index.ts';
import { sparseDefinition } from './transforms/sparse.ts';

const toNode = { postObject: { kind: 'node' } as never };

describeLearningRule('pes', {
  definition: pesDefinition,
  types: [pes(), pes({ learningRate: 0.1, preSynapse: null })],
  connection: toNode,
  expected: ({ learningRate }, { dt, pre, input }) =>
    input.map((error) => pre.map((activity) => ((-learningRate * dt) / pre.length) * error * activity)),
});

describeLearningRule('rls', {
  definition: rlsDefinition,
  types: [rls(), rls({ learningRate: 0.1 })],
  connection: toNode,
  // P begins as a multiple of the identity.
  expected: ({ learningRate }, { dt, pre, input }) => {
    const p = (learningRate * dt) / pre.length;
    const square = pre.reduce((sum, activity) => sum + activity * activity, 0);
    return input.map((error) => pre.map((activity) => (-error * p * activity) / (1 + p * square)));
  },
});

describeLearningRule('bcm', {
  definition: bcmDefinition,
  types: [bcm(), bcm({ learningRate: 1e-6, thetaSynapse: 0.1 })],
  filters: { theta: 0.25 },
  expected: ({ learningRate }, { dt, pre, post }) =>
    post.map((activity) => pre.map((other) => learningRate * dt * activity * (activity - 0.25 * activity) * other)),
});

describeLearningRule('oja', {
  definition: ojaDefinition,
  types: [oja(), oja({ beta: 0.5 })],
  expected: ({ learningRate, beta }, { dt, weights, pre, post }) =>
    weights.map((row, i) =>
      row.map((weight, j) => learningRate * dt * (post[i]! * pre[j]! - beta * weight * post[i]! ** 2)),
    ),
});

describeTransform<DenseTransform>('dense', {
  definition: denseDefinition,
  transforms: [dense([3, 3], 2), dense([2, 2], [3, -1]), dense([1, 3], [[1, 2, 3]]), dense([3, 2], uniform(-1, 1))],
  matrixOf: ({ shape: [rows, columns] }, { weights }) =>
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (__, column) => {
        if (weights!.rank === 2) return weights!.data[row * columns + column]!;
        return row === column ? weights!.data[weights!.rank === 0 ? 0 : row]! : 0;
      }),
    ),
});

describeTransform<NoTransform>('none', {
  definition: noTransformDefinition,
  transforms: [noTransform(1), noTransform(3)],
  matrixOf: ({ size }) =>
    Array.from({ length: size }, (_, row) => Array.from({ length: size }, (__, column) => Number(row === column))),
});

describeTransform<SparseTransform>('sparse', {
  definition: sparseDefinition,
  transforms: [
    sparse([2, 3], { rows: [1, 0, 1], columns: [2, 0, 2] }, [1, 2, 4]),
    sparse([4, 2], { rowStarts: [0, 2, 2, 3, 3], columns: [1, 0, 1] }, uniform(-1, 1)),
    sparse([1, 1], [[0, 0]]),
  ],
  matrixOf({ shape: [height, width], rows, columns }, { values }) {
    const matrix = Array.from({ length: height }, () => new Array<number>(width).fill(0));
    rows.forEach((row, entry) => (matrix[row]![columns[entry]!]! += values!.data[entry]!));
    return matrix;
  },
});

/** The elements of an image: where each stands, and in which channel. */
function elementsOf({
  shape,
  channelsLast,
}: ChannelShape): readonly { readonly at: readonly number[]; readonly channel: number }[] {
  return Array.from({ length: shape.reduce((product, length) => product * length, 1) }, (_, index) => {
    let rest = index;
    const position = shape.map((__, axis) => {
      const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
      const own = Math.floor(rest / inner);
      rest -= own * inner;
      return own;
    });
    return channelsLast
      ? { at: position.slice(0, -1), channel: position.at(-1)! }
      : { at: position.slice(1), channel: position[0]! };
  });
}

/**
 * The matrix of a convolution, element by element: the larger image is read, or written, at stride · position + dilation · tap - border.
 * Borders of 'same' are half, rounded down, of what kernels at all positions reach beyond the image.
 */
function matrixOfWindows(transform: Convolution | ConvolutionTranspose, kernel: NdArray): number[][] {
  const { input, output, kernelSize, strides, dilation, padding, groups } = transform;
  const [larger, smaller] = transform.kind === 'convolution' ? [input, output] : [output, input];
  const border = larger.spatial.map((size, axis) => {
    const reached = (smaller.spatial[axis]! - 1) * strides[axis]! + (kernelSize[axis]! - 1) * dilation[axis]! + 1;
    return padding === 'valid' ? 0 : Math.floor(Math.max(reached - size, 0) / 2);
  });
  const [channels, filters] = [input.channels / groups, output.channels / groups];
  return elementsOf(output).map(({ at: to, channel: filter }) =>
    elementsOf(input).map(({ at: from, channel }) => {
      const [wide, narrow] = transform.kind === 'convolution' ? [from, to] : [to, from];
      const taps = wide.map(
        (place, axis) => (place + border[axis]! - strides[axis]! * narrow[axis]!) / dilation[axis]!,
      );
      const isWithin = taps.every((tap, axis) => Number.isInteger(tap) && tap >= 0 && tap < kernelSize[axis]!);
      if (!isWithin || Math.floor(channel / channels) !== Math.floor(filter / filters)) return 0;
      const tap = taps.reduce((place, each, axis) => place * kernelSize[axis]! + each, 0);
      return kernel.data[(tap * channels + (channel % channels)) * output.channels + filter]!;
    }),
  );
}

describeTransform<Convolution>('convolution', {
  definition: convolutionDefinition,
  transforms: [
    convolution(2, [5, 4, 3]),
    convolution(4, [2, 6, 5], { channelsLast: false, groups: 2, kernelSize: [3, 2], strides: [2, 1], padding: 'same' }),
    convolution(2, [9, 1], { kernelSize: 3, dilation: 2, strides: 2 }),
    convolution(2, [3, 4, 3, 2], { kernelSize: 2, padding: 'same', strides: [1, 2, 1], dilation: [2, 1, 1] }),
    convolution(1, [5, 1], { kernelSize: 2, kernel: [[[3]], [[-1]]] }),
  ],
  matrixOf: (transform, { kernel }) => matrixOfWindows(transform, kernel!),
});

describeTransform<ConvolutionTranspose>('convolution transpose', {
  definition: convolutionTransposeDefinition,
  transforms: [
    convolutionTranspose(2, [3, 2, 3], { strides: 2 }),
    convolutionTranspose(4, [2, 3, 3], {
      channelsLast: false,
      groups: 2,
      kernelSize: [3, 2],
      strides: [2, 3],
      padding: 'same',
    }),
    convolutionTranspose(1, [4, 2], { strides: 2, outputSize: 10 }),
    convolutionTranspose(2, [4, 1], { kernelSize: 2, strides: 3, dilation: 2 }),
    convolutionTranspose(1, [2, 2, 2, 1], { kernelSize: 2, padding: 'same', strides: [2, 1, 1] }),
  ],
  matrixOf: (transform, { kernel }) => matrixOfWindows(transform, kernel!),
});
