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
  const buffer = members[0]!.buffer;
  const run = joinedRun(members, lengths);
  if (run !== undefined) return { buffer, offset: run.start, shape: [run.count], strides: [run.stride] };
  const offsets: number[] = [];
  for (const [index, member] of members.entries()) {
    const run = runOf(member);
    const listed = run === undefined ? offsetsOf(member) : undefined;
    const count = run?.count ?? listed!.length;
    const length = count === 1 ? (lengths?.[index] ?? 1) : count;
    for (let place = 0; place < length; place++) {
      const own = count === 1 ? 0 : place;
      offsets.push(run === undefined ? listed![own]! : run.start + own * run.stride);
    }
  }
  const shape = [offsets.length];
  const stride = constantStride(offsets);
  if (stride !== undefined) return { buffer, offset: offsets[0] ?? 0, shape, strides: [stride] };
  return { buffer, offset: 0, shape, strides: [0], indices: [{ axis: 0, offsets }] };
}

/** Offsets that follow each other at one distance. */
interface Run {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
}

/** The members as one run, without looking at every element; `undefined` where they are none, or it takes a closer look. */
function joinedRun(members: readonly View[], lengths: readonly number[] | undefined): Run | undefined {
  let joined: Run = { start: 0, stride: 1, count: 0 };
  for (const [index, member] of members.entries()) {
    const own = runOf(member);
    if (own === undefined) return undefined;
    const length = lengths?.[index] ?? own.count;
    const run = own.count === 1 && length !== 1 ? { start: own.start, stride: 0, count: length } : own;
    const next = joinRuns(joined, run);
    if (next === undefined) return undefined;
    joined = next;
  }
  return joined.count === 1 ? { ...joined, stride: 1 } : joined;
}

/** The elements of a view in row-major order, where they are a run. */
function runOf({ offset, shape, strides, indices = [] }: View): Run | undefined {
  if (indices.length > 0) return undefined;
  let [count, stride] = [1, 1];
  /** What the stride of the next axis outwards is, where elements go on; none before the innermost axis that is not of length 1. */
  let expected: number | undefined;
  let isEven = true;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis]!;
    count *= length;
    if (length === 1) continue;
    if (expected === undefined) stride = strides[axis]!;
    else if (strides[axis] !== expected) isEven = false;
    expected = strides[axis]! * length;
  }
  return isEven || count === 0 ? { start: offset, stride, count } : undefined;
}

function joinRuns(first: Run, second: Run): Run | undefined {
  if (first.count === 0) return second;
  if (second.count === 0) return first;
  const last = first.start + (first.count - 1) * first.stride;
  const stride = first.count > 1 ? first.stride : second.start - first.start;
  const continues = second.start === last + stride && (second.count === 1 || second.stride === stride);
  return continues ? { start: first.start, stride, count: first.count + second.count } : undefined;
}

/**
 * Members of one shape, stacked along a new first axis. They lie in one buffer and have the same strides and indices.
 * @throws NdlError CANNOT_STACK otherwise.
 */
export function stackViews(members: readonly View[], label: string): View {
  const first = members[0]!;
  if (!members.every((member) => lieAlike(member, first))) throw cannotStack(label);
  const stacked = insertAxis(first, 0, members.length);
  const starts = members.map((member) => member.offset - first.offset);
  const stride = members.length === 1 ? sizeOf(first.shape) : constantStride(starts);
  if (stride !== undefined) return { ...stacked, strides: stacked.strides.with(0, stride) };
  return { ...stacked, indices: [{ axis: 0, offsets: starts }, ...(stacked.indices ?? [])] };
}

/** Whether two views show the same but for where it begins. */
function lieAlike(one: View, other: View): boolean {
  if (one.indices !== undefined || other.indices !== undefined) return stackKey(one) === stackKey(other);
  const { shape, strides } = other;
  if (one.buffer !== other.buffer || one.shape.length !== shape.length) return false;
  for (let axis = 0; axis < shape.length; axis++) {
    if (one.shape[axis] !== shape[axis]) return false;
    if (shape[axis] !== 1 && one.strides[axis] !== strides[axis]) return false;
  }
  return true;
}

/** Equal for views that can be stacked: what they show is the same but for where it begins. */
export function stackKey({ buffer, shape, strides, indices }: View): string {
  return JSON.stringify([buffer, shape, strides.map((stride, axis) => (shape[axis] === 1 ? 0 : stride)), indices]);
}
