/**
 * @file Many of Householder's reflections at once, as products: with directions V, [count, width], the first after the second … after the last
 * are I - Vᵀ·S·V for an upper triangular S. Source: Schreiber & Van Loan, SIAM J. Sci. Stat. Comput. 10 (1989).
 */
import { transposed, type Panel } from '../products/panel.ts';
import type { Pieces } from '../basics/pieces.ts';
import { addRowProducts } from '../products/row-products.ts';

/**
 * Reflects rows, [rows, width], by I - factor · v·vᵀ for each row v of `directions`: the last of them first, or, `isReversed`, the first first.
 */
export function* reflectRows(
  rows: Panel,
  directions: Panel,
  factors: Float64Array,
  isReversed: boolean = false,
): Pieces<void> {
  const combination = yield* combinationOf(directions, factors);
  const coordinates = emptyPanel(rows.rows, factors.length);
  yield* addRowProducts(coordinates, rows, directions);
  const combined = emptyPanel(rows.rows, factors.length);
  yield* addRowProducts(combined, coordinates, isReversed ? transposed(combination) : combination);
  yield* addRowProducts(rows, combined, transposed(directions), { sign: -1 });
}

/** S, [count, count]. */
function* combinationOf(directions: Panel, factors: Float64Array): Pieces<Panel> {
  const count = factors.length;
  const products = emptyPanel(count, count);
  yield* addRowProducts(products, directions, directions, { lowerOnly: true });
  const combination = emptyPanel(count, count);
  const [s, g] = [combination.data, products.data];
  for (let k = 0; k < count; k++) {
    s[k * (count + 1)] = factors[k]!;
    for (let row = 0; row < k; row++) {
      let sum = 0;
      for (let l = row; l < k; l++) sum += s[row * count + l]! * g[k * count + l]!;
      s[row * count + k] = -factors[k]! * sum;
    }
  }
  return combination;
}

function emptyPanel(rows: number, columns: number): Panel {
  return { data: new Float64Array(rows * columns), start: 0, stride: columns, rows, columns };
}
