/** @file Names that cannot be settings, nor parts of dotted names, because they reach into JavaScript's prototypes. */

const RESERVED = ['__proto__', 'constructor', 'prototype'];

/** The first reserved name among the keys of an object, or among the parts of its dotted keys. */
export function reservedNameIn(object: object): string | undefined {
  return Object.keys(object).find((key) => key.split('.').some((part) => RESERVED.includes(part)));
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
