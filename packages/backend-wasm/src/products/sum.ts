/** @file `Sum`: sums of terms into a view, and their axes, told apart by whether the target has them. */
import type { ReduceInstruction, WriteMode } from '@ndl/ir';
import type { Access } from '../views/access.ts';
import type { LoopAxis } from '../views/space.ts';

/** Sums of products of two views, or of one view, into a third. */
export interface Sum {
  readonly label: string;
  /** Views of one shape; of factors one or two. Where zeros are absent, those of the first. */
  readonly factors: readonly Access[];
  readonly target: Access;
  readonly skipsZeros: boolean;
  readonly mode: WriteMode;
  readonly isGreatest: boolean;
  /** Of the greatest: the axes over which it is taken. */
  readonly axes?: ReduceInstruction['axes'];
}

/** A sum with its axes: accesses in the order factors, target. */
export interface SpreadSum extends Sum {
  readonly bases: readonly number[];
  /** Axes of the target, the outermost first. */
  readonly kept: readonly LoopAxis[];
  /** Axes that are summed, the outermost first. */
  readonly summed: readonly LoopAxis[];
  /** Whether targets are written one after another, as some stand for several. */
  readonly isInOrder: boolean;
}
