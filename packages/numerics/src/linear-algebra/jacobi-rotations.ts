/**
 * @file Small symmetric matrices made diagonal by Jacobi's rotations. Source: Golub & Van Loan, "Matrix Computations", 4th ed., §8.5.
 * Elements that are small relative to their row's and column's diagonal stay accurate.
 */
import { OperationCount, type Pieces } from '../basics/pieces.ts';

const MOST_SWEEPS = 40;

/**
 * Rotates `matrix`, symmetric, [order, order], until every element off the diagonal is at most `tolerance` times the root of the product
 * of those on the diagonal beside it (in size), and the rows of `vectors`, of `length` numbers each, alike. Whether that was reached.
 */
export function* diagonalize(
  matrix: Float64Array,
  order: number,
  vectors: Float64Array,
  length: number,
  tolerance: number,
): Pieces<boolean> {
  const operations = new OperationCount();
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let rotations = 0;
    for (let i = 0; i < order; i++) {
      for (let j = i + 1; j < order; j++) {
        const across = matrix[i * order + j]!;
        if (across === 0) continue;
        const [first, second] = [matrix[i * order + i]!, matrix[j * order + j]!];
        if (Math.abs(across) <= tolerance * Math.sqrt(Math.abs(first)) * Math.sqrt(Math.abs(second))) continue;
        rotations++;
        const cotangent = (second - first) / (2 * across);
        const size = Math.abs(cotangent);
        const root = size > 1e150 ? size : Math.sqrt(1 + cotangent * cotangent);
        const tangent = (cotangent < 0 ? -1 : 1) / (size + root);
        const cosine = 1 / Math.sqrt(1 + tangent * tangent);
        const sine = cosine * tangent;
        rotateRows(matrix, order, { i, j, cosine, sine });
        for (let row = 0; row < order; row++) {
          matrix[row * order + i] = matrix[i * order + row]!;
          matrix[row * order + j] = matrix[j * order + row]!;
        }
        matrix[i * order + i] = first - tangent * across;
        matrix[j * order + j] = second + tangent * across;
        matrix[i * order + j] = 0;
        matrix[j * order + i] = 0;
        rotateRows(vectors, length, { i, j, cosine, sine });
        const done = operations.add(8 * order + 4 * length);
        if (done !== undefined) yield done;
      }
    }
    yield operations.rest();
    if (rotations === 0) return true;
  }
  return false;
}

/** Row i becomes cosine · i - sine · j, row j sine · i + cosine · j. */
export function rotateRows(
  data: Float64Array,
  width: number,
  { i, j, cosine, sine }: { readonly i: number; readonly j: number; readonly cosine: number; readonly sine: number },
): void {
  let other = j * width;
  for (let at = i * width; at < (i + 1) * width; at++) {
    const x = data[at]!;
    const y = data[other]!;
    data[at] = cosine * x - sine * y;
    data[other++] = sine * x + cosine * y;
  }
}
