/** @file Names that cannot be settings, nor parts of dotted names, because they reach into JavaScript's prototypes. */

const RESERVED = ['__proto__', 'constructor', 'prototype'];

/** The first reserved name among the keys of an object, or among the parts of its dotted keys. */
export function reservedNameIn(object: object): string | undefined {
  return Object.keys(object).find((key) => key.split('.').some((part) => RESERVED.includes(part)));
}
