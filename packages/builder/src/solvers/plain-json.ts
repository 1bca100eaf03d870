/** @file What JSON has no words for, in words of ours, so that texts are the same only where values are. */

/** For `JSON.stringify`: numbers that it would leave out or change, and typed arrays, which it would make objects. */
export function plainly(_key: string, value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0) ? value : `number ${Object.is(value, -0) ? '-0' : value}`;
  return ArrayBuffer.isView(value) ? Array.from(value as Uint32Array) : value;
}
