/** @file Pooling: nodes that sum an image up, window by window, channel by channel. Data only. */
import { refuseSurplus } from '@ndl/numerics';
import { requireRoomFor } from '../data/array-size.ts';
import { channelShapeFor, ofSpatial, perDimension, type ChannelShape, type PerDimension } from './channel-shape.ts';
import { checkOptions, flag, optional } from '../data/checks.ts';
import type { Padding } from './convolutions.ts';
import { invalidParameter, wrongShape } from '../errors.ts';
import { immutableData } from '../data/immutable-data.ts';
import type { Process } from '../processes/processes.ts';

/** Positions before the first and after the last of a dimension. */
export type Border = readonly [before: number, after: number];

/** What both kinds of pooling have in common. */
export interface Pooling extends Process {
  readonly input: ChannelShape;
  readonly output: ChannelShape;
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  /** How far the elements of a window are apart. */
  readonly dilation: readonly number[];
  /** What windows may reach beyond the image, for each dimension. */
  readonly border: readonly Border[];
}

/** The greatest number of each window. Its gradient goes to where that is; of equal ones, to one of them. */
export interface MaxPooling extends Pooling {
  readonly kind: 'maxPooling';
}

/** The mean of each window. */
export interface AveragePooling extends Pooling {
  readonly kind: 'averagePooling';
  /** Whether positions beyond the image count as zeros; otherwise they are left out of the mean. */
  readonly countBorder: boolean;
}

/** Options of `maxPooling`. A number stands for each dimension of the image. */
export interface PoolingOptions {
  /** Default 2. */
  readonly poolSize?: PerDimension | undefined;
  /** Default: as `poolSize`, so that windows lie side by side. */
  readonly strides?: PerDimension | undefined;
  /** How far the elements of a window are apart. Default 1. */
  readonly dilation?: PerDimension | undefined;
  /** `valid`, `same`, or how far windows reach beyond the image, [before, after] for each dimension. Default `valid`. */
  readonly padding?: Padding | readonly Border[] | undefined;
  /** Default true. */
  readonly channelsLast?: boolean | undefined;
}

/** Options of `averagePooling`. */
export interface AveragePoolingOptions extends PoolingOptions {
  /** Whether positions beyond the image count as zeros. Default false: they are left out of the mean. */
  readonly countBorder?: boolean | undefined;
}

const OPTIONS = ['poolSize', 'strides', 'dilation', 'padding', 'channelsLast'] as const;

/**
 * What a node computes that puts out the greatest number of each window of the image that comes in: `new Node(maxPooling([28, 28, 16]))`.
 * @param inputShape [...spatial, channels] with one to three dimensions, or [channels, ...spatial] where `channelsLast` is false
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, SHAPE_MISMATCH, TOO_LARGE
 */
export function maxPooling(inputShape: readonly number[], options: PoolingOptions = {}): MaxPooling {
  refuseSurplus('maxPooling', arguments, 2);
  checkOptions(options, OPTIONS, 'maxPooling');
  return immutableData({ ...pooling(inputShape, options, 'maxPooling'), kind: 'maxPooling' });
}

/**
 * The same with the mean of each window.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, SHAPE_MISMATCH, TOO_LARGE
 */
export function averagePooling(inputShape: readonly number[], options: AveragePoolingOptions = {}): AveragePooling {
  refuseSurplus('averagePooling', arguments, 2);
  checkOptions(options, [...OPTIONS, 'countBorder'], 'averagePooling');
  const countBorder = optional(options.countBorder, false, flag, 'averagePooling: countBorder');
  return immutableData({ ...pooling(inputShape, options, 'averagePooling'), kind: 'averagePooling', countBorder });
}

/** For each output position along a dimension, the positions of the image that its window sees, in order. */
export function windowsAlong(pooling: Pooling, axis: number): readonly (readonly number[])[] {
  refuseSurplus('windowsAlong', arguments, 2);
  const { input, output, poolSize, strides, dilation, border } = pooling;
  return Array.from({ length: output.spatial[axis]! }, (_, position) =>
    Array.from(
      { length: poolSize[axis]! },
      (_element, tap) => position * strides[axis]! - border[axis]![0] + tap * dilation[axis]!,
    ).filter((place) => place >= 0 && place < input.spatial[axis]!),
  );
}

function pooling(inputShape: unknown, options: PoolingOptions, where: string): Omit<Pooling, 'kind'> {
  const input = channelShapeFor(inputShape, options.channelsLast, `${where}: inputShape`);
  requireRoomFor([input.size], where, 'too many elements');
  const dimensions = input.spatial.length;
  const each = (given: unknown, fallback: readonly number[], name: string): readonly number[] =>
    perDimension(given, fallback, dimensions, `${where}: ${name}`);
  const ones = new Array<number>(dimensions).fill(1);
  const poolSize = each(
    options.poolSize,
    ones.map(() => 2),
    'poolSize',
  );
  const strides = each(options.strides, poolSize, 'strides');
  const dilation = each(options.dilation, ones, 'dilation');
  const reach = poolSize.map((size, axis) => (size - 1) * dilation[axis]! + 1);
  const border = borderFor(options.padding, { input, strides, reach }, where);
  const spatial = input.spatial.map((size, axis) => {
    const [before, after] = border[axis]!;
    if (size + before + after < reach[axis]!)
      throw invalidParameter(
        `${where}: poolSize`,
        `no larger than the image, which has ${size} positions in dimension ${axis}`,
        reach[axis],
        "With padding 'same' windows may reach beyond it.",
      );
    return Math.floor((size + before + after - reach[axis]!) / strides[axis]!) + 1;
  });
  const output = ofSpatial(spatial, input.channels, input.channelsLast);
  requireRoomFor([output.size], where, 'too many elements');
  const made = {
    family: 'process' as const,
    input,
    output,
    poolSize,
    strides,
    dilation,
    border,
    defaultSizeIn: input.size,
    defaultSizeOut: output.size,
    fixedSize: true,
    seed: null,
  };
  spatial.forEach((_, axis) => {
    const empty = windowsAlong(made as never, axis).findIndex((window) => window.length === 0);
    if (empty >= 0)
      throw invalidParameter(
        `${where}: padding`,
        'so small that every window sees a part of the image',
        border,
        `Window ${empty} of dimension ${axis} sees none.`,
      );
  });
  return made;
}

interface Windows {
  readonly input: ChannelShape;
  readonly strides: readonly number[];
  readonly reach: readonly number[];
}

/** With `same`, the larger half of what is missing comes after. */
function borderFor(padding: unknown, { input, strides, reach }: Windows, where: string): readonly Border[] {
  if (padding === undefined || padding === 'valid') return input.spatial.map(() => [0, 0]);
  if (padding === 'same')
    return input.spatial.map((size, axis) => {
      const missing = Math.max((Math.ceil(size / strides[axis]!) - 1) * strides[axis]! + reach[axis]! - size, 0);
      return [Math.floor(missing / 2), Math.ceil(missing / 2)];
    });
  const isBorder = (pair: unknown): pair is Border =>
    Array.isArray(pair) && pair.length === 2 && pair.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!Array.isArray(padding) || !padding.every(isBorder))
    throw invalidParameter(`${where}: padding`, "'valid', 'same', or a list of [before, after]", padding);
  if (padding.length !== input.spatial.length)
    throw wrongShape(
      `${where}: padding`,
      [input.spatial.length, 2],
      [padding.length, 2],
      'There is one for each dimension of the image.',
    );
  return padding;
}
