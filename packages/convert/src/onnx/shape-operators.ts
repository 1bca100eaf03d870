/** @file Operators of ONNX that leave numbers as they are, and give them other places. */
import { layerUnsupported, shapesDiffer, sourceInvalid } from '../errors.ts';
import type { Margin } from '../layer-graph.ts';
import { concatenationLayer, moveLayer, reshapeLayer } from '../layer-shapes.ts';
import { arrayAt, layerAt, listOf, numberOf, textOf, wholeOf } from './attributes.ts';
import { shapeFor } from './constant-operators.ts';
import { axisWithin, named, type Reader } from './operator-reader.ts';

export const flatten: Reader = (call) => {
  const from = layerAt(call, 0);
  const axis = wholeOf(call, 'axis', 1);
  if ((axis < 0 ? axis + from.shape.length + 1 : axis) !== 1)
    throw layerUnsupported(call.title, `flattens about axis ${axis}, items and all`);
  return [reshapeLayer(named(call), from, [-1])];
};

export const reshape: Reader = (call) => {
  const from = layerAt(call, 0);
  const wanted = listOf(call, 'shape', 1);
  if (wanted === undefined) throw sourceInvalid(call.title, 'it has no shape');
  const [first, ...rest] = wanted;
  // The axis of items stays: as it was, as many as there are, or what is left.
  const isKept = first === 0 || first === call.items || first === -1;
  if (!isKept) throw layerUnsupported(call.title, `makes [${wanted.join(', ')}], across the axis of items`);
  const shape = first === -1 ? rest.map((size, axis) => (size === 0 ? from.shape[axis]! : size)) : undefined;
  const whole = shape ?? shapeFor(call, [call.items, ...from.shape], wanted).slice(1);
  return [reshapeLayer(named(call), from, whole)];
};

export const transpose: Reader = (call) => {
  const from = layerAt(call, 0);
  const order = listOf(call, 'perm') ?? [...from.shape.keys(), from.shape.length].toReversed();
  if (order[0] !== 0) throw layerUnsupported(call.title, 'moves the axis of items');
  return [moveLayer(named(call), from, { how: 'permute', order: order.slice(1).map((axis) => axis - 1) })];
};

export const unsqueeze: Reader = (call) => {
  const from = layerAt(call, 0);
  const axes = listOf(call, 'axes', 1) ?? [];
  const rank = from.shape.length + axes.length;
  const added = new Set(axes.map((axis) => axisWithin(call, axis, rank)));
  const own = [...from.shape];
  return [
    reshapeLayer(
      named(call),
      from,
      Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : own.shift()!)),
    ),
  ];
};

export const squeeze: Reader = (call) => {
  const from = layerAt(call, 0);
  const axes = listOf(call, 'axes', 1)?.map((axis) => axisWithin(call, axis, from.shape.length));
  if (axes === undefined && call.items === 1) throw layerUnsupported(call.title, 'drops the axis of items');
  const shape = from.shape.filter((size, axis) => (axes === undefined ? size !== 1 : !axes.includes(axis)));
  return [reshapeLayer(named(call), from, shape)];
};

export const pad: Reader = (call) => {
  const from = layerAt(call, 0);
  if (textOf(call, 'mode', 'constant') !== 'constant')
    throw layerUnsupported(call.title, 'pads otherwise than with a constant');
  const value = call.version < 11 ? numberOf(call, 'value', 0) : (arrayAt(call, 2, 'value')?.data[0] ?? 0);
  if (value !== 0) throw layerUnsupported(call.title, `pads with ${value}, not with zeros`);
  const pads = listOf(call, call.version < 2 ? 'paddings' : 'pads', 1) ?? [];
  const rank = from.shape.length + 1;
  if (pads.length !== 2 * rank) throw shapesDiffer(call.title, `${pads.length} pads are given for ${rank} axes`);
  if (pads[0] !== 0 || pads[rank] !== 0) throw layerUnsupported(call.title, 'pads the axis of items');
  const margins = from.shape.map((_, axis): Margin => [pads[axis + 1]!, pads[axis + 1 + rank]!]);
  return [moveLayer(named(call), from, { how: 'pad', margins })];
};

/** Each position as often as the scale says, where that is a whole number. */
export const resize =
  (scalesAt: number): Reader =>
  (call) => {
    const from = layerAt(call, 0);
    const isNearest = textOf(call, 'mode', 'nearest') === 'nearest';
    const given = call.node.attributes.get('scales') ?? arrayAt(call, scalesAt, 'scales')?.data;
    const scales = given === undefined || typeof given !== 'object' ? [] : [...(given as Iterable<number>)];
    const isPlain =
      scales.length === from.shape.length + 1 &&
      scales.every((scale) => Number.isInteger(scale) && scale >= 1) &&
      scales[0] === 1;
    if (!isNearest || !isPlain) throw layerUnsupported(call.title, 'makes another size than by repeating positions');
    return [moveLayer(named(call), from, { how: 'repeat', times: scales.slice(1) })];
  };

export const concat: Reader = (call) => {
  const from = call.inputs.map((_, at) => layerAt(call, at));
  const axis = axisWithin(call, wholeOf(call, 'axis', 1), from[0]?.shape.length ?? 0);
  return [concatenationLayer(named(call), from, axis)];
};
