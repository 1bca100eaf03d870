/** @file Keras's pooling, in windows and over whole images. */
import { reshapeLayer } from '../layer-shapes.ts';
import { imageOf, poolingLayer } from '../window-layers.ts';
import { only, type Reader } from './layer-call.ts';

export const pooling =
  (dimensions: number, operation: 'max' | 'average'): Reader =>
  (call) => {
    const poolSize = call.config.sizes('pool_size', dimensions, new Array<number>(dimensions).fill(2));
    return [poolingLayer(call, only(call), { ...call.config.windows(dimensions, poolSize), operation, poolSize })];
  };

export const globalPooling =
  (operation: 'max' | 'average'): Reader =>
  (call) => {
    const { channelsLast } = call.config;
    const { spatial, channels } = imageOf(call, only(call), { channelsLast });
    const ones = spatial.map(() => 1);
    const options = { strides: ones, dilation: ones, padding: 'valid' as const, channelsLast };
    if (call.config.flag('keepdims', false))
      return [poolingLayer(call, only(call), { ...options, operation, poolSize: spatial })];
    const named = { name: `${call.name}/pooled`, title: call.title };
    const pooled = poolingLayer(named, only(call), { ...options, operation, poolSize: spatial });
    return [pooled, reshapeLayer(call, pooled, [channels])];
  };
