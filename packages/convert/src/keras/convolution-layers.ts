/** @file Keras's convolutions: whole, transposed, depthwise and separable, of one to three dimensions. */
import { NdArray } from '@ndl/numerics';
import { layerUnsupported } from '../errors.ts';
import type { Margin } from '../layer-graph.ts';
import { convolutionLayer, transposedLayer } from '../window-layers.ts';
import { activated, array, only, weights, type LayerCall, type Reader } from './layer-call.ts';
import { LayerConfig } from './layer-config.ts';

export const convolution =
  (dimensions: number): Reader =>
  (call) =>
    activated(call, (named) =>
      convolutionLayer(named, only(call), weights(call), {
        ...windows(call, dimensions),
        groups: call.config.number('groups', 1),
      }),
    );

/** `causal` is a border before the first position alone. */
function windows({ config }: LayerCall, dimensions: number) {
  if (config.fields['padding'] !== 'causal') return config.windows(dimensions);
  const plain = new LayerConfig({ ...config.fields, padding: 'valid' }, config.title).windows(dimensions);
  const [size] = config.sizes('kernel_size', dimensions);
  const before = (size! - 1) * plain.dilation[0]!;
  return { ...plain, padding: [[before, 0]] as readonly Margin[] };
}

/** Keras has kernels [...size, filters, channels] here. */
export const transposed =
  (dimensions: number): Reader =>
  (call) =>
    activated(call, (named) => {
      const options = call.config.windows(dimensions);
      const kernel = lastAxesSwapped(array(call, 0, 'kernel'));
      const reach = kernel.shape.slice(0, dimensions).map((size, axis) => (size - 1) * options.dilation[axis]! + 1);
      if (call.config.has('output_padding'))
        throw layerUnsupported(call.title, 'has an output_padding, which ndl does not know');
      const more = reach.map((size, axis) => Math.max(options.strides[axis]! - size, 0));
      return transposedLayer(named, only(call), weights(call, kernel), { ...options, groups: 1, more });
    });

function lastAxesSwapped(kernel: NdArray): NdArray {
  const [rows, columns] = kernel.shape.slice(-2) as [number, number];
  const block = rows * columns;
  const data = new Float64Array(kernel.size);
  for (let at = 0; at < data.length; at++) {
    const [start, within] = [Math.floor(at / block) * block, at % block];
    data[start + (within % columns) * rows + Math.floor(within / columns)] = kernel.data[at]!;
  }
  return new NdArray(data, [...kernel.shape.slice(0, -2), columns, rows]);
}

/** A kernel [...size, channels, multiplier] is one of as many groups as there are channels. */
function depthwiseKernel(kernel: NdArray): NdArray {
  const [channels, multiplier] = kernel.shape.slice(-2) as [number, number];
  return kernel.reshape([...kernel.shape.slice(0, -2), 1, channels * multiplier]);
}

export const depthwise =
  (dimensions: number): Reader =>
  (call) =>
    activated(call, (named) => {
      const kernel = array(call, 0, 'depthwise kernel');
      const groups = kernel.shape.at(-2)!;
      const options = { ...call.config.windows(dimensions), groups };
      return convolutionLayer(named, only(call), weights(call, depthwiseKernel(kernel)), options);
    });

export const separable =
  (dimensions: number): Reader =>
  (call) => {
    const kernel = array(call, 0, 'depthwise kernel');
    const named = { name: `${call.name}/depthwise`, title: call.title };
    const options = call.config.windows(dimensions);
    const groups = kernel.shape.at(-2)!;
    const first = convolutionLayer(
      named,
      only(call),
      { kernel: depthwiseKernel(kernel), bias: null },
      { ...options, groups },
    );
    const ones = new Array<number>(dimensions).fill(1);
    const point = { ...options, strides: ones, dilation: ones, padding: 'valid' as const, groups: 1 };
    return [
      first,
      ...activated(call, (last) =>
        convolutionLayer(last, first, weights(call, array(call, 1, 'pointwise kernel'), 2), point),
      ),
    ];
  };
