/** @file How error messages show a value that was given: in a few words, whatever it is. */

import { isCallable } from './calls.ts';
import { isRefusedPromise } from './refused-promise.ts';

/** Lists longer than this are shown by their length, texts longer than `LONGEST_TEXT` by their beginning. */
const LONGEST_LIST = 6;
const LONGEST_TEXT = 60;

/** Lists inside lists inside lists are shown by their length: a list may contain itself. */
const DEEPEST_LIST = 3;

/** A value in a few words, to follow "got": `'abc'`, `the BigInt 2n`, `a list of 1000`, `an object of kind 'lif'`. Never throws. */
export function showValue(value: unknown): string {
  try {
    return show(value, 0);
  } catch {
    return 'an object that cannot be looked at';
  }
}

/** What was thrown, in words: the message of an error, a text as it is, all else as `showValue` shows it. Never throws. */
export function showThrown(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  try {
    const { message } = Object(thrown) as { readonly message?: unknown };
    return typeof message === 'string' ? message : showValue(thrown);
  } catch {
    return showValue(thrown);
  }
}

function show(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return value.length > LONGEST_TEXT ? `'${value.slice(0, LONGEST_TEXT)}…'` : `'${value}'`;
    case 'bigint':
      return `the BigInt ${value}n`;
    case 'symbol':
      return `the symbol ${value.description ?? 'without description'}`;
    case 'function': {
      const kind = isCallable(value) ? 'function' : 'class';
      return value.name === '' ? `a ${kind}` : `a ${kind} named ${value.name}`;
    }
    case 'object':
      return value === null ? 'null' : showObject(value, depth);
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

function showObject(value: object, depth: number): string {
  if (Array.isArray(value)) return showList(value, depth);
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (ArrayBuffer.isView(value) && 'length' in value) return `${withArticle(tag)} of ${String(value.length)}`;
  if (isRefusedPromise(value)) return 'a promise';
  const { data, shape, kind, label } = value as Readonly<Record<'data' | 'shape' | 'kind' | 'label', unknown>>;
  if (ArrayBuffer.isView(data) && Array.isArray(shape)) return `an array of shape [${shape.join(', ')}]`;
  if (typeof kind === 'string') return typeof label === 'string' ? `${kind} '${label}'` : `an object of kind '${kind}'`;
  return tag === 'Object' ? 'an object' : withArticle(tag);
}

function showList(list: readonly unknown[], depth: number): string {
  if (list.length > LONGEST_LIST || depth === DEEPEST_LIST) return `a list of ${list.length}`;
  const elements = Array.from(list, (element, index) => (index in list ? show(element, depth + 1) : 'a hole'));
  return `[${elements.join(', ')}]`;
}

function withArticle(name: string): string {
  return `${/^[AEIOU](?!int)/i.test(name) ? 'an' : 'a'} ${name}`;
}
