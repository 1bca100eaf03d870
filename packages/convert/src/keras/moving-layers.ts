/** @file Keras's layers that change shapes and places: padding, cropping, repeating, reshaping. */
import { sizeOf } from '@ndl/numerics';
import { sourceInvalid } from '../errors.ts';
import type { Margin } from '../layer-graph.ts';
import { moveLayer, reshapeLayer } from '../layer-shapes.ts';
import { foreign, only, type LayerCall, type Reader } from './layer-call.ts';

/** Margins of the spatial axes, and none of the channels. */
function margins(call: LayerCall, field: string, dimensions: number, sign: 1 | -1): readonly Margin[] {
  const { config } = call;
  const given = config.fields[field] ?? 1;
  const isPair = (value: unknown): value is Margin => Array.isArray(value) && value.length === 2;
  const list = Array.isArray(given)
    ? dimensions === 1 && given.every((size) => typeof size === 'number')
      ? [given]
      : given
    : new Array<unknown>(dimensions).fill(given);
  const pairs = list.map((value): Margin => {
    const [before, after] = isPair(value) ? value : [value as number, value as number];
    if (![before, after].every((size) => Number.isSafeInteger(size) && size >= 0))
      throw sourceInvalid(call.title, `its ${field} is not made of whole numbers`);
    return [sign * before, sign * after];
  });
  const none: readonly Margin[] = [[0, 0]];
  return config.channelsLast ? [...pairs, ...none] : [...none, ...pairs];
}

export const padding =
  (dimensions: number): Reader =>
  (call) => [moveLayer(call, only(call), { how: 'pad', margins: margins(call, 'padding', dimensions, 1) })];

export const cropping =
  (dimensions: number): Reader =>
  (call) => [moveLayer(call, only(call), { how: 'pad', margins: margins(call, 'cropping', dimensions, -1) })];

export const upsampling =
  (dimensions: number): Reader =>
  (call) => {
    if (call.config.text('interpolation', 'nearest') !== 'nearest')
      return [foreign(call, 'interpolates otherwise than nearest, which ndl does not')];
    const size = call.config.sizes('size', dimensions, new Array<number>(dimensions).fill(2));
    const times = call.config.channelsLast ? [...size, 1] : [1, ...size];
    return [moveLayer(call, only(call), { how: 'repeat', times })];
  };

/** With channels first, Keras flattens as if they were last. */
export const flatten: Reader = (call) => {
  const from = only(call);
  if (call.config.channelsLast || from.shape.length < 2) return [reshapeLayer(call, from, [sizeOf(from.shape)])];
  const order = [...from.shape.keys()].slice(1);
  const named = { name: `${call.name}/channels last`, title: call.title };
  const moved = moveLayer(named, from, { how: 'permute', order: [...order, 0] });
  return [moved, reshapeLayer(call, moved, [sizeOf(from.shape)])];
};

/** A size may be left open: -1, or null as tf.layers writes it. */
export const reshape: Reader = (call) => [reshapeLayer(call, only(call), targetShape(call))];

/** What `target_shape` says. */
export function targetShape({ config }: LayerCall): readonly number[] {
  const given = config.fields['target_shape'];
  return Array.isArray(given) && given.includes(null)
    ? given.map((size: unknown) => (size === null ? -1 : (size as number)))
    : config.whole('target_shape');
}

export const permute: Reader = (call) => [
  moveLayer(call, only(call), { how: 'permute', order: call.config.whole('dims').map((axis) => axis - 1) }),
];

export const repeatVector: Reader = (call) => {
  const from = only(call);
  const row = reshapeLayer({ name: `${call.name}/row`, title: call.title }, from, [1, sizeOf(from.shape)]);
  return [row, moveLayer(call, row, { how: 'repeat', times: [call.config.number('n'), 1] })];
};
