/**
 * @file Data that nobody can change: copied in depth when they are given, and frozen. Arrays cannot be frozen, so they are
 * handed out as copies: what someone does with his copy changes nothing here.
 */
import { isNdArray, NdArray, refuseSurplus } from '@ndl/numerics';
import { cyclicData } from '../errors.ts';

/** Objects and lists that were made here, and so may be shared. */
const madeHere = new WeakSet<object>();

/** Arrays as they are kept, by the object that hands out copies of them, and its property. */
const keptArrays = new WeakMap<object, Map<PropertyKey, ArrayData>>();

/**
 * A copy in depth of plain data, frozen: still plain, with the same enumerable properties, so that `JSON.stringify`,
 * `structuredClone` and the spread operator see what they saw; properties that hold arrays give a fresh copy at each
 * reading. Functions, and objects of other classes, are taken as they are.
 * @throws NdlError CYCLIC_DATA for data that contain themselves
 */
export function immutableData<Fields extends object>(fields: Fields): Readonly<Fields> {
  refuseSurplus('immutableData', arguments, 1);
  return immutableCopy(fields, []) as Fields;
}

/** What is handed out of a value that is kept: arrays as copies, all else as it is, for it cannot change. */
export function handedOut<Value>(value: Value): Value {
  return isArrayData(value) ? (copyOfArray(value) as Value) : value;
}

/** The array that immutable data have copied in under a name, itself; undefined where there is none. */
export function keptArray(data: object, name: PropertyKey): unknown {
  return keptArrays.get(data)?.get(name);
}

/** Whether an object was made by a literal or by `Object.create(null)`: one with `__proto__: …` in it was not. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Object.prototype of any realm: the object at the end of the chain that has what all objects have.
  return (
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'hasOwnProperty'))
  );
}

/** `around` are the objects and lists that this value lies in. */
function immutableCopy(value: unknown, around: readonly object[]): unknown {
  if (!(Array.isArray(value) || isPlainObject(value)) || madeHere.has(value)) return value;
  if (around.includes(value)) throw cyclicData(around[0]!);
  const isFlat = Array.isArray(value) && value.every((element) => typeof element !== 'object');
  const copy: object = isFlat ? value.slice() : Array.isArray(value) ? new Array<unknown>(value.length) : {};
  if (!isFlat) copyParts(value, copy, around);
  madeHere.add(Object.freeze(copy));
  return copy;
}

function copyParts(value: object, copy: object, around: readonly object[]): void {
  for (const name of Reflect.ownKeys(value)) {
    const { enumerable } = Object.getOwnPropertyDescriptor(value, name)!;
    if (enumerable === true) defineImmutable(copy, name, Reflect.get(value, name), [...around, value]);
  }
}

function defineImmutable(target: object, name: PropertyKey, value: unknown, around: readonly object[]): void {
  if (!isArrayData(value)) {
    Object.defineProperty(target, name, { value: immutableCopy(value, around), enumerable: true });
    return;
  }
  const own = copyOfArray(value);
  const arrays = keptArrays.get(target) ?? new Map<PropertyKey, ArrayData>();
  keptArrays.set(target, arrays.set(name, own));
  Object.defineProperty(target, name, { get: () => copyOfArray(own), enumerable: true });
}

type ArrayData = NdArray | ArrayBufferView | ArrayBuffer;

function isArrayData(value: unknown): value is ArrayData {
  return isNdArray(value) || ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

function copyOfArray(value: ArrayData): ArrayData {
  if (isNdArray(value)) return new NdArray(value.data.slice(), value.shape);
  return value instanceof DataView
    ? new DataView(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength))
    : value instanceof ArrayBuffer
      ? value.slice()
      : sliceOfTypedArray.call(value);
}

/** That of typed arrays, since Node's `Buffer` has one of its own that copies nothing. */
const sliceOfTypedArray = (Object.getPrototypeOf(Uint8Array.prototype) as { slice(this: unknown): ArrayBufferView })
  .slice;
