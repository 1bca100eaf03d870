/** @file What makes an array returned by a definition usable. */
import { firstNotFinite, isNdArray, isRefusedPromise, type NdArray, type Pieces } from '@ndl/numerics';
import { resultInvalid } from './definition-errors.ts';

/**
 * Refuses what is no array of this shape.
 * @param name of the definition, see `definitionName`. @param part what it returned: `weights`.
 * @throws NdlError DEFINITION_RESULT
 */
export function requireArray(
  name: string,
  part: string,
  value: unknown,
  shape: readonly number[],
): asserts value is NdArray {
  requireShape(name, part, value, shape);
  requireFinite(name, part, value.data);
}

/** Numbers that are looked at, at a time. */
const PART = 2 ** 16;

/** `requireArray` in pieces. @throws NdlError DEFINITION_RESULT */
export function* requireArrayInPieces(
  name: string,
  part: string,
  value: NdArray,
  shape: readonly number[],
): Pieces<void> {
  requireShape(name, part, value, shape);
  for (let from = 0; from < value.size; from += PART) {
    const end = Math.min(from + PART, value.size);
    requireFinite(name, part, value.data, from, end);
    yield end - from;
  }
}

function requireShape(name: string, part: string, value: unknown, shape: readonly number[]): asserts value is NdArray {
  if (!isNdArray(value)) throw resultInvalid(name, `${part} given as ${kindOf(value)}`, wantedArray(shape));
  if (value.shape.join() !== shape.join()) {
    throw resultInvalid(name, `${part} of shape [${value.shape.join(', ')}]`, wantedArray(shape));
  }
}

/**
 * Refuses what is no list of `length` numbers. `finite` says whether NaN and infinities are refused as well.
 * @throws NdlError DEFINITION_RESULT
 */
export function requireVector(
  name: string,
  part: string,
  value: unknown,
  length: number,
  { finite }: { readonly finite: boolean },
): asserts value is ArrayLike<number> {
  const wanted = `${length} numbers are wanted`;
  if (!isList(value)) throw resultInvalid(name, `${part} given as ${kindOf(value)}`, wanted);
  if (value.length !== length) throw resultInvalid(name, `${value.length} ${part}`, wanted);
  const wrong = Array.isArray(value) ? value.findIndex((element) => typeof element !== 'number') : -1;
  if (wrong >= 0) throw resultInvalid(name, `${part} with ${kindOf(value[wrong])} as element ${wrong}`, wanted);
  if (finite) requireFinite(name, part, value as ArrayLike<number>);
}

/** What a value is that should have been something else: `a promise`. */
export function kindOf(value: unknown): string {
  if (isRefusedPromise(value)) return 'a promise';
  if (typeof value === 'object' && value !== null && Symbol.asyncIterator in value) return 'an asynchronous generator';
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a plain list';
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  return typeof value === 'object' ? 'an object of another kind' : `a ${typeof value}`;
}

function requireFinite(name: string, part: string, data: ArrayLike<number>, from = 0, end: number = data.length): void {
  const index =
    data instanceof Float64Array && end - from === data.length ? firstNotFinite(data) : firstUnbounded(data, from, end);
  if (index === undefined) return;
  throw resultInvalid(name, `${part} with ${data[index]} as element ${index}`, 'every element must be finite');
}

function firstUnbounded(data: ArrayLike<number>, from: number, end: number): number | undefined {
  for (let index = from; index < end; index++) if (!Number.isFinite(data[index])) return index;
  return undefined;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || value instanceof Float64Array || value instanceof Float32Array;
}

function wantedArray(shape: readonly number[]): string {
  return `an NdArray of shape [${shape.join(', ')}] is wanted`;
}
