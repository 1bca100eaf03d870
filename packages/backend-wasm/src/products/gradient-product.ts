/**
 * @file `GradientProduct`: a product that is summed over items and steps, as gradients of matrices are,
 * `target[n][k] = Σ a[row][n] · b[row][k]` over rows, and how a sum is recognized as one.
 */
import { isOftenZero } from './often-zero.ts';
import type { SectionContext } from '../sections/section-context.ts';
import type { LoopAxis } from '../views/space.ts';
import type { SpreadSum } from './sum.ts';
import { isFromZero } from './sums-from-zero.ts';

/** One factor, and the axis of the target that is its own. */
export interface Side {
  /** Of the sum's factors. */
  readonly factor: 0 | 1;
  readonly length: number;
  /** Bytes from position to position of the target. */
  readonly pace: number;
}

export interface GradientProduct {
  readonly sum: SpreadSum;
  /** Whose columns stand side by side in the target. */
  readonly across: Side;
  readonly down: Side;
  /** What may be mostly zeros. */
  readonly listed: Side | undefined;
  readonly steps: LoopAxis | undefined;
  readonly items: LoopAxis | undefined;
}

/** Smaller targets are not worth it. */
const FEWEST = 1024;

/** The sum as such a product; undefined where it is none. */
export function asGradientProduct(context: SectionContext, sum: SpreadSum): GradientProduct | undefined {
  const { factors, kept, summed } = sum;
  if (factors.length !== 2 || sum.isInOrder || sum.isGreatest || sum.skipsZeros || kept.length !== 2) return undefined;
  const bytes = context.dtype === 'float32' ? 4 : 8;
  const sideOf = (factor: 0 | 1): Side | undefined => {
    const axis = kept.find(({ paces }) => paces[factor] === bytes && paces[1 - factor] === 0);
    const pace = axis?.paces[2];
    if (axis?.length === undefined || typeof pace !== 'number' || pace <= 0) return undefined;
    return { factor, length: axis.length, pace };
  };
  const sides = [sideOf(0), sideOf(1)];
  const across = sides.find((side) => side?.pace === bytes);
  const down = sides.find((side) => side !== undefined && side !== across);
  if (across === undefined || down === undefined || across.length * down.length < FEWEST) return undefined;
  const rest = summed.filter(({ kind }) => kind === 'own');
  const steps = summed.find(({ kind }) => kind === 'steps');
  const items = summed.find(({ kind }) => kind === 'items');
  const areTheirs = summed.every(({ paces }) => [0, 1].every((factor) => (paces[factor] as number) > 0));
  if (rest.length > 0 || summed.length === 0 || !areTheirs) return undefined;
  const { program } = context.shared.frame;
  // Of an adjoint, the second factor is what the product was of: spikes are fewer than neurons that have a gradient.
  const likely = [across, down].toSorted((a, b) => b.factor - a.factor);
  const listed = likely.find((side) => isOftenZero(program, factors[side.factor]!.view.buffer));
  return { sum, across, down, listed: isFromZero(context, sum) ? listed : undefined, steps, items };
}
