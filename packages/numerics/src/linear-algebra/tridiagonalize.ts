/**
 * @file Symmetric matrices as tridiagonal ones by Householder's reflections, in blocks whose effect on the rest is a product.
 * Sources: Golub & Van Loan, "Matrix Computations", 4th ed., §8.3.1; Dongarra, Sorensen & Hammarling, J. Comput. Appl. Math. 27 (1989).
 */
import type { Panel } from '../products/panel.ts';
import { OperationCount, type Pieces } from '../basics/pieces.ts';
import { addRowProducts } from '../products/row-products.ts';

/** Reflections that are gathered before the rest is changed. */
const BLOCK = 32;

/** A = Q·T·Qᵀ, Q the product of reflections I - factor · v·vᵀ, in order. */
export interface Tridiagonal {
  readonly diagonal: Float64Array;
  readonly beside: Float64Array;
  /** v of reflection k in row k, zeros up to element k: [order - 1, order]. */
  readonly directions: Float64Array;
  readonly factors: Float64Array;
}

/** Of a symmetric matrix, [order, order], whose lower triangle is read and destroyed. */
export function* tridiagonalize(a: Float64Array, order: number): Pieces<Tridiagonal> {
  const diagonal = new Float64Array(order);
  const beside = new Float64Array(Math.max(0, order - 1));
  const directions = new Float64Array(beside.length * order);
  const factors = new Float64Array(beside.length);
  // Of each row: the elements of v and of w, and the other way round, so that A - v·wᵀ - w·vᵀ is one product.
  const both = new Float64Array(order * 2 * BLOCK);
  const turned = new Float64Array(order * 2 * BLOCK);
  const column = new Float64Array(order);
  const image = new Float64Array(order);
  const operations = new OperationCount();
  for (let start = 0; start < beside.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, beside.length);
    both.fill(0);
    turned.fill(0);
    for (let step = start; step < end; step++) {
      const known = step - start;
      for (let row = step; row < order; row++) {
        const at = row * 2 * BLOCK;
        const mine = step * 2 * BLOCK;
        let change = 0;
        for (let k = 0; k < known; k++)
          change += both[at + k]! * both[mine + BLOCK + k]! + both[at + BLOCK + k]! * both[mine + k]!;
        column[row] = a[row * order + step]! - change;
      }
      diagonal[step] = column[step]!;
      const direction = directions.subarray(step * order, (step + 1) * order);
      const factor = reflectionOf(column, direction, step + 1);
      factors[step] = factor;
      beside[step] = factor === 0 ? column[step + 1]! : reflected(column, step + 1);
      if (factor !== 0) {
        symmetricImage(a, order, direction, step + 1, image);
        finishImage(image, direction, { order, from: step + 1, known, factor }, both);
        for (let row = step + 1; row < order; row++) {
          const at = row * 2 * BLOCK + known;
          both[at] = direction[row]!;
          both[at + BLOCK] = image[row]!;
          turned[at] = image[row]!;
          turned[at + BLOCK] = direction[row]!;
        }
      }
      const rest = order - step;
      const done = operations.add(rest * rest + 6 * rest * known);
      if (done !== undefined) yield done;
    }
    const width = 2 * BLOCK;
    const left: Panel = { data: both, start: end * width, stride: width, rows: order - end, columns: width };
    const target: Panel = { data: a, start: end * (order + 1), stride: order, rows: order - end, columns: order - end };
    yield* addRowProducts(target, left, { ...left, data: turned }, { sign: -1, lowerOnly: true });
  }
  if (order > 0) diagonal[order - 1] = a[order * order - 1]!;
  yield operations.rest();
  return { diagonal, beside, directions, factors };
}

/** The direction that puts all of a column below `from` into the element there, and its factor: 0 where nothing is to be done. */
function reflectionOf(column: Float64Array, direction: Float64Array, from: number): number {
  let squares = 0;
  for (let row = from + 1; row < column.length; row++) squares += column[row]! * column[row]!;
  if (squares === 0) return 0;
  const first = column[from]! - reflected(column, from);
  for (let row = from + 1; row < column.length; row++) direction[row] = column[row]!;
  direction[from] = first;
  return 2 / (first * first + squares);
}

/** What the element at `from` becomes. */
function reflected(column: Float64Array, from: number): number {
  let squares = 0;
  for (let row = from + 1; row < column.length; row++) squares += column[row]! * column[row]!;
  const first = column[from]!;
  const length = Math.sqrt(first * first + squares);
  return first > 0 ? -length : length;
}

/** image = A·v for the symmetric rest of A, of which the lower triangle is read once. */
function symmetricImage(a: Float64Array, order: number, v: Float64Array, from: number, image: Float64Array): void {
  image.fill(0, from);
  let row = from;
  for (; row + 4 <= order; row += 4) {
    let a0 = row * order + from;
    let a1 = a0 + order;
    let a2 = a1 + order;
    let a3 = a2 + order;
    const [v0, v1, v2, v3] = [v[row]!, v[row + 1]!, v[row + 2]!, v[row + 3]!];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let k = from; k < row; k++) {
      const x0 = a[a0++]!;
      const x1 = a[a1++]!;
      const x2 = a[a2++]!;
      const x3 = a[a3++]!;
      const y = v[k]!;
      s0 += x0 * y;
      s1 += x1 * y;
      s2 += x2 * y;
      s3 += x3 * y;
      image[k]! += x0 * v0 + x1 * v1 + (x2 * v2 + x3 * v3);
    }
    image[row]! += s0;
    image[row + 1]! += s1;
    image[row + 2]! += s2;
    image[row + 3]! += s3;
    addCorner(a, order, v, { from: row, to: row + 4, begin: row }, image);
  }
  addCorner(a, order, v, { from: row, to: order, begin: from }, image);
}

/** The rows from `from` to `to`, from column `begin` on up to the diagonal, and their mirror image. */
function addCorner(
  a: Float64Array,
  order: number,
  v: Float64Array,
  { from, to, begin }: { readonly from: number; readonly to: number; readonly begin: number },
  image: Float64Array,
): void {
  for (let row = from; row < to; row++) {
    let sum = a[row * order + row]! * v[row]!;
    for (let k = begin; k < row; k++) {
      const x = a[row * order + k]!;
      sum += x * v[k]!;
      image[k]! += x * v[row]!;
    }
    image[row]! += sum;
  }
}

/** Takes off what reflections before changed, and makes the image the w of A - v·wᵀ - w·vᵀ. */
function finishImage(
  image: Float64Array,
  v: Float64Array,
  { order, from, known, factor }: { readonly order: number; from: number; known: number; factor: number },
  both: Float64Array,
): void {
  const width = 2 * BLOCK;
  const shares = new Float64Array(width);
  for (let row = from; row < order; row++) {
    const y = v[row]!;
    for (let k = 0; k < known; k++) {
      shares[k]! += both[row * width + k]! * y;
      shares[BLOCK + k]! += both[row * width + BLOCK + k]! * y;
    }
  }
  let product = 0;
  for (let row = from; row < order; row++) {
    let change = 0;
    for (let k = 0; k < known; k++)
      change += both[row * width + k]! * shares[BLOCK + k]! + both[row * width + BLOCK + k]! * shares[k]!;
    image[row] = factor * (image[row]! - change);
    product += image[row]! * v[row]!;
  }
  const half = (factor * product) / 2;
  for (let row = from; row < order; row++) image[row]! -= half * v[row]!;
}
