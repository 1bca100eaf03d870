/** @file Products and sums: which axes stand side by side in vectors and rows, and which are summed, in the order of the law of sums. */
import {
  type ContractInstruction,
  type ContractMember,
  hasRepeats,
  insertAxis,
  type ReduceInstruction,
  type View,
  withoutRepeatedAxes,
} from '@ndl/ir';
import { asGradientProduct } from './gradient-product.ts';
import { emitGradientProduct } from './gradient-products.ts';
import { asMatrixProduct } from './matrix-product.ts';
import { emitMatrixProduct } from './packed-products.ts';
import { asScatteredProduct, emitScatteredProduct } from './scattered-products.ts';
import { emitScattered } from './scattered-sums.ts';
import { asSparseProduct } from './sparse-product.ts';
import { emitSparseProduct } from './sparse-products.ts';
import type { SectionContext } from '../sections/section-context.ts';
import { type LoopAxis, spaceOf } from '../views/space.ts';
import type { SpreadSum, Sum } from './sum.ts';
import { emitTiles } from './tiles.ts';
import { asWindowGradient } from './window-gradient.ts';
import { emitWindowGradient } from './window-gradients.ts';

/** Emits a product of one member. */
export function emitContract(context: SectionContext, instruction: ContractInstruction): void {
  emitSum(context, sumOf(context, instruction));
}

function sumOf(context: SectionContext, { members, events, mode, label = '' }: ContractInstruction): Sum {
  const [{ left, right, target }] = members as readonly [ContractMember];
  // A product is the same in either order: the factor that is spikes comes first.
  const views = events === 'right' ? [right, left] : [left, right];
  return {
    label: `product ${label}`,
    factors: views.map((view) => context.access(view)),
    target: context.access(target),
    skipsZeros: events !== undefined,
    mode,
    isGreatest: false,
  };
}

/** Whether a product has one term for each element, which is not left out. */
export function isElementwise(context: SectionContext, instruction: ContractInstruction): boolean {
  const { factors, target, skipsZeros } = sumOf(context, instruction);
  const isSummed = target.axes.some((pace, axis) => pace === 0 && target.view.shape[axis] !== 1);
  const sumsItems = factors.some(({ hasItems }) => hasItems) && !target.hasItems;
  const sumsSteps = factors.some(({ hasSteps }) => hasSteps) && !target.hasSteps;
  return !isSummed && !sumsItems && !sumsSteps && !skipsZeros && !hasRepeats(target.view);
}

export function emitReduce(context: SectionContext, instruction: ReduceInstruction): void {
  const { operation, source, axes, target, mode, label = '' } = instruction;
  const spread = [...source.shape.keys()].reduce<View>(
    (view, axis) => (axes.includes(axis) ? insertAxis(view, axis, source.shape[axis]) : view),
    target,
  );
  emitSum(context, {
    label: `${operation} ${label}`,
    factors: [context.access(source)],
    target: context.access(spread),
    skipsZeros: false,
    mode,
    isGreatest: operation === 'max',
    axes,
  });
}

function emitSum(context: SectionContext, sum: Sum): void {
  if (sum.isGreatest) return emitTiles(context, greatest(context, sum));
  if (!hasRepeats(withoutRepeatedAxes(sum.target.view)))
    return emitSpread(context, { ...spreadOut(context, sum), isInOrder: false });
  const sparse = asSparseProduct(context, sum);
  if (sparse !== undefined) return emitSparseProduct(context, sparse);
  const scattered = asScatteredProduct(context, sum);
  if (scattered !== undefined) return emitScatteredProduct(context, scattered);
  emitScattered(context, sum);
}

function emitSpread(context: SectionContext, sum: SpreadSum): void {
  const product = asMatrixProduct(context, sum);
  if (product !== undefined) return emitMatrixProduct(context, product);
  const gradient = asGradientProduct(context, sum);
  if (gradient !== undefined) return emitGradientProduct(context, gradient);
  const window = asWindowGradient(context, sum);
  if (window !== undefined) return emitWindowGradient(context, window);
  emitTiles(context, sum);
}

/** A sum with its axes, told apart by whether the target has them. */
function spreadOut(context: SectionContext, sum: Sum): Omit<SpreadSum, 'isInOrder'> {
  const accesses = [...sum.factors, sum.target];
  const { axes, bases } = spaceOf(accesses, sum.target.view.shape, context.items);
  const isKept = ({ paces }: LoopAxis): boolean => paces.at(-1) !== 0;
  return { ...sum, bases, kept: axes.filter(isKept), summed: axes.filter((axis) => !isKept(axis)) };
}

/** A greatest of all: the axes over which it is taken are named, so that targets may repeat along the others. */
function greatest(context: SectionContext, sum: Sum): SpreadSum {
  const accesses = [...sum.factors, sum.target];
  const axesOf = (wanted: (axis: number) => boolean): LoopAxis[] =>
    sum.target.view.shape.flatMap((length, axis): LoopAxis[] => {
      return wanted(axis) ? [{ length, kind: 'own', paces: accesses.map((access) => access.axes[axis]!) }] : [];
    });
  const isNamed = (axis: number): boolean => sum.axes!.includes(axis);
  const kept = axesOf((axis) => !isNamed(axis));
  const summed = axesOf(isNamed);
  if (accesses.some(({ hasItems }) => hasItems)) {
    const paces = accesses.map(({ itemBytes }) => itemBytes);
    (sum.target.hasItems ? kept : summed).unshift({ length: context.items, kind: 'items', paces });
  }
  if (accesses.some(({ hasSteps }) => hasSteps)) {
    const paces = accesses.map(({ hasSteps, stepBytes }) => (hasSteps ? stepBytes : 0));
    (sum.target.hasSteps ? kept : summed).unshift({ length: undefined, kind: 'steps', paces });
  }
  return { ...sum, bases: accesses.map(({ base }) => base), kept, summed, isInOrder: true };
}
