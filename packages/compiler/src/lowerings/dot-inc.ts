/**
 * @file Lowering of dotInc: products merge whatever their shapes. Those that lie alike are one grouped product.
 *
 * A product that is added to something is first set in a temporary, then added: its sum does not depend on what stood there,
 * nor on what else is added, and where it is the same at each step it moves out of the loop.
 */
import type { DotIncOperator, LoweringContext, OperatorLowering } from '@ndl/core';
import { matrixVector, wantsLanes, type View } from '@ndl/ir';
import { concatenateViews, stackKey, stackViews } from '../group-views.ts';
import { emitSums, type LongSum } from './long-sums.ts';

export const dotIncLowering: OperatorLowering<DotIncOperator> = {
  kind: 'dotInc',
  mergeClass: ({ mode }) => mode,
  lower(group, context) {
    const { label, mode } = group[0]!;
    const products = group.map(({ matrix, vector, target }, position): Product => {
      const [left, right, into] = [matrix, vector, target].map((view) => context.viewOf(view)) as [View, View, View];
      return { position, matrix: left, vector: right, target: into };
    });
    const families = mode === 'set' ? familiesOf(products) : setApart(products, label, context);
    emitProducts(families, label, context);
    if (mode === 'set') return;
    const inOrder = families.flat().sort((a, b) => a.position - b.position);
    context.emit({
      kind: 'copy',
      source: concatenateViews(inOrder.map(({ target }) => target)),
      target: context.concatenated(group.map((operator) => operator.target)),
      mode: 'add',
    });
  },
};

/** One member per family. */
function emitProducts(families: readonly (readonly Product[])[], label: string, context: LoweringContext): void {
  const sums = families.map((family): LongSum => {
    const stacked = (pick: (product: Product) => View): View => stackViews(family.map(pick), label);
    const member = matrixVector(
      stacked(({ matrix }) => matrix),
      stacked(({ vector }) => vector),
      stacked(({ target }) => target),
    );
    const [rows, columns] = family[0]!.matrix.shape as [number, number];
    return { member, axis: COLUMNS, inLanes: wantsLanes(rows, columns) };
  });
  emitSums(sums, label, context);
}

/** The axis of a stacked product that is summed: [members, rows, columns]. */
const COLUMNS = 2;

interface Product {
  /** Within the group. */
  readonly position: number;
  readonly matrix: View;
  readonly vector: View;
  readonly target: View;
}

/** Products that can be stacked, in the order of their first members. */
function familiesOf(products: readonly Product[]): readonly (readonly Product[])[] {
  const families = new Map<string, Product[]>();
  for (const product of products) {
    const key = [product.matrix, product.vector, product.target].map(stackKey).join(' ');
    const family = families.get(key);
    if (family === undefined) families.set(key, [product]);
    else family.push(product);
  }
  return [...families.values()];
}

/** The products by family, with places in a temporary as their targets. */
function setApart(
  products: readonly Product[],
  label: string,
  context: LoweringContext,
): readonly (readonly Product[])[] {
  const rows = products.reduce((sum, { target }) => sum + target.shape[0]!, 0);
  const { buffer } = context.temporary(`product of ${label}`, [rows]);
  const placed = products.map((product): Product => {
    return { ...product, target: { buffer, offset: 0, shape: product.target.shape, strides: [1] } };
  });
  let offset = 0;
  return familiesOf(placed).map((family) =>
    family.map((product): Product => {
      const target = { ...product.target, offset };
      offset += target.shape[0]!;
      return { ...product, target };
    }),
  );
}
