/** @file ONNX's operators of windows: convolutions, and how windows lie. */
import { NdArray } from '@ndl/numerics';
import { layerUnsupported, shapesDiffer, sourceInvalid } from '../errors.ts';
import type { Layer, Margin } from '../layer-graph.ts';
import { convolutionLayer, transposedLayer, type WindowOptions } from '../window-layers.ts';
import { arrayAt, layerAt, listOf, requiredArray, textOf, wholeOf } from './attributes.ts';
import type { OnnxCall } from './onnx-call.ts';

interface Lying {
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly reach: readonly number[];
  /** As given; undefined where it is to be found. */
  readonly pads: readonly Margin[];
  readonly automatic: string;
}

function lying(call: OnnxCall, from: Layer, size: readonly number[]): Lying {
  const count = size.length;
  if (from.shape.length !== count + 1)
    throw shapesDiffer(call.title, `windows of [${size.join(', ')}] do not lie in items of [${from.shape.join(', ')}]`);
  const each = (name: string): readonly number[] => listOf(call, name) ?? new Array<number>(count).fill(1);
  const [strides, dilation] = [each('strides'), each('dilations')];
  const pads = listOf(call, 'pads') ?? new Array<number>(2 * count).fill(0);
  if (strides.length !== count || dilation.length !== count || pads.length !== 2 * count)
    throw shapesDiffer(call.title, `its strides, dilations or pads are not for ${count} dimensions`);
  if ([...strides, ...dilation].some((value) => value < 1) || pads.some((value) => value < 0))
    throw sourceInvalid(call.title, 'its strides, dilations or pads are below what is possible');
  return {
    strides,
    dilation,
    reach: size.map((length, axis) => (length - 1) * dilation[axis]! + 1),
    pads: strides.map((_, axis): Margin => [pads[axis]!, pads[axis + count]!]),
    automatic: textOf(call, 'auto_pad', 'NOTSET'),
  };
}

/** Windows of convolutions; `same` has the odd position after, or before. */
function windowsOf(call: OnnxCall, from: Layer, size: readonly number[]): WindowOptions {
  const { strides, dilation, reach, pads, automatic } = lying(call, from, size);
  const border = pads.map((pair, axis): Margin => {
    if (automatic === 'NOTSET') return pair;
    if (automatic === 'VALID') return [0, 0];
    const length = from.shape[axis + 1]!;
    const missing = Math.max((Math.ceil(length / strides[axis]!) - 1) * strides[axis]! + reach[axis]! - length, 0);
    const [less, more] = [Math.floor(missing / 2), Math.ceil(missing / 2)];
    return automatic === 'SAME_LOWER' ? [more, less] : [less, more];
  });
  return { strides, dilation, padding: border, channelsLast: false };
}

/** With `ceil_mode` a last window may reach further beyond the image, as long as it begins within it or its border. */
export function poolingWindows(call: OnnxCall, from: Layer, size: readonly number[]): WindowOptions {
  const windows = windowsOf(call, from, size);
  if (wholeOf(call, 'ceil_mode', 0) === 0) return windows;
  const border = (windows.padding as readonly Margin[]).map(([before, after], axis): Margin => {
    const stride = windows.strides[axis]!;
    const reach = (size[axis]! - 1) * windows.dilation[axis]! + 1;
    const room = from.shape[axis + 1]! + before + after - reach;
    const positions = Math.ceil(room / stride) + 1;
    const isWithin = (positions - 1) * stride < from.shape[axis + 1]! + before;
    const missing = (positions - (isWithin ? 1 : 2)) * stride - room;
    return [before, after + Math.max(0, missing)];
  });
  if (
    wholeOf(call, 'count_include_pad', 0) !== 0 &&
    border.some(([, after], axis) => after !== (windows.padding as readonly Margin[])[axis]![1])
  )
    throw layerUnsupported(call.title, 'counts a border, and rounds up');
  return { ...windows, padding: border };
}

/** [filters, channels, ...size], or the other way round. */
function kernelOf(call: OnnxCall): NdArray {
  const kernel = requiredArray(call, 1, 'kernel');
  if (kernel.rank < 3 || kernel.size === 0)
    throw shapesDiffer(call.title, `a kernel of shape [${kernel.shape.join(', ')}] has no windows`);
  return kernel;
}

function biasOf(call: OnnxCall): NdArray | null {
  return arrayAt(call, 2, 'bias') === undefined ? null : requiredArray(call, 2, 'bias');
}

export function convolutionLayers(call: OnnxCall): readonly Layer[] {
  const from = layerAt(call, 0);
  const given = kernelOf(call);
  const size = given.shape.slice(2);
  const options = { ...windowsOf(call, from, size), groups: wholeOf(call, 'group', 1) };
  const [filters, channels] = given.shape as [number, number];
  const taps = given.size / (filters * channels);
  // [filters, channels, ...size] to [...size, channels, filters].
  const data = Float64Array.from({ length: given.size }, (_, at) => {
    const filter = at % filters;
    const channel = Math.floor(at / filters) % channels;
    const tap = Math.floor(at / (filters * channels));
    return given.data[(filter * channels + channel) * taps + tap]!;
  });
  const kernel = new NdArray(data, [...size, channels, filters]);
  const named = { name: call.node.outputs[0]!, title: call.title };
  return [convolutionLayer(named, from, { kernel, bias: biasOf(call) }, options)];
}

export function transposedLayers(call: OnnxCall): readonly Layer[] {
  const from = layerAt(call, 0);
  const given = kernelOf(call);
  const size = given.shape.slice(2);
  const { strides, dilation, reach, pads, automatic } = lying(call, from, size);
  const groups = wholeOf(call, 'group', 1);
  const [channels, filters] = given.shape as [number, number];
  const own = channels / groups;
  const taps = given.size / (channels * filters);
  const all = filters * groups;
  // [channels, filters of a group, ...size] to [...size, channels of a group, filters].
  const data = Float64Array.from({ length: given.size }, (_, at) => {
    const filter = at % all;
    const channel = Math.floor(filter / filters) * own + (Math.floor(at / all) % own);
    const tap = Math.floor(at / (all * own));
    return given.data[(channel * filters + (filter % filters)) * taps + tap]!;
  });
  const kernel = new NdArray(data, [...size, own, all]);
  const extra = listOf(call, 'output_padding') ?? strides.map(() => 0);
  const shape = listOf(call, 'output_shape');
  const border = pads.map((pair, axis): Margin => {
    const full = (from.shape[axis + 1]! - 1) * strides[axis]! + reach[axis]! + extra[axis]!;
    const wanted =
      shape?.[shape.length - size.length + axis] ??
      (automatic.startsWith('SAME') ? from.shape[axis + 1]! * strides[axis]! : undefined);
    if (wanted === undefined) return automatic === 'VALID' ? [0, 0] : pair;
    const cut = full - wanted;
    const [less, more] = [Math.floor(cut / 2), Math.ceil(cut / 2)];
    return automatic === 'SAME_UPPER' ? [less, more] : [more, less];
  });
  // What is wanted beyond all windows is put out as zeros.
  const more = extra.map((count, axis) => count - Math.min(0, border[axis]![1]) - Math.min(0, border[axis]![0]));
  const cut = border.map(([before, after]): Margin => [Math.max(0, before), Math.max(0, after)]);
  const options = { strides, dilation, padding: cut, channelsLast: false, groups, more };
  const named = { name: call.node.outputs[0]!, title: call.title };
  return [transposedLayer(named, from, { kernel, bias: biasOf(call) }, options)];
}
