/** @file Convolutions and their transposes: kernels that are the same at all positions of an image. Data only. */
import { isNdArray, refuseSurplus, type ArrayLikeInput, type NdArray } from '@ndl/numerics';
import type { Distribution } from '../distributions/any-distribution.ts';
import { requireRoomFor } from '../data/array-size.ts';
import { channelShapeFor, ofSpatial, perDimension, type ChannelShape, type PerDimension } from './channel-shape.ts';
import {
  checkOptions,
  distributionOrArray,
  oneOf,
  optional,
  requireShape,
  wholeNumber,
  type Check,
} from '../data/checks.ts';
import { uniform } from '../distributions/distributions.ts';
import { invalidParameter, wrongShape } from '../errors.ts';
import { immutableData } from '../data/immutable-data.ts';
import type { Transform } from './transforms.ts';

/** `valid`: kernels stay within the image. `same`: it has a border of zeros, so that with strides of 1 as many positions go out as come in. */
export type Padding = 'valid' | 'same';

/** What convolutions and their transposes have in common. */
interface AnyConvolution extends Transform {
  readonly input: ChannelShape;
  readonly output: ChannelShape;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: Padding;
  readonly groups: number;
  /** [...kernelSize, channels of the input / groups, filters], or the distribution that it is drawn from. */
  readonly kernel: NdArray | Distribution;
}

/** Correlates an image with a kernel for each filter. */
export interface Convolution extends AnyConvolution {
  readonly kind: 'convolution';
}

/** Lays a kernel down at each position of an image, and adds up: the transpose of a convolution of its output. */
export interface ConvolutionTranspose extends AnyConvolution {
  readonly kind: 'convolutionTranspose';
}

/** Options of `convolution`. A number stands for each dimension of the image. */
export interface ConvolutionOptions {
  /** Default 3. */
  readonly kernelSize?: PerDimension | undefined;
  /** Default 1. */
  readonly strides?: PerDimension | undefined;
  /** How far the elements of a kernel are apart. Default 1. */
  readonly dilation?: PerDimension | undefined;
  /** Default `valid`. */
  readonly padding?: Padding | undefined;
  /** Default true. */
  readonly channelsLast?: boolean | undefined;
  /** Parts that channels and filters are divided into, each with kernels of its own. Default 1. */
  readonly groups?: number | undefined;
  /** [...kernelSize, channels / groups, filters], or what it is drawn from. Default uniform(-1, 1). */
  readonly kernel?: ArrayLikeInput | Distribution | undefined;
}

/** Options of `convolutionTranspose`. */
export interface ConvolutionTransposeOptions extends ConvolutionOptions {
  /** Positions that go out, of those that would be convolved into the input's. Default: the fewest. */
  readonly outputSize?: PerDimension | undefined;
}

const OPTIONS = ['kernelSize', 'strides', 'dilation', 'padding', 'channelsLast', 'groups', 'kernel'] as const;

/**
 * A convolution of an image of one to three dimensions, by kernels that are not flipped. Its `kernel` is one parameter, the same at all positions.
 * @param filters channels of the output
 * @param inputShape [...spatial, channels], or [channels, ...spatial] where `channelsLast` is false
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, SHAPE_MISMATCH, NOT_FINITE, TOO_LARGE
 */
export function convolution(
  filters: number,
  inputShape: readonly number[],
  options: ConvolutionOptions = {},
): Convolution {
  refuseSurplus('convolution', arguments, 3);
  checkOptions(options, OPTIONS, 'convolution');
  const parts = partsOf(filters, inputShape, options, 'convolution');
  const { input, strides, padding } = parts;
  const spatial = input.spatial.map((size, axis) => convolvedSize(size, parts, axis));
  const misfit = spatial.findIndex((size) => size < 1);
  if (misfit >= 0)
    throw invalidParameter(
      'convolution: kernelSize',
      `no larger than the image, which has ${input.spatial[misfit]} positions in dimension ${misfit}`,
      reachOf(parts, misfit),
      "With padding 'same' the image has a border.",
    );
  const output = ofSpatial(spatial, filters, input.channelsLast);
  return made('convolution', { ...parts, strides, padding, output }) as Convolution;
}

/**
 * The transpose of the convolution that would make the input's positions of the output's.
 * @param filters channels of the output
 * @param inputShape as for `convolution`
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, SHAPE_MISMATCH, NOT_FINITE, TOO_LARGE
 */
export function convolutionTranspose(
  filters: number,
  inputShape: readonly number[],
  options: ConvolutionTransposeOptions = {},
): ConvolutionTranspose {
  refuseSurplus('convolutionTranspose', arguments, 3);
  checkOptions(options, [...OPTIONS, 'outputSize'], 'convolutionTranspose');
  const parts = partsOf(filters, inputShape, options, 'convolutionTranspose');
  const { input, strides, padding } = parts;
  const fewest = input.spatial.map(
    (size, axis) => (size - 1) * strides[axis]! + (padding === 'valid' ? reachOf(parts, axis) : 1),
  );
  const spatial = perDimension(options.outputSize, fewest, fewest.length, 'convolutionTranspose: outputSize');
  spatial.forEach((size, axis) => {
    const back = convolvedSize(size, parts, axis);
    if (back !== input.spatial[axis])
      throw wrongShape(
        `convolutionTranspose: outputSize, in dimension ${axis}`,
        [input.spatial[axis]!],
        [back],
        `So many positions would be made of ${size} by the convolution; the fewest that fit are ${fewest[axis]}.`,
      );
  });
  const output = ofSpatial(spatial, filters, input.channelsLast);
  return made('convolutionTranspose', { ...parts, output }) as ConvolutionTranspose;
}

type Parts = Pick<AnyConvolution, 'input' | 'kernelSize' | 'strides' | 'dilation' | 'padding' | 'groups' | 'kernel'>;

function partsOf(filters: number, inputShape: unknown, options: ConvolutionOptions, where: string): Parts {
  wholeNumber(1)(filters, `${where}: filters`);
  const input = channelShapeFor(inputShape, options.channelsLast, `${where}: inputShape`);
  const dimensions = input.spatial.length;
  const each = (given: unknown, fallback: number, name: string): readonly number[] =>
    perDimension(given, new Array<number>(dimensions).fill(fallback), dimensions, `${where}: ${name}`);
  const kernelSize = each(options.kernelSize, 3, 'kernelSize');
  const groups = optional(options.groups, 1, wholeNumber(1) as Check<number>, `${where}: groups`);
  for (const [what, count] of [
    ['the channels of the input', input.channels],
    ['the filters', filters],
  ] as const)
    if (count % groups !== 0)
      throw invalidParameter(`${where}: groups`, `a number that divides ${what} (${count}) evenly`, groups);
  const kernelShape = [...kernelSize, input.channels / groups, filters];
  requireRoomFor([input.size], where, 'too many elements');
  requireRoomFor(kernelShape, where, 'too large a kernel');
  const kernel = optional(options.kernel, uniform(-1, 1), distributionOrArray, `${where}: kernel`);
  if (isNdArray(kernel))
    requireShape(kernel, kernelShape, `${where}: kernel`, 'It is [...kernelSize, channels / groups, filters].');
  return {
    input,
    kernelSize,
    strides: each(options.strides, 1, 'strides'),
    dilation: each(options.dilation, 1, 'dilation'),
    padding: optional(options.padding, 'valid', oneOf<Padding>(['valid', 'same']), `${where}: padding`),
    groups,
    kernel,
  };
}

/** From the first to the last element of a kernel, in positions. */
function reachOf({ kernelSize, dilation }: Pick<Parts, 'kernelSize' | 'dilation'>, axis: number): number {
  return (kernelSize[axis]! - 1) * dilation[axis]! + 1;
}

function convolvedSize(size: number, parts: Parts, axis: number): number {
  const room = parts.padding === 'same' ? size : size - reachOf(parts, axis) + 1;
  return Math.ceil(room / parts.strides[axis]!);
}

/** Zeros before the first position of each dimension of the larger image: what a convolution reads, or its transpose puts out. */
export function borderOf(transform: Convolution | ConvolutionTranspose): readonly number[] {
  refuseSurplus('borderOf', arguments, 1);
  const { padding, input, output, strides } = transform;
  const [larger, smaller] = transform.kind === 'convolution' ? [input, output] : [output, input];
  return larger.spatial.map((size, axis) => {
    if (padding === 'valid') return 0;
    const wanted = (smaller.spatial[axis]! - 1) * strides[axis]! + reachOf(transform, axis);
    return Math.floor(Math.max(wanted - size, 0) / 2);
  });
}

function made(kind: string, parts: Parts & { readonly output: ChannelShape }): Transform {
  const { input, output } = parts;
  requireRoomFor([output.size], kind, 'too many elements');
  return immutableData({
    family: 'transform',
    kind,
    shape: [output.size, input.size],
    parameters: ['kernel'],
    ...parts,
  }) as Transform;
}
