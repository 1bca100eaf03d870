/** @file Views over the operands of a whole group: flat concatenations for maps and copies, stacks for products. */
import { insertAxis, offsetsOf, type View } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { cannotStack } from './errors.ts';

/** The stride between consecutive offsets, or undefined where it varies. */
function constantStride(offsets: readonly number[]): number | undefined {
  const stride = offsets.length > 1 ? offsets[1]! - offsets[0]! : 1;
  return offsets.every((offset, index) => offset === offsets[0]! + index * stride) ? stride : undefined;
}

/** A flat vector over all elements of all members, which lie in one buffer; a member of one element repeats to its length. */
export function concatenateViews(members: readonly View[], lengths?: readonly number[]): View {
  const offsets = members.flatMap((member, index) => {
    const own = [...offsetsOf(member)];
    const length = lengths?.[index] ?? own.length;
    return own.length === 1 && length !== 1 ? new Array<number>(length).fill(own[0]!) : own;
  });
  const buffer = members[0]!.buffer;
  const shape = [offsets.length];
  const stride = constantStride(offsets);
  if (stride !== undefined) return { buffer, offset: offsets[0] ?? 0, shape, strides: [stride] };
  return { buffer, offset: 0, shape, strides: [0], indices: [{ axis: 0, offsets }] };
}

/**
 * Members of one shape, stacked along a new first axis. They lie in one buffer and have the same strides and indices.
 * @throws NdlError CANNOT_STACK otherwise.
 */
export function stackViews(members: readonly View[], label: string): View {
  const first = members[0]!;
  if (!members.every((member) => stackKey(member) === stackKey(first))) throw cannotStack(label);
  const stacked = insertAxis(first, 0, members.length);
  const starts = members.map((member) => member.offset - first.offset);
  const stride = members.length === 1 ? sizeOf(first.shape) : constantStride(starts);
  if (stride !== undefined) return { ...stacked, strides: stacked.strides.with(0, stride) };
  return { ...stacked, indices: [{ axis: 0, offsets: starts }, ...(stacked.indices ?? [])] };
}

/** Equal for views that can be stacked: what they show is the same but for where it begins. */
export function stackKey({ buffer, shape, strides, indices }: View): string {
  return JSON.stringify([buffer, shape, strides.map((stride, axis) => (shape[axis] === 1 ? 0 : stride)), indices]);
}
