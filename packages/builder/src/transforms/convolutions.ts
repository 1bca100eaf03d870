/**
 * @file Convolutions and their transposes, each one product: of the kernel and the windows of an image, which overlap. A border stands in a
 * larger image that is filled or cut out by a copy.
 */
import type { OperatorContext, SignalView, Strided, TransformArrays, TransformDefinition } from '@ndl/core';
import { borderOf, kept, type ChannelShape, type Convolution, type ConvolutionTranspose } from '@ndl/model';
import { copyInPieces, isNdArray, NdArray, sizeOf, zeros, type Pieces } from '@ndl/numerics';
import { copy, reset } from '../building/operators.ts';
import { part, placesWithin, stridesOf } from './images.ts';

type Windowed = Convolution | ConvolutionTranspose;

type Sample = Parameters<TransformDefinition['arrays']>[1];

/** Drawn position by position, each of [channels / groups, filters]. */
function* drawKernel(transform: Windowed, sample: Sample): Pieces<TransformArrays> {
  const kernel = kept(transform, 'kernel');
  if (isNdArray(kernel)) return { kernel: yield* copyInPieces(kernel) };
  const { kernelSize, input, output, groups } = transform;
  const [rows, columns] = [input.channels / groups, output.channels];
  const data = new Float64Array(sizeOf(kernelSize) * rows * columns);
  for (let at = 0; at < data.length; at += rows * columns) data.set((yield* sample(kernel, rows, columns)).data, at);
  return { kernel: new NdArray(data, [...kernelSize, rows, columns]) };
}

export const convolutionDefinition: TransformDefinition<Convolution> = {
  kind: 'convolution',
  arrays: drawKernel,
  build(transform, { input, output, parameters }, context) {
    const { image, spatial, border } = largerImage(transform);
    const read = border === undefined ? input : context.signal('bordered', zeros([image.size]));
    if (border !== undefined) {
      context.add(reset(`${context.label}: border`, read));
      context.add(copy(`${context.label}: within the border`, input, part(read, border), 'inc'));
    }
    const { shape, kernel, larger, smaller } = windows(transform, parameters['kernel']!, spatial);
    context.contract({ shape, left: kernel, right: larger(read), target: smaller(output) });
  },
};

export const convolutionTransposeDefinition: TransformDefinition<ConvolutionTranspose> = {
  kind: 'convolutionTranspose',
  arrays: drawKernel,
  build(transform, { input, output, parameters }, context) {
    const { image, spatial, border } = largerImage(transform);
    const written = border === undefined ? output : context.signal('bordered', zeros([image.size]));
    const { shape, kernel, larger, smaller } = windows(transform, parameters['kernel']!, spatial);
    context.contract({ shape, left: kernel, right: smaller(input), target: larger(written) });
    if (border !== undefined) cutOut(context, part(written, border), output);
  },
};

function cutOut(context: OperatorContext, from: SignalView, output: SignalView): void {
  context.add(copy(`${context.label}: within the border`, from, output, 'set'));
}

/** The image that windows are seen in, and where within it the transform's own stands; undefined where they are the same. */
function largerImage(transform: Windowed): {
  readonly image: Pick<ChannelShape, 'size'>;
  readonly spatial: readonly number[];
  readonly border: readonly number[] | undefined;
} {
  const { input, output, strides, kernelSize, dilation } = transform;
  const [own, other] = transform.kind === 'convolution' ? [input, output] : [output, input];
  const before = borderOf(transform);
  const spatial = own.spatial.map((size, axis) => {
    const reached = (other.spatial[axis]! - 1) * strides[axis]! + (kernelSize[axis]! - 1) * dilation[axis]! + 1;
    return Math.max(before[axis]! + size, reached);
  });
  const image = { size: sizeOf(spatial) * own.channels };
  if (spatial.every((size, axis) => size === own.spatial[axis])) return { image, spatial, border: undefined };
  const border = placesWithin(own, spatial, before);
  return { image, spatial, border };
}

/**
 * The product over [...positions of the smaller image, groups, filters of a group, ...elements of the kernel, channels of a group]. Filters are channels
 * of the output, and those of a group, channels of the input.
 */
function windows(transform: Windowed, kernel: SignalView, spatial: readonly number[]) {
  const { input, output, kernelSize, strides, dilation, groups } = transform;
  const isForward = transform.kind === 'convolution';
  const [own, other] = isForward ? [input, output] : [output, input];
  const [channels, filters] = [input.channels / groups, output.channels / groups];
  const shape = [...other.spatial, groups, filters, ...kernelSize, channels];
  const none = kernelSize.map(() => 0);
  const inImage =
    (image: ChannelShape, apart: ReturnType<typeof stridesOf>, steps: readonly number[], reach: readonly number[]) =>
    (view: SignalView): Strided => {
      const [group, filter, channel] =
        image === input ? [channels * apart.channel, 0, apart.channel] : [filters * apart.channel, apart.channel, 0];
      return { view, offset: 0, strides: [...steps, group, filter, ...reach, channel] };
    };
  const apart = stridesOf(own, spatial);
  const plain = stridesOf(other, other.spatial);
  const across = kernelSize.map((_, axis) => sizeOf(kernelSize.slice(axis + 1)) * channels * output.channels);
  return {
    shape,
    kernel: { view: kernel, offset: 0, strides: [...none, filters, 1, ...across, output.channels] },
    larger: inImage(
      own,
      apart,
      apart.spatial.map((stride, axis) => stride * strides[axis]!),
      apart.spatial.map((stride, axis) => stride * dilation[axis]!),
    ),
    smaller: inImage(other, plain, plain.spatial, none),
  };
}
