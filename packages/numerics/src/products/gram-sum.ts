/** @file `GramSum`: Gram matrices of columns that come part by part, with zeros left out where they are many. */
import { shapeMismatch } from '../basics/errors.ts';
import { matrixShape, type Matrix } from '../linear-algebra/matrix.ts';
import { addLowerGramOfColumns } from './matrix-products.ts';
import { NdArray, zeros } from '../arrays/nd-array.ts';
import { OperationCount, type Pieces } from '../basics/pieces.ts';
import { type SparseGram, sparseGram } from './sparse-gram.ts';
import { orderByZeros } from './zero-order.ts';

/** Fewer columns are not worth an order. */
const LEAST_COLUMNS = 256;

/**
 * Aᵀ·A, where rows of A are given part by part: the bits do not depend on the parts, as long as each but the last has a multiple of
 * `SUM_BLOCK` rows. Numbers must be finite.
 */
export class GramSum {
  readonly #columns: number;
  /** Lower triangle, of columns in the order of the sums. */
  readonly #sums: Matrix;
  /** Null: their own, zeros not left out. Not known before the first part. */
  #order: Uint32Array | null | undefined;
  /** Kept while parts come. */
  #sparse: SparseGram | undefined;

  /** @param columns of A */
  constructor(columns: number) {
    this.#columns = columns;
    this.#sums = zeros([columns, columns]);
  }

  /** Adds rows, [rows, columns]. @throws NdlError SHAPE_MISMATCH */
  *add(rows: Matrix): Pieces<void> {
    const [count, columns] = matrixShape('GramSum: rows', rows);
    if (columns !== this.#columns) throw shapeMismatch('GramSum: rows', [count, this.#columns], rows.shape);
    if (this.#order === undefined)
      this.#order = (columns < LEAST_COLUMNS ? undefined : yield* orderByZeros(rows)) ?? null;
    if (this.#order !== null) this.#sparse ??= sparseGram(this.#order);
    if (this.#sparse !== undefined) yield* this.#sparse.add(this.#sums.data, rows);
    else yield* addLowerGramOfColumns(this.#sums, this.#order === null ? rows : columnsIn(rows, this.#order));
  }

  /** A copy of the lower triangle, [columns, columns]; what lies above means nothing. */
  *lowerTriangle(): Pieces<Matrix> {
    this.#sparse = undefined;
    const order = this.#columns;
    const copy = zeros([order, order]);
    const places = this.#order == null ? undefined : inverseOf(this.#order);
    const operations = new OperationCount();
    const [from, to] = [this.#sums.data, copy.data];
    for (let row = 0; row < order; row++) {
      const start = row * order;
      if (places === undefined) to.set(from.subarray(start, start + row + 1), start);
      else {
        const place = places[row]!;
        for (let column = 0; column <= row; column++) {
          const other = places[column]!;
          to[start + column] = other < place ? from[place * order + other]! : from[other * order + place]!;
        }
      }
      const done = operations.add(4 * row);
      if (done !== undefined) yield done;
    }
    yield operations.rest();
    return copy;
  }
}

function inverseOf(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(order.length);
  order.forEach((column, place) => (places[column] = place));
  return places;
}

function columnsIn({ data, shape }: Matrix, order: Uint32Array): Matrix {
  const columns = shape[1]!;
  return new NdArray(
    data.map((_, at) => data[at - (at % columns) + order[at % columns]!]!),
    shape,
  );
}
