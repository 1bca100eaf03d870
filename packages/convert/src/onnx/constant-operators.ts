/** @file Operators of ONNX on arrays that are known: what exporters write around shapes. */
import { NdArray, sizeOf } from '@ndl/numerics';
import { sourceInvalid } from '../errors.ts';
import { movedPlaces } from '../moved-places.ts';
import { listOf, wholeOf } from './attributes.ts';
import type { OnnxCall } from './onnx-call.ts';

/** The array that a node makes of arrays; undefined where something else comes in, or nothing is known of it. */
export function constantOf(call: OnnxCall): NdArray | undefined {
  const { node, inputs, items } = call;
  const { operator } = node;
  if (operator === 'Constant') return constantIn(call);
  const [first] = inputs;
  if (operator === 'Shape' && first !== undefined)
    return vector('layer' in first ? [items, ...first.layer.shape] : first.constant.shape);
  const arrays = inputs.map((value) => (value !== undefined && 'constant' in value ? value.constant : undefined));
  if (arrays.length === 0 || inputs.some((value) => value !== undefined && 'layer' in value)) return undefined;
  const [a, b] = arrays;
  if (a === undefined) return undefined;
  switch (operator) {
    case 'Identity':
    case 'Cast':
    case 'Dropout':
      return a;
    case 'Unsqueeze': {
      const axes = listOf(call, 'axes', 1) ?? [];
      const rank = a.rank + axes.length;
      const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
      const own = [...a.shape];
      return a.reshape(Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (own.shift() ?? 1))));
    }
    case 'Squeeze': {
      const axes = listOf(call, 'axes', 1)?.map((axis) => (axis < 0 ? axis + a.rank : axis));
      return a.reshape(a.shape.filter((size, axis) => (axes === undefined ? size !== 1 : !axes.includes(axis))));
    }
    case 'Reshape':
      return b === undefined ? undefined : a.reshape(shapeFor(call, a.shape, [...b.data]));
    case 'Gather':
      return b === undefined || a.rank !== 1 || b.rank > 1
        ? undefined
        : new NdArray(
            Float64Array.from(b.data, (index) => a.data[index < 0 ? index + a.size : index] ?? NaN),
            b.shape,
          );
    case 'Concat':
      return arrays.every((each) => each?.rank === 1) ? beside(call, arrays as readonly NdArray[]) : undefined;
    case 'Transpose': {
      const order = listOf(call, 'perm') ?? a.shape.map((_, axis) => a.rank - 1 - axis);
      const shape = order.map((axis) => a.shape[axis]!);
      const places = movedPlaces({ how: 'permute', order }, a.shape, shape)!;
      return new NdArray(
        Float64Array.from(places, (place) => a.data[place]!),
        shape,
      );
    }
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
      return b === undefined ? undefined : elementwise(operator, a, b);
    default:
      return undefined;
  }
}

/** What is put together of known arrays is shapes, which are short. */
const LONGEST_VECTOR = 2 ** 20;

/** Vectors one after the other. */
function beside(call: OnnxCall, arrays: readonly NdArray[]): NdArray {
  const size = arrays.reduce((sum, each) => sum + each.size, 0);
  if (size > LONGEST_VECTOR) throw sourceInvalid(call.title, `it would have more than ${LONGEST_VECTOR} numbers`);
  const data = new Float64Array(size);
  let start = 0;
  for (const each of arrays) {
    data.set(each.data, start);
    start += each.size;
  }
  return new NdArray(data, [size]);
}

function constantIn(call: OnnxCall): NdArray {
  const { attributes } = call.node;
  const value = attributes.get('value') ?? attributes.get('value_float') ?? attributes.get('value_int');
  if (value instanceof NdArray) return value;
  if (typeof value === 'number') return new NdArray(Float64Array.of(value), []);
  const list = attributes.get('value_floats') ?? attributes.get('value_ints');
  if (Array.isArray(list)) return vector(list as readonly number[]);
  throw sourceInvalid(call.title, 'it has no value that is read');
}

/** Sizes of -1 and 0 as Reshape takes them: what is left, and as it was. */
export function shapeFor(call: OnnxCall, from: readonly number[], wanted: readonly number[]): readonly number[] {
  const keepsZeros = wholeOf(call, 'allowzero', 0) === 0;
  const sizes = wanted.map((size, axis) => (size === 0 && keepsZeros ? (from[axis] ?? 0) : size));
  const known = sizeOf(sizes.filter((size) => size !== -1));
  const shape = sizes.map((size) => (size === -1 ? sizeOf(from) / known : size));
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || sizeOf(shape) !== sizeOf(from))
    throw sourceInvalid(call.title, `[${wanted.join(', ')}] cannot be made of [${from.join(', ')}]`);
  return shape;
}

function vector(values: readonly number[]): NdArray {
  return new NdArray(Float64Array.from(values), [values.length]);
}

const COMPUTE: Readonly<Record<string, (x: number, y: number) => number>> = {
  Add: (x, y) => x + y,
  Sub: (x, y) => x - y,
  Mul: (x, y) => x * y,
  Div: (x, y) => x / y,
};

function elementwise(operator: string, a: NdArray, b: NdArray): NdArray | undefined {
  const compute = COMPUTE[operator]!;
  if (b.size === 1)
    return new NdArray(
      Float64Array.from(a.data, (x) => compute(x, b.data[0]!)),
      a.shape,
    );
  if (a.shape.join() !== b.shape.join()) return undefined;
  return new NdArray(
    Float64Array.from(a.data, (x, at) => compute(x, b.data[at]!)),
    a.shape,
  );
}
