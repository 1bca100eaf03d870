/** @file Keras's layers that scale and shift: batch normalization, normalization of data, rescaling. */
import { NdArray } from '@ndl/numerics';
import { sourceInvalid } from '../errors.ts';
import { requireFinite, scaleLayer } from '../layer-shapes.ts';
import { normalization } from '../normalization.ts';
import { foreign, only, type LayerCall, type Reader } from './layer-call.ts';

export const batchNormalization: Reader = (call) => {
  const { config, title } = call;
  const from = only(call);
  const given = config.fields['axis'];
  const axis = Array.isArray(given) ? (given[0] as number) : config.number('axis', -1);
  // Keras counts the axis of items, and that of time where there is one.
  const own = axis < 0 ? axis + from.shape.length : axis - (call.isTemporal ? 2 : 1);
  if (from.shape[own] === undefined) throw sourceInvalid(title, `it has no axis ${axis}`);
  const arrays = [...call.arrays];
  const next = (what: string, isThere: boolean): NdArray | null =>
    isThere ? requireFinite(call, arrays.shift(), what) : null;
  const gamma = next('gamma', config.flag('scale', true));
  const beta = next('beta', config.flag('center', true));
  const mean = next('moving mean', true)!;
  const variance = next('moving variance', true)!;
  const epsilon = config.number('epsilon', 1e-3);
  return [scaleLayer(call, from, normalization(call, { gamma, beta, mean, variance, epsilon, axis: own }))];
};

/** What data are normalized by, learnt (mean, variance, a count) or given; the least deviation is Keras's own. */
export const dataNormalization: Reader = (call) => {
  const from = only(call);
  const { axis } = call.config.fields;
  const [own] = Array.isArray(axis) ? (axis as unknown[]) : [axis];
  const isLast = (own === -1 || own === from.shape.length) && !(Array.isArray(axis) && axis.length !== 1);
  if (!isLast || call.config.flag('invert', false))
    return [foreign(call, 'normalizes otherwise than along the last axis, which ndl does not know')];
  const [mean, variance] = ['mean', 'variance'].map((name, at) =>
    call.config.has(name) ? alongLast(call, name) : requireFinite(call, call.arrays[at], name),
  );
  const deviation = Float64Array.from(variance!.data, (value) => Math.max(Math.sqrt(value), LEAST_DEVIATION));
  const factor = deviation.map((value) => 1 / value);
  const offset = factor.map((value, at) => -mean!.data[at % mean!.size]! * value);
  const axes = { axis: from.shape.length - 1 };
  return [scaleLayer(call, from, { ...axes, factor: vector(factor), offset: vector(offset) })];
};

const LEAST_DEVIATION = 1e-7;

export const rescaling: Reader = (call) => {
  const from = only(call);
  const [factor, offset] = [alongLast(call, 'scale'), alongLast(call, 'offset', 0)];
  return [scaleLayer(call, from, { axis: from.shape.length - 1, factor, offset })];
};

/** A number for each index of the last axis, or one for all. */
function alongLast(call: LayerCall, name: string, fallback?: number): NdArray {
  const size = only(call).shape.at(-1)!;
  const given = call.config.fields[name];
  const list = Array.isArray(given) ? (given.flat(Infinity) as unknown[]) : undefined;
  if (list === undefined) return vector(new Float64Array(size).fill(call.config.number(name, fallback)));
  if (list.length !== size && list.length !== 1)
    throw sourceInvalid(call.title, `its ${name} has ${list.length} numbers for ${size}`);
  if (!list.every((value) => Number.isFinite(value)))
    throw sourceInvalid(call.title, `its ${name} is not made of numbers`);
  return vector(Float64Array.from({ length: size }, (_, at) => list[at % list.length] as number));
}

function vector(data: Float64Array): NdArray {
  return new NdArray(data, [data.length]);
}
