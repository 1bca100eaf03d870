/** @file Operators of ONNX that pool windows of an image, or all of it. */
import { layerUnsupported, shapesDiffer, sourceInvalid } from '../errors.ts';
import type { Layer } from '../layer-graph.ts';
import { reshapeLayer, type Named } from '../layer-shapes.ts';
import { poolingLayer } from '../window-layers.ts';
import { layerAt, listOf, wholeOf } from './attributes.ts';
import type { OnnxCall } from './onnx-call.ts';
import { axisWithin, named, type Reader } from './operator-reader.ts';
import { poolingWindows } from './window-operators.ts';

export const pooled =
  (operation: 'max' | 'average'): Reader =>
  (call) => {
    if (call.node.outputs.slice(1).some((name) => name !== ''))
      throw layerUnsupported(call.title, 'puts out where the greatest numbers stand');
    const countBorder = wholeOf(call, 'count_include_pad', 0) !== 0;
    const size = listOf(call, 'kernel_shape');
    if (size === undefined) throw sourceInvalid(call.title, 'it has no kernel_shape');
    const from = layerAt(call, 0);
    const windows = poolingWindows(call, from, size);
    return [poolingLayer(named(call), from, { ...windows, operation, poolSize: size, countBorder })];
  };

export const globallyPooled =
  (operation: 'max' | 'average'): Reader =>
  (call) => [pooledOver(call, named(call), layerAt(call, 0), operation)];

function pooledOver(call: OnnxCall, own: Named, from: Layer, operation: 'max' | 'average'): Layer {
  const poolSize = from.shape.slice(1);
  if (poolSize.length === 0) throw shapesDiffer(call.title, 'it takes an image');
  const ones = poolSize.map(() => 1);
  return poolingLayer(own, from, {
    strides: ones,
    dilation: ones,
    padding: 'valid',
    channelsLast: false,
    operation,
    poolSize,
  });
}

/** The mean over all positions of an image. */
export const reduceMean: Reader = (call) => {
  const from = layerAt(call, 0);
  const axes = (listOf(call, 'axes', 1) ?? []).map((axis) => axisWithin(call, axis, from.shape.length));
  const isSpatial = axes.length === from.shape.length - 1 && !axes.includes(0) && axes.length > 0;
  if (!isSpatial) throw layerUnsupported(call.title, 'takes the mean over other axes than those of positions');
  if (wholeOf(call, 'keepdims', 1) !== 0) return [pooledOver(call, named(call), from, 'average')];
  const kept = pooledOver(call, named(call, '/pooled'), from, 'average');
  return [kept, reshapeLayer(named(call), kept, [from.shape[0]!])];
};
