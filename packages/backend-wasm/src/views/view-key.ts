/** @file A text that two views have in common exactly where they show the same elements in the same order, under one shape. */
import type { View } from '@ndl/ir';

const numbers = /* @__PURE__ */ new WeakMap<readonly number[], number>();
let next = 0;

export function viewKey({ buffer, offset, shape, strides, indices, lag }: View): string {
  const paces = strides.map((stride, axis) => {
    const list = indices?.find((each) => each.axis === axis)?.offsets;
    const own = list === undefined ? (shape[axis] === 1 ? 0 : stride) : `list ${numberOf(list)}`;
    return `${own}${lag === undefined || shape[axis] === 1 ? '' : `@${lag.perAxis[axis]}`}`;
  });
  return `${buffer} ${offset} ${lag?.base ?? 0} ${paces.join(' ')}`;
}

/** Lists are told apart by what they are, not by what they hold. */
function numberOf(list: readonly number[]): number {
  const known = numbers.get(list);
  if (known !== undefined) return known;
  numbers.set(list, next);
  return next++;
}
