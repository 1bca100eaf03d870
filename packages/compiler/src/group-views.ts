/** @file Views over the operands of a whole group: flat concatenations for maps and copies, stacks for products. */
import type { View } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { cannotStack } from './errors.ts';

/** Offset of each element of a view within its buffer, in row-major order. */
function elementOffsets(view: View): number[] {
  let offsets = [view.offset];
  view.shape.forEach((length, axis) => {
    const steps = Array.from({ length }, (_, index) =>
      axis === 0 && view.indices !== undefined ? view.indices[index]! : index * view.strides[axis]!,
    );
    offsets = offsets.flatMap((offset) => steps.map((step) => offset + step));
  });
  return offsets;
}

/** The stride between consecutive offsets, or undefined where it varies. */
function constantStride(offsets: readonly number[]): number | undefined {
  const stride = offsets.length > 1 ? offsets[1]! - offsets[0]! : 1;
  return offsets.every((offset, index) => offset === offsets[0]! + index * stride) ? stride : undefined;
}

/** A flat vector over all elements of all members, which lie in one buffer; a member of one element repeats to its length. */
export function concatenateViews(members: readonly View[], lengths?: readonly number[]): View {
  const offsets = members.flatMap((member, index) => {
    const own = elementOffsets(member);
    const length = lengths?.[index] ?? own.length;
    return own.length === 1 && length !== 1 ? new Array<number>(length).fill(own[0]!) : own;
  });
  const buffer = members[0]!.buffer;
  const shape = [offsets.length];
  const stride = constantStride(offsets);
  if (stride !== undefined) return { buffer, offset: offsets[0] ?? 0, shape, strides: [stride] };
  return { buffer, offset: 0, shape, strides: [0], indices: offsets };
}

/**
 * Members of one shape, stacked along a new first axis. They lie in one buffer and have the same inner strides.
 * @throws NdlError CANNOT_STACK otherwise.
 */
export function stackViews(members: readonly View[], label: string): View {
  const first = members[0]!;
  const alike = members.every(
    (member) =>
      member.buffer === first.buffer &&
      member.indices === undefined &&
      member.shape.length === first.shape.length &&
      member.shape.every((length, axis) => length === first.shape[axis]) &&
      member.strides.every((stride, axis) => stride === first.strides[axis] || first.shape[axis] === 1),
  );
  if (!alike) throw cannotStack(label);
  const starts = members.map((member) => member.offset);
  const shape = [members.length, ...first.shape];
  const stride = constantStride(starts);
  if (members.length === 1)
    return { buffer: first.buffer, offset: first.offset, shape, strides: [sizeOf(first.shape), ...first.strides] };
  if (stride !== undefined)
    return { buffer: first.buffer, offset: starts[0]!, shape, strides: [stride, ...first.strides] };
  return { buffer: first.buffer, offset: 0, shape, strides: [0, ...first.strides], indices: starts };
}
