/** @file The order of the axes of a kernel: [filters, channels, ...positions] in NIR, [...positions, channels, filters] in ndl. */
import { NdArray, sizeOf } from '@ndl/numerics';

/** A kernel of NIR as ndl's convolutions take it. */
export function kernelForNdl({ data, shape }: NdArray): NdArray {
  const [filters, channels, ...positions] = shape as [number, number, ...number[]];
  const count = sizeOf(positions);
  return new NdArray(swapped(data, filters * channels, count, channels, filters), [...positions, channels, filters]);
}

function swapped(data: NdArray['data'], outer: number, count: number, channels: number, filters: number): Float64Array {
  const kernel = new Float64Array(outer * count);
  for (let filter = 0; filter < filters; filter++)
    for (let channel = 0; channel < channels; channel++)
      for (let at = 0; at < count; at++)
        kernel[(at * channels + channel) * filters + filter] = data[(filter * channels + channel) * count + at]!;
  return kernel;
}

/** The same the other way. */
export function kernelForNir({ data, shape }: NdArray): NdArray {
  const positions = shape.slice(0, -2);
  const [channels, filters] = shape.slice(-2) as [number, number];
  const count = sizeOf(positions);
  const weight = new Float64Array(data.length);
  for (let filter = 0; filter < filters; filter++)
    for (let channel = 0; channel < channels; channel++)
      for (let at = 0; at < count; at++)
        weight[(filter * channels + channel) * count + at] = data[(at * channels + channel) * filters + filter]!;
  return new NdArray(weight, [filters, channels, ...positions]);
}
