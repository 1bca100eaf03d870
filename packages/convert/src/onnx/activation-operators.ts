/** @file Operators of ONNX that become activations. */
import { clipped, leaky, relu } from '../keras/activations.ts';
import type { Activation } from '../layer-graph.ts';
import { activationLayer, combinationLayer, moveLayer, reshapeLayer } from '../layer-shapes.ts';
import { scaled } from './arithmetic-operators.ts';
import { arrayAt, layerAt, numberOf, requiredArray, wholeOf } from './attributes.ts';
import type { OnnxCall } from './onnx-call.ts';
import { axisWithin, named, type Reader } from './operator-reader.ts';

export const activated =
  (activation: (call: OnnxCall) => Activation): Reader =>
  (call) => [activationLayer(named(call), layerAt(call, 0), activation(call))];

export const plain = (name: string): Reader => activated(() => ({ name, parameters: {} }));

/** Before version 13, all axes from the given one were one vector. */
export const alongRows =
  (name: string): Reader =>
  (call) => {
    const from = layerAt(call, 0);
    const rank = from.shape.length;
    const axis = axisWithin(call, wholeOf(call, 'axis', call.version < 13 ? 1 : -1), rank);
    const activation = { name, parameters: {} };
    if (axis === rank - 1) return [activationLayer(named(call), from, activation)];
    if (call.version < 13) {
      const flat = reshapeLayer(named(call, '/flat'), from, [...from.shape.slice(0, axis), -1]);
      const active = activationLayer(named(call, '/active'), flat, activation);
      return [flat, active, reshapeLayer(named(call), active, from.shape)];
    }
    const order = [...from.shape.keys()].filter((each) => each !== axis);
    const turned = moveLayer(named(call, '/turned'), from, { how: 'permute', order: [...order, axis] });
    const active = activationLayer(named(call, '/active'), turned, activation);
    const back = from.shape.map((_, each) => (each === axis ? rank - 1 : order.indexOf(each)));
    return [turned, active, moveLayer(named(call), active, { how: 'permute', order: back })];
  };

export const clip: Reader = (call) => {
  const bound = (name: string, at: number, fallback: number): number =>
    call.version < 11 ? numberOf(call, name, fallback) : (arrayAt(call, at, name)?.data[0] ?? fallback);
  const [low, high] = [bound('min', 1, -Infinity), bound('max', 2, Infinity)];
  const activation = low === 0 && high > 0 ? relu({ maximum: high }) : clipped(low, high);
  return [activationLayer(named(call), layerAt(call, 0), activation)];
};

/** Slopes that differ are two layers: slope · x + (1 - slope) · relu(x). */
export const parametricRelu: Reader = (call) => {
  const from = layerAt(call, 0);
  const slope = requiredArray(call, 1, 'slope');
  if (slope.data.every((value) => value === slope.data[0]))
    return [activationLayer(named(call), from, leaky(slope.data[0]!))];
  const part = (name: string): OnnxCall => ({
    ...call,
    node: { ...call.node, outputs: [`${call.node.outputs[0]!}/${name}`] },
  });
  const above = activationLayer(named(call, '/above'), from, relu({}));
  const kept = scaled(part('kept'), from, slope, (value) => [value, 0]);
  const added = scaled(part('added'), above, slope, (value) => [1 - value, 0]);
  return [above, ...kept, ...added, combinationLayer(named(call), [kept.at(-1)!, added.at(-1)!], 'add')];
};
