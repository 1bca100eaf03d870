/** @file Data of a training as the playground looks at them: some of the items, and what class they are of. */
import { NdArray } from '@ndl/numerics';
import { ndarray, type Data, type DataFor } from 'ndl';

/** Data with what they are for; undefined stands for the only object that they may be for. */
export type DataPair<Key> = readonly [key: Key | undefined, data: NdArray];

/** Every form that data may have, as pairs. */
export function pairsOf<Key extends object>(given: DataFor<Key>): DataPair<Key>[] {
  if (given instanceof Map) return [...(given as ReadonlyMap<Key, Data>)].map(([key, data]) => [key, ndarray(data)]);
  if (Array.isArray(given) && given.length > 0 && given.every(isPair))
    return (given as readonly (readonly [Key, Data])[]).map(([key, data]) => [key, ndarray(data)]);
  return [[undefined, ndarray(given as Data)]];
}

const isPair = (entry: unknown): boolean =>
  Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'object' && entry[0] !== null && 'kind' in entry[0];

/** Items `places` of all data, in the form that calls of a simulator take. */
export function itemsOf<Key extends object>(pairs: readonly DataPair<Key>[], places: readonly number[]): DataFor<Key> {
  const taken = pairs.map(([key, data]) => [key, itemsAt(data, places)] as const);
  const [first] = taken;
  return first !== undefined && first[0] === undefined ? first[1] : (taken as unknown as DataFor<Key>);
}

function itemsAt({ data, shape }: NdArray, places: readonly number[]): NdArray {
  const [items = 0, ...rest] = shape;
  const each = items === 0 ? 0 : data.length / items;
  const taken = new Float64Array(each * places.length);
  for (const [at, place] of places.entries()) taken.set(data.subarray(place * each, (place + 1) * each), at * each);
  return new NdArray(taken, [places.length, ...rest]);
}

/** How many items data have. */
export function countOf(pairs: readonly DataPair<object>[]): number {
  return pairs[0]?.[1].shape[0] ?? 0;
}

/** Of so many places, at most `most`, evenly spread. */
export function spread(count: number, most: number): number[] {
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, at) => Math.floor((at * count) / taken));
}

/** The class of each item by its targets at its last step: the largest, or, of a single value, its side of the middle. */
export function classesOf({ data, shape }: NdArray): Uint8Array {
  const [items = 0] = shape;
  const size = shape.at(-1) ?? 1;
  const each = items === 0 ? 0 : data.length / items;
  const middle = middleOf(data);
  return Uint8Array.from({ length: items }, (_, item) =>
    classOf(data.subarray((item + 1) * each - size, (item + 1) * each), middle),
  );
}

/** @param middle what parts two classes that one value stands for */
export function classOf(values: ArrayLike<number>, middle: number): number {
  if (values.length === 1) return Number(values[0]! > middle);
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at]! > values[best]!) best = at;
  return best;
}

export function middleOf(values: ArrayLike<number>): number {
  let [least, most] = [Infinity, -Infinity];
  for (let at = 0; at < values.length; at++) {
    least = Math.min(least, values[at]!);
    most = Math.max(most, values[at]!);
  }
  return values.length === 0 ? 0 : (least + most) / 2;
}

/** Fraction of items whose last output is of the right class. @param outputs [items, samples, size] */
export function accuracyOf(outputs: NdArray, labels: ArrayLike<number>, middle: number): number {
  const [items = 0] = outputs.shape;
  const size = outputs.shape.at(-1) ?? 1;
  const each = items === 0 ? 0 : outputs.data.length / items;
  let right = 0;
  for (let item = 0; item < items; item++) {
    const last = outputs.data.subarray((item + 1) * each - size, (item + 1) * each);
    if (classOf(last, middle) === labels[item]) right++;
  }
  return items === 0 ? 0 : right / items;
}
