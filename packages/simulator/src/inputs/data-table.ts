/** @file Data that users bring for a node or a probe, checked, and cut into the pieces that executables take. */
import { completedPeriods, isPeriodEnd } from '@ndl/core';
import { indexOfInfiniteIn, isFiniteIn, type Dtype } from '@ndl/ir';
import { isNdArray, isNdlError, ndarray, sizeOf, type FloatArray, type NdArray, type Nested } from '@ndl/numerics';
import {
  ambiguousData,
  dataInvalid,
  dataNotFinite,
  dataShape,
  dataTwice,
  noData,
  nobodyToMean,
  noPair,
  wrongKey,
} from './data-errors.ts';
import { nameOf } from '../results/object-name.ts';
import { NOT_SAMPLED } from '../training/sampled-objective.ts';

/** [items, steps, size], or [items, size] for data that are the same at each step; of what samples, its samples in place of steps. */
export type Data = NdArray | Nested;

/** Data per object: a Map, pairs, or bare data where there is only one object to mean. */
export type DataFor<Key> = Data | ReadonlyMap<Key, Data> | readonly (readonly [Key, Data])[];

/** Something that data can be for. */
export interface DataOwner<Key> {
  readonly key: Key;
  /** Name in feeds. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  readonly size: number;
  /** What its data must be finite in. */
  readonly dtype: Dtype;
  /** Shape of one step's data, where that is no list: data may have it in place of [size]. */
  readonly shape?: readonly number[];
  /** Steps from one of its data to the next, where it samples. Default 1. */
  readonly period?: number;
}

/** What to say of data that cannot be for what they are given for. */
export interface DataRefusals {
  /** Why they cannot be for `key`, called `object`, where only `known` own some. */
  ofKey(what: string, object: string, known: readonly string[], key: object): Error;
  /** Why there is nothing in the network that they could be for, and what to do. */
  readonly nobody: string;
  /** What data are for: `a Node`. */
  readonly wanted: string;
}

/** Checked data of one owner. */
export class DataTable {
  readonly name: string;
  readonly label: string;
  readonly items: number;
  /** Steps, or samples, that the data are given for; `undefined` where they are the same for all. */
  readonly length: number | undefined;
  /** Steps from one of the data to the next; 1 at least. */
  readonly period: number;
  readonly size: number;
  readonly #dtype: Dtype;
  readonly #data: FloatArray;

  constructor(owner: DataOwner<unknown>, array: NdArray) {
    const shape = asLists(array.shape, owner.shape);
    const fits =
      (shape.length === 2 || shape.length === 3) && shape.at(-1) === owner.size && shape[0]! > 0 && array.size > 0;
    if (!fits) throw dataShape(owner.label, shapesFor(owner), array.shape);
    this.name = owner.name;
    this.label = owner.label;
    this.items = shape[0]!;
    this.length = shape.length === 3 ? shape[1]! : undefined;
    this.period = Math.max(1, owner.period ?? 1);
    this.size = owner.size;
    this.#dtype = owner.dtype;
    this.#data = array.data;
  }

  /** Whether one slice of it serves all steps. */
  get isHeld(): boolean {
    return this.length === undefined && !this.isSampled;
  }

  /** Whether there are steps that it has no data for, as its owner does not sample them. */
  get isSampled(): boolean {
    return this.period > 1;
  }

  /**
   * The chosen items over some steps, as executables take them: [steps, items, size], or [items, size] when held,
   * however many steps there are. `NOT_SAMPLED` at steps that are not sampled.
   */
  block(items: ArrayLike<number>, firstStep: number, steps: number): FloatArray {
    const length = (this.isHeld ? 1 : steps) * items.length * this.size;
    const block = this.#data instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
    this.copy(items, firstStep, block);
    return block;
  }

  /** Fills `into` with the chosen items over as many steps as fit, as `block` gives them. */
  copy(items: ArrayLike<number>, firstStep: number, into: FloatArray): void {
    const { size } = this;
    const data = this.#data;
    const stride = (this.length ?? 1) * size;
    for (let step = firstStep, to = 0; to < into.length; step++) {
      const row = this.#rowAt(step);
      if (row === undefined) {
        into.fill(NOT_SAMPLED, to, (to += items.length * size));
        continue;
      }
      for (let index = 0; index < items.length; index++, to += size)
        copyRun(data, items[index]! * stride + row * size, into, to, size);
    }
  }

  /** Which of the data of an item are for a step (from 0); undefined where it is not sampled. */
  #rowAt(step: number): number | undefined {
    if (!isPeriodEnd(step + 1, this.period)) return undefined;
    return this.length === undefined ? 0 : completedPeriods(step + 1, this.period) - 1;
  }

  /** Whether it asks for nothing: all NaN. */
  isMissing(): boolean {
    return this.#data.every(Number.isNaN);
  }

  /** Refuses numbers that are not finite in the simulator's dtype. @throws NdlError NOT_FINITE. */
  requireFinite({ orNaN = false }: { readonly orNaN?: boolean } = {}): void {
    const data = this.#data;
    const dtype = this.#dtype;
    for (let index = indexOfInfiniteIn(dtype, data) ?? data.length; index < data.length; index++) {
      const value = data[index]!;
      if (isFiniteIn(dtype, value) || (orNaN && Number.isNaN(value))) continue;
      throw dataNotFinite(this.label, Math.floor(index / (data.length / this.items)), value, dtype);
    }
  }
}

/** Copies neighbours; of few, one by one is quicker. */
function copyRun(from: FloatArray, start: number, to: FloatArray, at: number, length: number): void {
  if (length >= 32) to.set(from.subarray(start, start + length), at);
  else for (let element = 0; element < length; element++) to[at + element] = from[start + element]!;
}

/** The shape of data, with matrices of one step (of shape `own`) counted as lists, row after row. */
function asLists(shape: readonly number[], own: readonly number[] | undefined): readonly number[] {
  if (own === undefined || own.length < 2) return shape;
  const front = shape.slice(0, -own.length);
  const isOwn =
    (front.length === 1 || front.length === 2) && own.every((length, axis) => shape[front.length + axis] === length);
  return isOwn ? [...front, sizeOf(own)] : shape;
}

function shapesFor({ size, shape = [], period = 1 }: DataOwner<unknown>): string {
  const axis = period > 1 ? 'samples' : 'steps';
  const flat = `[items, ${axis}, ${size}], or [items, ${size}] to hold it over all ${axis}`;
  if (shape.length < 2) return flat;
  const own = shape.join(', ');
  return `[items, ${axis}, ${own}], or [items, ${own}] to hold it over all ${axis} (or row after row: ${flat})`;
}

/**
 * Checks data against their owners. Tables come back in the order of `owners`. Lists are copied; arrays are read while the call
 * lasts.
 * @throws NdlError FOREIGN_OBJECT and what else `refusals` say, INVALID_OPTION, DATA_AMBIGUOUS, DATA_TWICE, SHAPE_MISMATCH, NOT_NUMERIC, RAGGED_ARRAY.
 */
export function dataTables<Key extends object>(
  what: string,
  data: DataFor<Key> | undefined,
  owners: readonly DataOwner<Key>[],
  refusals: DataRefusals,
): readonly DataTable[] {
  if (data === undefined) return [];
  if (!isMap(data) && !isBareData(data)) throw noData(what, data);
  requirePairs(what, data, refusals.wanted);
  const labels = owners.map(({ label }) => label);
  const pairs = pairsOf(data);
  if (pairs === undefined) {
    if (Array.isArray(data) && data.some((entry) => isKey(entry) || isPair(entry))) throw noData(what, data);
    if (owners.length === 0) throw nobodyToMean(what, refusals.nobody);
    if (owners.length !== 1) throw ambiguousData(what, labels);
    return [new DataTable(owners[0]!, asArray(data as Data, owners[0]!.label))];
  }
  const given = new Map<unknown, Data>();
  for (const [key, value] of pairs) {
    if (given.has(key)) throw dataTwice(what, nameOf(key));
    if (!owners.some((owner) => owner.key === key)) throw refusals.ofKey(what, nameOf(key), labels, key);
    given.set(key, value);
  }
  return owners.flatMap((owner) =>
    given.has(owner.key) ? [new DataTable(owner, asArray(given.get(owner.key)!, owner.label))] : [],
  );
}

function asArray(data: Data, label: string): NdArray {
  if (isNdArray(data)) return data;
  try {
    return ndarray(data);
  } catch (error) {
    throw isNdlError(error) ? dataInvalid(label, error) : error;
  }
}

/** The pairs, where data are a Map or pairs of an object and its data, of which there may be none; undefined for bare data. */
function pairsOf<Key extends object>(data: DataFor<Key>): readonly (readonly [Key, Data])[] | undefined {
  if (isMap(data)) return [...(data as ReadonlyMap<Key, Data>)];
  if (!Array.isArray(data)) return undefined;
  return Array.from(data).every(isPair) ? (data as readonly (readonly [Key, Data])[]) : undefined;
}

/** Refuses what is meant as pairs or a Map, and is for something that data cannot be for, or no pair. */
function requirePairs(what: string, data: unknown, wanted: string): void {
  if (isMap(data)) {
    for (const key of (data as ReadonlyMap<unknown, unknown>).keys())
      requireKey(what, key, wanted, 'each key of a Map');
    return;
  }
  if (!Array.isArray(data)) return;
  for (const entry of data as readonly unknown[]) {
    if (!Array.isArray(entry)) continue;
    if (entry.length === 2 && (isKey(entry[0]) || (!isBareData(entry[0]) && isList(entry[1]))))
      requireKey(what, entry[0], wanted, 'the first of a pair');
    if (entry.length !== 2 && isKey(entry[0])) throw noPair(what, nameOf(entry[0]), entry.length);
  }
}

function requireKey(what: string, key: unknown, wanted: string, which: string): void {
  if (!isKey(key) || typeof (key as { readonly kind?: unknown }).kind !== 'string')
    throw wrongKey(what, which, wanted, key);
}

function isList(value: unknown): boolean {
  return typeof value !== 'number' && isBareData(value);
}

function isPair(entry: unknown): boolean {
  return Array.isArray(entry) && entry.length === 2 && isKey(entry[0]);
}

function isMap(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Map]';
}

/** Numbers, nested lists of them, arrays of numbers. */
function isBareData(value: unknown): boolean {
  return typeof value === 'number' || Array.isArray(value) || isNdArray(value) || isNumbers(value);
}

/** Typed arrays, which `DataView`s are not. */
function isNumbers(value: unknown): boolean {
  return ArrayBuffer.isView(value) && 'length' in value;
}

function isKey(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isBareData(value);
}
