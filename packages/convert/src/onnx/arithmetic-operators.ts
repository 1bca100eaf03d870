/** @file Operators of ONNX that multiply, add and combine: by constant arrays, or layers with each other. */
import { NdArray, sizeOf, transpose } from '@ndl/numerics';
import { layerUnsupported, shapesDiffer } from '../errors.ts';
import type { CombinationLayer, Layer } from '../layer-graph.ts';
import { combinationLayer, denseLayer, reshapeLayer, scaleLayer } from '../layer-shapes.ts';
import { arrayAt, layerAt, numberOf, requiredArray, wholeOf } from './attributes.ts';
import type { OnnxCall } from './onnx-call.ts';
import { named, type Reader, same } from './operator-reader.ts';

export const gemm: Reader = (call) => {
  const from = layerAt(call, 0);
  if (from.shape.length !== 1)
    throw shapesDiffer(call.title, `it takes a matrix, not items of [${from.shape.join(', ')}]`);
  if (wholeOf(call, 'transA', 0) !== 0) throw layerUnsupported(call.title, 'turns its input round, items and all');
  const given = requiredArray(call, 1, 'matrix');
  if (given.rank !== 2) throw shapesDiffer(call.title, `its matrix is [${given.shape.join(', ')}]`);
  const [alpha, beta] = [numberOf(call, 'alpha', 1), numberOf(call, 'beta', 1)];
  const matrix = wholeOf(call, 'transB', 0) === 0 ? given : transpose(given);
  const kernel = new NdArray(
    Float64Array.from(matrix.data, (value) => alpha * value),
    matrix.shape,
  );
  const units = kernel.shape[1]!;
  const added = arrayAt(call, 2, 'bias') === undefined ? null : requiredArray(call, 2, 'bias');
  if (added !== null && added.size !== units && added.size !== 1)
    throw layerUnsupported(call.title, `adds an array of [${added.shape.join(', ')}], another for each item`);
  const bias =
    added &&
    new NdArray(
      Float64Array.from({ length: units }, (_, unit) => beta * added.data[added.size === 1 ? 0 : unit]!),
      [units],
    );
  return [denseLayer(named(call), from, { kernel, bias })];
};

export const matMul: Reader = (call) => {
  const kernel = requiredArray(call, 1, 'matrix');
  if (kernel.rank !== 2) throw layerUnsupported(call.title, `multiplies by an array of [${kernel.shape.join(', ')}]`);
  return [denseLayer(named(call), layerAt(call, 0), { kernel, bias: null })];
};

/** x · factor + offset, of what a constant array stands for; element by element where it varies along more than one axis. */
export function scaled(
  call: OnnxCall,
  from: Layer,
  array: NdArray,
  by: (value: number) => readonly [number, number],
): readonly Layer[] {
  const { shape } = from;
  const own = [...array.shape];
  while (own.length > shape.length && own[0] === 1) own.shift();
  const aligned = [...new Array<number>(Math.max(0, shape.length - own.length)).fill(1), ...own];
  const fits = aligned.length === shape.length && aligned.every((size, axis) => size === 1 || size === shape[axis]);
  if (!fits)
    throw layerUnsupported(
      call.title,
      `meets an array of [${array.shape.join(', ')}] that does not fit items of [${shape.join(', ')}]`,
    );
  const axes = [...aligned.keys()].filter((axis) => aligned[axis] !== 1);
  const pair = (values: ArrayLike<number>): { readonly factor: NdArray; readonly offset: NdArray } => {
    const both = Array.from(values, by);
    const [factor, offset] = [0, 1].map(
      (at) =>
        new NdArray(
          Float64Array.from(both, (each) => each[at]!),
          [both.length],
        ),
    );
    return { factor: factor!, offset: offset! };
  };
  if (axes.length <= 1 && shape.length > 0) {
    const axis = axes[0] ?? shape.length - 1;
    const values = axes.length === 1 ? array.data : new Float64Array(shape[axis]!).fill(array.data[0]!);
    return [scaleLayer(named(call), from, { axis, ...pair(values) })];
  }
  const whole = Float64Array.from({ length: sizeOf(shape) }, (_, element) => {
    let place = 0;
    for (let axis = 0; axis < shape.length; axis++) {
      const position = Math.floor(element / sizeOf(shape.slice(axis + 1))) % shape[axis]!;
      place = place * aligned[axis]! + (aligned[axis] === 1 ? 0 : position);
    }
    return array.data[place]!;
  });
  const flat = reshapeLayer(named(call, '/flat'), from, [-1]);
  const changed = scaleLayer(named(call, '/changed'), flat, { axis: 0, ...pair(whole) });
  return [flat, changed, reshapeLayer(named(call), changed, shape)];
}

type Combine = CombinationLayer['operation'];

/** Layers are combined; with a constant array, what comes in is scaled. */
export const arithmetic =
  (
    operation: Combine,
    right: (value: number) => readonly [number, number],
    left: ((value: number) => readonly [number, number]) | undefined,
  ): Reader =>
  (call) => {
    const [a, b] = call.inputs;
    if (operation === 'divide' && call.isWhole)
      throw layerUnsupported(call.title, 'divides whole numbers, of which ONNX drops the fractions');
    if (a !== undefined && b !== undefined && 'constant' in a && 'layer' in b) {
      if (left === undefined) throw layerUnsupported(call.title, 'divides a constant by what comes in');
      return scaled(call, b.layer, requiredArray(call, 0, 'array'), left);
    }
    if (b !== undefined && 'constant' in b)
      return scaled(call, layerAt(call, 0), requiredArray(call, 1, 'array'), right);
    return combined(operation)(call);
  };

export const combined =
  (operation: Combine): Reader =>
  (call) => {
    const from = call.inputs.map((_, at) => layerAt(call, at));
    if (from.some(({ shape }) => shape.length !== from[0]!.shape.length))
      throw layerUnsupported(call.title, 'combines arrays of different numbers of axes');
    if (from.length === 1) return same(call);
    return [combinationLayer(named(call), from, operation)];
  };
