/** @file `contentKey`: data as a text, to be looked up by what they hold. */

/**
 * A text that is the same where data are, and nowhere else. In it stand also what `JSON.stringify` would take for something else: infinities, NaN,
 * zeros below zero, and the elements of typed arrays. Fields count in their order; one that is undefined is as good as none.
 * @param replace what is to stand for a value, as for `JSON.stringify`; default the value itself
 */
export function contentKey(
  data: unknown,
  replace: (name: string, value: unknown) => unknown = (_, value) => value,
): string {
  return JSON.stringify(data, (name, value: unknown) => written(replace(name, value)));
}

function written(value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0) ? value : `\0${Object.is(value, -0) ? '-0' : value}`;
  return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
}
