/** @file Freezes graphs and plans in depth, so that planners, sorters and simplifications can keep them, and cannot change them. */

import { complete, OperationCount, type Pieces, refuseSurplus } from '@ndl/numerics';

const frozenHere = new WeakSet<object>();

/** Those that were vouched for. */
const readers = new WeakSet<object>();

/**
 * Vouches for a build function, a planner, a sorter, a simplification, a lowering, or a definition of neurons: it changes nothing of what it is given,
 * and nothing of what it has returned, now or later. Graphs need not be frozen for it, nor arrays copied, which takes as long as what
 * it does with them.
 */
export function readsOnly<Reader extends object>(reader: Reader): Reader {
  refuseSurplus('readsOnly', arguments, 1);
  readers.add(reader);
  return reader;
}

/** Whether someone has vouched for it, see `readsOnly`. */
export function isReader(candidate: object): boolean {
  refuseSurplus('isReader', arguments, 1);
  return readers.has(candidate);
}

/**
 * The same data, of which no list, record or Map can be changed any more: to try throws a TypeError. Arrays of numbers cannot be
 * frozen; functions, and instances of classes such as the objects of a network, stay as they are.
 */
export function frozen<Data>(data: Data): Data {
  refuseSurplus('frozen', arguments, 1);
  return complete(frozenInPieces(data));
}

/** What freezing an object is worth, in operations. */
const FREEZE_COST = 256;

/** `frozen` in pieces. */
export function* frozenInPieces<Data>(data: Data): Pieces<Data> {
  refuseSurplus('frozenInPieces', arguments, 1);
  const operations = new OperationCount();
  const waiting: unknown[] = [data];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null || frozenHere.has(value)) continue;
    if (value instanceof Map) freezeMap(value, waiting);
    else if (isPlain(value)) freezePlain(value, waiting);
    const done = operations.add(FREEZE_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return data;
}

function freezePlain(value: object, parts: unknown[]): void {
  frozenHere.add(Object.freeze(value));
  if (Array.isArray(value)) {
    for (const part of value) if (typeof part === 'object') parts.push(part);
    return;
  }
  // Properties that are computed are nobody's to keep. One by one: all descriptors of a frozen object take 20 times as long.
  for (const key of Object.keys(value)) {
    const part: unknown = Object.getOwnPropertyDescriptor(value, key)!.value;
    if (typeof part === 'object') parts.push(part);
  }
}

function freezeMap(map: Map<unknown, unknown>, parts: unknown[]): void {
  frozenHere.add(map);
  const refuse = (): never => {
    throw new TypeError('Cannot change a read-only Map');
  };
  for (const method of ['set', 'delete', 'clear']) Object.defineProperty(map, method, { value: refuse });
  for (const entry of map) parts.push(...entry);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** Whether an error is what JavaScript throws at someone who changes what is frozen, in the words of any engine. */
export function saysFrozen(error: unknown): boolean {
  return error instanceof TypeError && /read.?only|extensible|delete|non-?(writable|configurable)/i.test(error.message);
}
