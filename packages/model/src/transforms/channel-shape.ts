/** @file Shapes of images: positions in one to three dimensions, with some channels at each. */
import { isNdArray, refuseSurplus, sizeOf } from '@ndl/numerics';
import { flag, optional, wholeNumber, wholeNumbers } from '../data/checks.ts';
import { invalidParameter, wrongShape } from '../errors.ts';
import { immutableData } from '../data/immutable-data.ts';

/** Sizes for each dimension, or one for all. */
export type PerDimension = number | readonly number[];

/** How the elements of a vector are an image, row by row. */
export interface ChannelShape {
  /** [...spatial, channels], or [channels, ...spatial]. */
  readonly shape: readonly number[];
  readonly channelsLast: boolean;
  /** Positions along one to three dimensions. */
  readonly spatial: readonly number[];
  readonly channels: number;
  /** Numbers in all. */
  readonly size: number;
}

/**
 * The shape of an image of one to three dimensions, [...spatial, channels], or [channels, ...spatial] where channels are not last.
 * @param channelsLast default true
 * @throws NdlError INVALID_OPTION
 */
export function channelShape(shape: readonly number[], channelsLast = true): ChannelShape {
  refuseSurplus('channelShape', arguments, 2);
  return channelShapeFor(shape, channelsLast, 'channelShape');
}

/** The same; `where` begins the sentence of errors. */
export function channelShapeFor(shape: unknown, channelsLast: unknown, where: string): ChannelShape {
  const last = optional(channelsLast, true, flag, `${where}: channelsLast`);
  if (!Array.isArray(shape) || isNdArray(shape) || shape.length < 2 || shape.length > 4)
    throw invalidParameter(where, 'two to four sizes: one to three of positions, and the number of channels', shape);
  const sizes = wholeNumbers(1)(shape, where);
  const channels = last ? sizes.at(-1)! : sizes[0]!;
  const spatial = last ? sizes.slice(0, -1) : sizes.slice(1);
  return ofSpatial(spatial, channels, last);
}

/** The shape of so many channels at these positions. */
export function ofSpatial(spatial: readonly number[], channels: number, channelsLast: boolean): ChannelShape {
  const shape = channelsLast ? [...spatial, channels] : [channels, ...spatial];
  const size = sizeOf(shape);
  return immutableData({ shape, channelsLast, spatial: [...spatial], channels, size });
}

/** One whole number, at least 1, for each dimension. */
export function perDimension(
  given: unknown,
  fallback: readonly number[],
  dimensions: number,
  where: string,
): readonly number[] {
  if (given === undefined) return fallback;
  if (!Array.isArray(given)) return new Array<number>(dimensions).fill(wholeNumber(1)(given, where));
  if (given.length !== dimensions)
    throw wrongShape(where, [dimensions], [given.length], 'There is one for each dimension of the image.');
  return wholeNumbers(1)(given, where);
}
