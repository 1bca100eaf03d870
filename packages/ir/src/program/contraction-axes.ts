/** @file The iteration space of a product without what does not matter: axes of length 1, and axes that are one. */
import type { ContractMember } from './instructions.ts';
import { dropAxes } from './view-axes.ts';
import { indicesOf, lagAlong } from './views.ts';
import type { View } from './view.ts';

const SIDES = ['left', 'right', 'target'] as const;

/**
 * The same product with fewer axes: those of length 1 are dropped, and neighbours that all three views walk as if they were
 * one become one. The order of the terms stays.
 */
export function simplifyMember(member: ContractMember): ContractMember {
  const single = [...member.target.shape.keys()].filter((axis) => member.target.shape[axis] === 1);
  let simple = mapMember(member, (view) => dropAxes(view, single));
  for (let axis = simple.target.shape.length - 2; axis >= 0; axis--) {
    const here = axis;
    if (SIDES.every((side) => areOne(simple[side], here))) simple = mapMember(simple, (view) => joined(view, here));
  }
  return simple;
}

function mapMember({ left, right, target }: ContractMember, change: (view: View) => View): ContractMember {
  return { left: change(left), right: change(right), target: change(target) };
}

/** Whether an axis and the one after it are walked as one. */
function areOne(view: View, axis: number): boolean {
  const isListed = indicesOf(view, axis) !== undefined || indicesOf(view, axis + 1) !== undefined;
  const inner = view.shape[axis + 1]!;
  const lagsAreOne = lagAlong(view, axis) === lagAlong(view, axis + 1) * inner;
  return !isListed && lagsAreOne && view.strides[axis] === view.strides[axis + 1]! * inner;
}

function joined(view: View, axis: number): View {
  const inner = view.strides[axis + 1]!;
  const length = view.shape[axis]! * view.shape[axis + 1]!;
  const moved = view.indices?.map((list) => (list.axis > axis ? { ...list, axis: list.axis - 1 } : list));
  return {
    ...view,
    shape: view.shape.toSpliced(axis, 2, length),
    strides: view.strides.toSpliced(axis, 2, inner),
    ...(moved && { indices: moved }),
    ...(view.lag && {
      lag: { base: view.lag.base, perAxis: view.lag.perAxis.toSpliced(axis, 2, lagAlong(view, axis + 1)) },
    }),
  };
}
