/** @file Freezes graphs and plans in depth, so that planners, sorters and simplifications can keep them, and cannot change them. */

const frozenHere = new WeakSet<object>();

/**
 * The same data, of which no list, record or Map can be changed any more: to try throws a TypeError. Arrays of numbers cannot be
 * frozen; functions, and instances of classes such as the objects of a network, stay as they are.
 */
export function frozen<Data>(data: Data): Data {
  freeze(data);
  return data;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || frozenHere.has(value)) return;
  if (value instanceof Map) freezeMap(value);
  else if (isPlain(value)) freezePlain(value);
}

function freezePlain(value: object): void {
  frozenHere.add(Object.freeze(value));
  if (Array.isArray(value)) value.forEach(freeze);
  // Properties that are computed are nobody's to keep.
  else for (const property of Object.values(Object.getOwnPropertyDescriptors(value))) freeze(property.value);
}

function freezeMap(map: Map<unknown, unknown>): void {
  frozenHere.add(map);
  const refuse = (): never => {
    throw new TypeError('Cannot change a read-only Map');
  };
  for (const method of ['set', 'delete', 'clear']) Object.defineProperty(map, method, { value: refuse });
  for (const [key, value] of map) {
    freeze(key);
    freeze(value);
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** Whether an error is what JavaScript throws at someone who changes what is frozen, in the words of any engine. */
export function saysFrozen(error: unknown): boolean {
  return error instanceof TypeError && /read.?only|extensible|delete|non-?(writable|configurable)/i.test(error.message);
}
