/** @file What a product can be: names of routines, and the axes and windows that each needs. */
import type { ContractMember } from './instructions.ts';
import type { Layout } from './layout.ts';

/** How far one view goes from position to position of an axis: elements, a list of them, or 0 where it lacks the axis. */
export type AxisPace = number | readonly number[];

/** An axis of the iteration space: one of the views', or one of the two that are implied. */
export interface ContractionAxis {
  /** Of implied axes only. Their paces are 1 for views that have them, whatever the memory. */
  readonly implied?: 'items' | 'steps';
  /** Positions; 0 where it is implied, as items and steps are free per call. */
  readonly length: number;
  readonly left: AxisPace;
  readonly right: AxisPace;
  readonly target: AxisPace;
}

/** One dimension of a convolution: pixel `output * stride + tap * dilation` of the windowed view meets tap and output. */
export interface ContractionWindow {
  readonly outputs: ContractionAxis;
  readonly taps: ContractionAxis;
  readonly stride: number;
  readonly dilation: number;
  /** Elements from pixel to pixel of the windowed view. */
  readonly pixel: number;
}

export type ContractionKind =
  /** Nothing but groups: element by element. */
  | 'elementwise'
  /** One sum per group. */
  | 'inner'
  /** target[row] = Σ left[row, summed] · right[summed] */
  | 'matrixVector'
  /** target[row, column] = Σ left[row, summed] · right[summed, column] */
  | 'matrixMatrix'
  /** target[row, column] = left[row] · right[column] */
  | 'outer'
  /** target[row, column, output] = Σ left[row, summed, tap] · right[summed, column, pixel] */
  | 'convolution'
  /** target[row, column, tap] = Σ left[row, summed, output] · right[summed, column, pixel] */
  | 'convolutionKernelGradient'
  /** target[row, column, pixel] = Σ left[row, summed, tap] · right[summed, column, output]; transposed convolution */
  | 'convolutionInputGradient'
  /** Entries by lists: target[entry's row, column] += left[entry] · right[entry's column, column], and its adjoints */
  | 'sparse'
  | 'none';

/** A product under its name. Axes are in the order of the iteration space; steps and items, where views have them, first. */
export interface Contraction {
  readonly kind: ContractionKind;
  /** Whether left and right have changed places in `member` and in all axes. */
  readonly isSwapped: boolean;
  /** The product, simplified, whose axes these are. */
  readonly member: ContractMember;
  /** In all three views: the product is done for each position. For `sparse` the entries. */
  readonly groups: readonly ContractionAxis[];
  /** In left and target. */
  readonly rows: readonly ContractionAxis[];
  /** In right and target. */
  readonly columns: readonly ContractionAxis[];
  /** In left and right. */
  readonly summed: readonly ContractionAxis[];
  /** Dimensions of a convolution, in none of the lists above; at most three. */
  readonly windows: readonly ContractionWindow[];
}

/** Items and steps that the views of a member have where the instruction stands. */
export interface MemberLayouts {
  readonly left: Layout;
  readonly right: Layout;
  readonly target: Layout;
}
