/** @file Calls of kernels as data: a list of them is what is done of a part, by this thread or by another. */
import { SUM_BLOCK } from './panel.ts';
import { KERNEL_COLUMNS, KERNEL_ROWS } from './row-product-kernel.ts';

/** Several calls of one kernel, each with the arguments of the one before it and what is added to them. */
export interface KernelCalls {
  readonly kernel: 'dense' | 'sparse';
  /** 1 at least. */
  readonly times: number;
  /** Of the first call: all that the kernel takes but its list. */
  readonly first: readonly number[];
  readonly steps: readonly number[];
}

const NUMBER = 8;

/** Where a part of products stands: addresses in bytes. */
export interface DensePart {
  readonly left: number;
  readonly right: number;
  readonly target: number;
  /** Bytes from a row of the target to the next. */
  readonly targetStride: number;
  /** Terms, `SUM_BLOCK` at most. */
  readonly depth: number;
  readonly rows: number;
  readonly columns: number;
  readonly sign: 1 | -1;
  /** Whether what lies above the diagonal, but for a margin, is left out. */
  readonly isTriangle: boolean;
}

/** The calls that sum a part of products of rows. */
export function denseCalls(part: DensePart): readonly KernelCalls[] {
  const { left, right, target, targetStride, depth, sign } = part;
  const [groups, panels] = [Math.ceil(part.rows / KERNEL_ROWS), Math.ceil(part.columns / KERNEL_COLUMNS)];
  const [leftStep, targetStep] = [KERNEL_ROWS * depth * NUMBER, KERNEL_ROWS * targetStride];
  const from = (group: number, count: number, first: number, growth: number): KernelCalls => ({
    kernel: 'dense',
    times: count,
    first: [left + group * leftStep, right, target + group * targetStep, depth, first, sign],
    steps: [leftStep, 0, targetStep, 0, growth, 0],
  });
  const growing = part.isTriangle ? Math.min(groups, panels) : 0;
  return [
    ...(growing > 0 ? [from(0, growing, 1, KERNEL_ROWS / KERNEL_COLUMNS)] : []),
    ...(groups > growing ? [from(growing, groups - growing, panels, 0)] : []),
  ];
}

/** Multiply-adds of calls, those with zeros among them. @param jointPanels panels of a joint of the sparse kernel */
export function operationsOf(calls: readonly KernelCalls[], jointPanels: number): number {
  let operations = 0;
  for (const { kernel, times, first, steps } of calls) {
    const middle = first[4]! + ((times - 1) * steps[4]!) / 2;
    const depth = kernel === 'dense' ? first[3]! : SUM_BLOCK * jointPanels;
    operations += times * KERNEL_ROWS * KERNEL_COLUMNS * middle * depth;
  }
  return operations;
}
