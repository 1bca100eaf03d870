/** @file How the elements of images lie in vectors. */
import type { SignalView } from '@ndl/core';
import type { ChannelShape } from '@ndl/model';
import { sizeOf } from '@ndl/numerics';

/** How far neighbours are apart in an image of these positions. */
export function stridesOf(
  { channels, channelsLast }: Pick<ChannelShape, 'channels' | 'channelsLast'>,
  spatial: readonly number[],
): { readonly channel: number; readonly spatial: readonly number[] } {
  const inner = channelsLast ? channels : 1;
  return {
    channel: channelsLast ? 1 : sizeOf(spatial),
    spatial: spatial.map((_, axis) => inner * sizeOf(spatial.slice(axis + 1))),
  };
}

/** Where each element of an image stands in one of more positions, of which there are so many before its own. */
export function placesWithin(
  image: ChannelShape,
  spatial: readonly number[],
  before: readonly number[],
): readonly number[] {
  const [apart, among] = [stridesOf(image, spatial), stridesOf(image, image.spatial)];
  return Array.from({ length: image.size }, (_, element) => {
    const channel = Math.floor(element / among.channel) % image.channels;
    return image.spatial.reduce((place, size, axis) => {
      const position = Math.floor(element / among.spatial[axis]!) % size;
      return place + (position + before[axis]!) * apart.spatial[axis]!;
    }, channel * apart.channel);
  });
}

/** Some elements of a signal. */
export function part(view: SignalView, indices: readonly number[]): SignalView {
  return { signal: view.signal, selection: { kind: 'indices', indices }, shape: [indices.length] };
}
