/** @file `Space`: what an instruction is done for, as axes of loops - steps and items, where they are axes, and those of its views. */
import type { Access, Pace } from './access.ts';

export interface LoopAxis {
  /** Positions; none where there is one for each step of the block. */
  readonly length: number | undefined;
  readonly kind: 'steps' | 'items' | 'own';
  /** One per access. */
  readonly paces: readonly Pace[];
}

export interface Space {
  /** The outermost first. */
  readonly axes: readonly LoopAxis[];
  /** Where each access begins. */
  readonly bases: readonly number[];
}

/** The space of accesses of one shape: steps and items come in front where one of them has them. */
export function spaceOf(accesses: readonly Access[], shape: readonly number[], items: number): Space {
  const axes: LoopAxis[] = shape.map((length, axis) => {
    return { length, kind: 'own', paces: accesses.map((access) => access.axes[axis]!) };
  });
  if (accesses.some(({ hasItems }) => hasItems))
    axes.unshift({ length: items, kind: 'items', paces: accesses.map(({ itemBytes }) => itemBytes) });
  if (accesses.some(({ hasSteps }) => hasSteps)) {
    const paces = accesses.map(({ hasSteps, stepBytes }) => (hasSteps ? stepBytes : 0));
    axes.unshift({ length: undefined, kind: 'steps', paces });
  }
  return simplified({ axes, bases: accesses.map(({ base }) => base) });
}

/** The same without axes of one position, and with neighbours as one where all accesses walk them so. No order changes. */
export function simplified({ axes, bases }: Space): Space {
  const starts = [...bases];
  const kept: LoopAxis[] = [];
  for (const axis of axes) {
    if (axis.length === 1) {
      axis.paces.forEach((pace, index) => (starts[index]! += typeof pace === 'number' ? 0 : pace[0]!));
      continue;
    }
    const last = kept.at(-1);
    if (last !== undefined && areOne(last, axis)) kept[kept.length - 1] = joined(last, axis);
    else kept.push(axis);
  }
  return { axes: kept, bases: starts };
}

function areOne(outer: LoopAxis, { length, paces }: LoopAxis): boolean {
  if (outer.length === undefined || length === undefined) return false;
  return outer.paces.every((pace, index) => {
    const inner = paces[index]!;
    return typeof pace === 'number' && typeof inner === 'number' && pace === inner * length;
  });
}

function joined(outer: LoopAxis, inner: LoopAxis): LoopAxis {
  return { length: outer.length! * inner.length!, kind: inner.kind, paces: inner.paces };
}

/** Whether no position exists, whatever the number of steps. */
export function isEmpty({ axes }: Space): boolean {
  return axes.some(({ length }) => length === 0);
}
