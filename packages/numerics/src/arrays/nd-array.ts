/** @file `NdArray`: a typed array and its shape, the one array type that crosses package borders. */
import { refuseSurplus } from '../basics/refuse-surplus.ts';
import {
  dataOfNoArray,
  holeInList,
  indexOutOfRange,
  nestedTooDeep,
  notAShape,
  notNumeric,
  raggedArray,
  shapeMismatch,
} from '../basics/errors.ts';

/** Storage of real numbers. */
export type FloatArray = Float64Array | Float32Array;

/** Whole numbers, as indices, bytes of images and numbers of classes come: read, never kept. */
export type IntegerArray =
  Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** Nested lists of numbers, as users write vectors and matrices. */
export type Nested = number | readonly Nested[] | FloatArray | IntegerArray;

/** What is accepted wherever an array is wanted. */
export type ArrayLikeInput = NdArray | Nested;

/**
 * A dense array in row-major (C) order. The shape is fixed; `data` is shared, never copied, by `reshape`.
 * A scalar has shape `[]` and one element.
 */
export class NdArray<Data extends FloatArray = FloatArray> {
  readonly data: Data;
  readonly shape: readonly number[];

  /**
   * @throws NdlError SHAPE_MISMATCH when `data` has another length than the shape asks for; INVALID_OPTION for other typed arrays, lists,
   * and what is no shape.
   */
  constructor(data: Data, shape: readonly number[]) {
    refuseSurplus('new NdArray', arguments, 2);
    if (!isFloatArray(data)) throw dataOfNoArray(data);
    requireShape('new NdArray', shape);
    if (data.length !== sizeOf(shape)) throw shapeMismatch('NdArray', shape, [data.length]);
    this.data = data;
    this.shape = Object.freeze([...shape]);
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return this.data.length;
  }

  /**
   * The element at one index per axis; no negative indices.
   * @throws NdlError INDEX_OUT_OF_RANGE
   */
  get(...indices: number[]): number {
    const isInside = indices.length === this.rank && indices.every((index, axis) => isIndex(index, this.shape[axis]!));
    if (!isInside) throw indexOutOfRange(indices, this.shape);
    const offset = indices.reduce((sum, index, axis) => sum * this.shape[axis]! + index, 0);
    return this.data[offset]!;
  }

  /**
   * The sub-array at `index` of the first axis, sharing memory; no negative indices.
   * @throws NdlError INDEX_OUT_OF_RANGE
   */
  row(index: number): NdArray<Data> {
    refuseSurplus('row', arguments, 1);
    if (!isIndex(index, this.shape[0] ?? 0)) throw indexOutOfRange([index], this.shape);
    const shape = this.shape.slice(1);
    const length = sizeOf(shape);
    return new NdArray(this.data.subarray(index * length, (index + 1) * length) as Data, shape);
  }

  /** The same elements under another shape, sharing memory. @throws NdlError SHAPE_MISMATCH when the sizes differ; INVALID_OPTION. */
  reshape(shape: readonly number[]): NdArray<Data> {
    refuseSurplus('reshape', arguments, 1);
    requireShape('reshape', shape);
    return new NdArray(this.data, shape);
  }

  /** A deep copy in plain nested arrays (a number for shape `[]`). */
  toNested(): Nested {
    if (this.rank === 0) return this.data[0]!;
    if (this.rank === 1) return Array.from(this.data);
    return Array.from({ length: this.shape[0]! }, (_, index) => this.row(index).toNested());
  }

  /** Shape and elements for `JSON.stringify`, which writes NaN and infinities as null. */
  toJSON(): NdArrayJson {
    return { shape: this.shape, data: Array.from(this.data) };
  }
}

/** What `JSON.stringify` makes of an array; `ndarray(json.data).reshape(json.shape)` reads it. */
export interface NdArrayJson {
  readonly shape: readonly number[];
  /** In row-major order. */
  readonly data: readonly number[];
}

/** Number of elements of a shape: the product of its axes, 1 for `[]`. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Whether `value` is an `NdArray`, made by this copy of the package or by another. */
export function isNdArray(value: unknown): value is NdArray {
  if (typeof value !== 'object' || value === null) return false;
  const { data, shape, reshape } = value as Partial<NdArray>;
  return isFloatArray(data) && Array.isArray(shape) && typeof reshape === 'function';
}

/** A float64 array of zeros. */
export function zeros(shape: readonly number[]): NdArray<Float64Array> {
  refuseSurplus('zeros', arguments, 1);
  requireShape('zeros', shape);
  return new NdArray(new Float64Array(sizeOf(shape)), shape);
}

/** A float64 array with the same value everywhere. */
export function full(shape: readonly number[], value: number): NdArray<Float64Array> {
  refuseSurplus('full', arguments, 2);
  requireShape('full', shape);
  return new NdArray(new Float64Array(sizeOf(shape)).fill(value), shape);
}

/** The float64 identity matrix, `[size, size]`. */
export function identity(size: number): NdArray<Float64Array> {
  refuseSurplus('identity', arguments, 1);
  const matrix = zeros([size, size]);
  for (let index = 0; index < size; index++) matrix.data[index * (size + 1)] = 1;
  return matrix;
}

/**
 * A float64 array made of numbers, nested lists or another array (which is copied).
 * @throws NdlError RAGGED_ARRAY when nested lists differ in length, NOT_NUMERIC when a leaf is not a number.
 */
export function ndarray(values: ArrayLikeInput): NdArray<Float64Array> {
  refuseSurplus('ndarray', arguments, 1);
  if (isNdArray(values)) return new NdArray(new Float64Array(values.data), values.shape);
  const array = zeros(shapeOf(values));
  fillFrom(values, array, []);
  return array;
}

/** No array has more axes; lists that contain themselves would. */
const DEEPEST = 32;

/** The shape that nested lists have if they are not ragged: lengths along the first element of each. */
function shapeOf(values: Nested, depth = 0): number[] {
  if (!isList(values)) return [];
  if (depth === DEEPEST) throw nestedTooDeep(DEEPEST);
  return values.length === 0 ? [0] : [values.length, ...shapeOf(values[0]!, depth + 1)];
}

/** Copies nested lists into `target`, checked against its shape; `path` says where in the user's lists `values` lies. */
function fillFrom(values: Nested, target: NdArray<Float64Array>, path: readonly number[]): void {
  const length = target.shape[0];
  if (length === undefined) {
    target.data[0] = numberFrom(values, path);
    return;
  }
  if (!isList(values)) throw raggedArray(path, lengthText(length), 'no list');
  if (values.length !== length) {
    throw raggedArray(path, lengthText(length), lengthText(values.length));
  }
  for (let index = 0; index < length; index++) {
    const value = values[index]!;
    if (value === undefined && !(index in values)) throw holeInList([...path, index]);
    if (target.rank > 1) fillFrom(value, target.row(index), [...path, index]);
    else target.data[index] = typeof value === 'number' ? value : numberFrom(value, [...path, index]);
  }
}

function numberFrom(value: Nested, path: readonly number[]): number {
  if (typeof value === 'number') return value;
  if (isList(value)) throw raggedArray(path, 'numbers', lengthText(value.length));
  throw notNumeric(path, value);
}

function isList(values: unknown): values is readonly Nested[] | FloatArray | IntegerArray {
  return Array.isArray(values) || (ArrayBuffer.isView(values) && 'length' in values);
}

/** @throws NdlError INVALID_OPTION for what is no list of lengths */
function requireShape(call: string, shape: readonly number[]): void {
  const isShape = Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length >= 0);
  if (!isShape || shape.includes(undefined as never)) throw notAShape(call, shape);
}

function isFloatArray(data: unknown): data is FloatArray {
  if (data instanceof Float64Array || data instanceof Float32Array) return true;
  const tag = Object.prototype.toString.call(data);
  return tag === '[object Float64Array]' || tag === '[object Float32Array]';
}

function isIndex(index: number, length: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < length;
}

function lengthText(length: number): string {
  return `a list of ${length}`;
}
