/**
 * @file Products into views that show some element more than once, whose one factor seldom changes, as adjoints of convolutions with respect
 * to images are: a few positions at a time are products of rows by a packed matrix, in memory of their own, and then added in view order.
 */
import { isRepeatedAxis } from '@ndl/ir';
import type { SectionContext } from '../sections/section-context.ts';
import type { Access } from '../views/access.ts';
import { type Address } from '../views/lanes.ts';
import { nest, settled } from '../views/nest.ts';
import { type LoopAxis, simplified } from '../views/space.ts';
import { byStepAndItem } from './by-step-and-item.ts';
import { asMatrixProduct, type MatrixProduct } from './matrix-product.ts';
import { MatrixEmitter } from './packed-products.ts';
import { addPositions, clearView, type PositionAxis } from './positions.ts';
import type { Sum } from './sum.ts';

/** Bytes of sums that are kept at a time, where one position of the outer axes does not need more. */
const MOST_BYTES = 32768;

export interface ScatteredProduct {
  readonly sum: Sum;
  /** Of the positions that are worked on at a time, into sums that stand side by side. */
  readonly product: MatrixProduct;
  /** Axes of the view around that: paces of the factors and of the target. */
  readonly around: readonly LoopAxis[];
  readonly positions: readonly PositionAxis[];
  /** Bytes of the sums. */
  readonly bytes: number;
  /** Bytes from where rows and sums are walked to, to their first element. */
  readonly rowBase: number;
  readonly sumBase: number;
}

/** A sum into elements that repeat as such a product; undefined where it is none. */
export function asScatteredProduct(context: SectionContext, sum: Sum): ScatteredProduct | undefined {
  const { factors, target, isGreatest } = sum;
  const isSummed = factors.some(
    ({ hasItems, hasSteps }) => (hasItems && !target.hasItems) || (hasSteps && !target.hasSteps),
  );
  if (factors.length !== 2 || isGreatest || isSummed || target.view.shape.includes(0)) return undefined;
  const bytes = context.dtype === 'float32' ? 4 : 8;
  const { shape } = target.view;
  const isSum = shape.map((_, axis) => isRepeatedAxis(target.view, axis));
  const sizeFrom = (first: number): number =>
    shape.reduce((size, length, axis) => (axis < first || isSum[axis] ? size : size * length), bytes);
  let first = 0;
  while (first < shape.length && !isSum[first] && sizeFrom(first) > MOST_BYTES) first++;
  const pacesOf = (accesses: readonly Access[], axis: number) => accesses.map((access) => access.axes[axis]!);
  const inner = shape.flatMap((length, axis): LoopAxis[] => {
    if (axis < first) return [];
    return [{ length, kind: 'own', paces: [...pacesOf(factors, axis), isSum[axis] ? 0 : sizeFrom(axis) / length] }];
  });
  const { axes, bases } = simplified({ axes: inner, bases: [0, 0, 0] });
  const isKept = ({ paces }: LoopAxis): boolean => paces[2] !== 0;
  // Of the factor that is packed it matters where it begins; the others are walked to.
  const begin = bases.map((base, index) => base + (factors[index]?.base ?? 0));
  const spread = { ...sum, kept: axes.filter(isKept), summed: axes.filter((axis) => !isKept(axis)) };
  const product = asMatrixProduct(context, { ...spread, bases: begin, mode: 'set', isInOrder: false });
  const around = shape.slice(0, first).map((length, axis): LoopAxis => {
    return { length, kind: 'own', paces: pacesOf([...factors, target], axis) };
  });
  if (product === undefined || around.some(({ paces }) => paces[product.matrix] !== 0)) return undefined;
  return {
    sum,
    product,
    around,
    rowBase: bases[product.rows]!,
    sumBase: bases[2]!,
    positions: shape.flatMap((length, axis): PositionAxis[] => {
      if (axis < first || isSum[axis]) return [];
      return [{ length, target: target.axes[axis]!, sums: sizeFrom(axis) / length }];
    }),
    bytes: sizeFrom(first),
  };
}

export function emitScatteredProduct(context: SectionContext, scattered: ScatteredProduct): void {
  const { sum, product, around, positions, bytes, rowBase, sumBase } = scattered;
  const { factors, target, mode } = sum;
  context.part(`${sum.label} into elements that repeat, by panels of ${product.width}`, (work) => {
    const items = target.hasItems ? context.items : 1;
    if (mode === 'set') byStepAndItem(context, work, [target], items, ([to]) => clearView(context, work, target, to!));
    const sums: Address = { pointer: undefined, offset: context.shared.scratch.take(bytes) };
    const emitter = new MatrixEmitter(context, product, work);
    const { rows } = product;
    byStepAndItem(context, work, [...factors, target], items, (at) => {
      nest(work.f, context.walked(work.f, around), at, context.listAt, (place) => {
        const row = settled(work.f, place[rows]!, rowBase);
        emitter.emitAt(row, { ...sums, offset: sums.offset + sumBase });
        addPositions(context, work, positions, place[2]!, sums);
      });
    });
  });
}
