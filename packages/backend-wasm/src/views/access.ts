/** @file `Access`: where the elements of a view stand in memory, in bytes. */
import type { Place } from '@ndl/backend-kit';
import { indicesOf, lagAlong, layoutIn, type SectionKind, type View } from '@ndl/ir';
import { elementBytes, type Store } from '../memory/memory.ts';

/** How far it is from position to position of an axis, or where each position stands. */
export type Pace = number | readonly number[];

/**
 * The element at position (i0, i1, …) of a view, for item b at step t of the block, stands at
 * `base + t * stepBytes + b * itemBytes + axes[0] at i0 + axes[1] at i1 + …`; where there is a slot, what that holds is added: the
 * address of the block's first step.
 */
export interface Access {
  readonly view: View;
  readonly store: Store;
  /** Id of the buffer, where it has a value for each step. */
  readonly slot: string | undefined;
  readonly base: number;
  readonly stepBytes: number;
  readonly itemBytes: number;
  readonly axes: readonly Pace[];
  readonly hasItems: boolean;
  /** Whether its section sees a value for each step. */
  readonly hasSteps: boolean;
}

export function accessTo(view: View, place: Place<Store>, section: SectionKind): Access {
  const { buffer, direction, shape, store } = place;
  const bytes = elementBytes(shape.dtype);
  const hasSlices = buffer.steps !== 'one';
  const sliceBytes = hasSlices ? shape.copies * shape.size * bytes : 0;
  // What lies back is earlier where the buffer ascends, later where it descends.
  const back = direction === 'ascending' ? -sliceBytes : sliceBytes;
  const start = view.offset * bytes + (view.lag?.base ?? 0) * back;
  return {
    view,
    store,
    slot: hasSlices ? buffer.id : undefined,
    base: hasSlices ? start : store.address + start,
    stepBytes: sliceBytes,
    itemBytes: buffer.items ? shape.size * bytes : 0,
    axes: view.shape.map((_, axis): Pace => {
      const lag = lagAlong(view, axis) * back;
      const list = indicesOf(view, axis);
      if (list === undefined) return view.strides[axis]! * bytes + lag;
      return list.map((offset, index) => offset * bytes + index * lag);
    }),
    hasItems: buffer.items,
    hasSteps: layoutIn(buffer, section).steps,
  };
}
