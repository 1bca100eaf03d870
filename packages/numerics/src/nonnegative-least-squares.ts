/**
 * @file Least squares without negative elements, by active sets.
 * Source: Lawson & Hanson, "Solving Least Squares Problems" (1974), chapter 23.
 */
import { ColumnSet } from './column-set.ts';
import { noConvergence, shapeMismatch } from './errors.ts';
import { matrixShape, requireFinite, transposeInPieces, type Matrix } from './matrix.ts';
import { zeros, type NdArray } from './nd-array.ts';
import { complete, OperationCount, type Pieces } from './pieces.ts';
import { annulling, eliminating, offsetProduct, reflect, rotate } from './reflection.ts';
import { triangularizeInPieces } from './triangularize.ts';
import { refuseSurplus } from './refuse-surplus.ts';

/** What `nonnegativeLeastSquares` found. */
export interface NonnegativeSolution {
  /** [columns of A, columns of B], nowhere below 0. */
  readonly solution: Matrix;
  /** Columns of A that were taken in, per column of B. */
  readonly iterations: readonly number[];
}

/**
 * The X ≥ 0 that minimizes ‖A·X - B‖ column by column: `a` is `[rows, columns]`, `b` is `[rows, right-hand sides]`.
 * @throws NdlError SHAPE_MISMATCH, OUT_OF_DOMAIN for NaN or infinity, NO_CONVERGENCE
 */
export function nonnegativeLeastSquares(a: NdArray, b: NdArray): NonnegativeSolution {
  refuseSurplus('nonnegativeLeastSquares', arguments, 2);
  return complete(nonnegativeLeastSquaresInPieces(a, b));
}

/** `nonnegativeLeastSquares` in pieces. @throws NdlError SHAPE_MISMATCH, OUT_OF_DOMAIN, NO_CONVERGENCE */
export function* nonnegativeLeastSquaresInPieces(a: NdArray, b: NdArray): Pieces<NonnegativeSolution> {
  const [rows, columns] = matrixShape('nonnegativeLeastSquares: matrix', a);
  const [rowsOfB, sides] = matrixShape('nonnegativeLeastSquares: right-hand side', b);
  if (rowsOfB !== rows) throw shapeMismatch('nonnegativeLeastSquares: right-hand side', [rows, sides], b.shape);
  requireFinite('nonnegativeLeastSquares', a);
  requireFinite('nonnegativeLeastSquares', b);
  const isTall = rows > columns;
  const { triangle, rightSide } = isTall ? yield* triangularizeInPieces(a, b) : { triangle: a, rightSide: b };
  const problem = yield* transposeInPieces(triangle);
  const sideRows = yield* transposeInPieces(rightSide);
  const solutions = zeros([sides, columns]);
  const iterations: number[] = [];
  for (let side = 0; side < sides; side++) {
    const columnSet = new ColumnSet(problem);
    try {
      const solver = new ActiveSet(columnSet, sideRows.row(side).data);
      solutions.row(side).data.set(yield* solver.solve());
      iterations.push(solver.iterations);
    } finally {
      columnSet.giveBack();
    }
  }
  return { solution: yield* transposeInPieces(solutions), iterations };
}

/** Steps that are taken per column before the search is given up. */
const STEPS_PER_COLUMN = 30;

/** One right-hand side: which elements of the solution are above zero, and the problem turned so that these are a triangle. */
class ActiveSet {
  iterations = 0;
  /** Columns of Qᵀ·A; those of the positive elements, in order, make a triangle, and are taken. */
  readonly #set: ColumnSet;
  readonly #columns: readonly Float64Array[];
  /** Qᵀ·b */
  readonly #side: Float64Array;
  /** Columns whose element is above zero, in the order of the triangle. */
  readonly #positive: number[] = [];
  readonly #solution: Float64Array;
  readonly #operations = new OperationCount();

  constructor(columnSet: ColumnSet, side: Float64Array) {
    this.#set = columnSet;
    this.#columns = columnSet.columns;
    this.#side = side.slice();
    this.#solution = new Float64Array(this.#columns.length);
  }

  *solve(): Pieces<Float64Array> {
    const most = STEPS_PER_COLUMN * (this.#columns.length + 1);
    for (;;) {
      const entered = yield* this.#enter();
      if (!entered) break;
      this.iterations++;
      for (let steps = 0; ; steps++) {
        if (this.iterations + steps > most) throw noConvergence('nonnegativeLeastSquares', most);
        const target = this.#solveTriangle();
        yield* this.#count((this.#positive.length * this.#positive.length) / 2);
        if (!this.#moveTowards(target)) break;
        yield* this.#leaveZeros();
      }
    }
    yield this.#operations.rest();
    return this.#solution;
  }

  /** Takes in the column that reduces the residual most; false where none does. */
  *#enter(): Pieces<boolean> {
    const size = this.#positive.length;
    const rows = this.#side.length;
    if (size === rows) return false;
    const rest = this.#side.subarray(size);
    const gains = this.#set.products(rest, size);
    yield* this.#count(gains.length * (rows - size));
    for (;;) {
      const best = indexOfLargest(gains);
      const column = this.#columns[best];
      if (column === undefined || !(gains[best]! > 0)) return false;
      // A column that the others span to rounding, or that would be negative at once, is left out this time.
      const tail = Math.sqrt(offsetProduct(column.subarray(size), column, size));
      const [trialSide, trial] = [this.#side.slice(), column.slice()];
      const reflection = eliminating(trial, size);
      reflect(trialSide, reflection);
      const isIndependent = tail > rows * Number.EPSILON * Math.sqrt(offsetProduct(column, column, 0));
      if (!isIndependent || !(trialSide[size]! / trial[size]! > 0)) {
        gains[best] = 0;
        continue;
      }
      this.#positive.push(best);
      this.#set.take(best);
      column.set(trial);
      this.#side.set(trialSide);
      this.#set.reflect(reflection);
      yield* this.#count(2 * gains.length * (rows - size));
      return true;
    }
  }

  /** The unconstrained solution for the positive elements, in their order. */
  #solveTriangle(): Float64Array {
    const size = this.#positive.length;
    const solved = this.#side.slice(0, size);
    for (let step = size - 1; step >= 0; step--) {
      const column = this.#columns[this.#positive[step]!]!;
      const value = solved[step]! / column[step]!;
      solved[step] = value;
      for (let row = 0; row < step; row++) solved[row]! -= value * column[row]!;
    }
    return solved;
  }

  /** Goes to `target`, or as far towards it as no element falls below zero; whether it was not reached. */
  #moveTowards(target: Float64Array): boolean {
    let share = 1;
    let first = -1;
    this.#positive.forEach((index, at) => {
      if (target[at]! > 0) return;
      const value = this.#solution[index]!;
      const possible = value / (value - target[at]!);
      if (first < 0 || possible < share) [share, first] = [possible, index];
    });
    this.#positive.forEach((index, at) => {
      this.#solution[index]! += share * (target[at]! - this.#solution[index]!);
      if (first < 0) this.#solution[index] = target[at]!;
    });
    if (first >= 0) this.#solution[first] = 0;
    return first >= 0;
  }

  /** Lets go of the positive elements that have become zero, and makes the others a triangle again. */
  *#leaveZeros(): Pieces<void> {
    for (let at = this.#positive.length - 1; at >= 0; at--) {
      const index = this.#positive[at]!;
      if (this.#solution[index]! > 0) continue;
      this.#solution[index] = 0;
      this.#positive.splice(at, 1);
      this.#set.letGo(index);
      for (let step = at; step < this.#positive.length; step++) {
        const pivot = this.#columns[this.#positive[step]!]!;
        const rotation = annulling(pivot, step);
        for (const column of this.#columns) if (column !== pivot) rotate(column, rotation);
        rotate(this.#side, rotation);
      }
      yield* this.#count(4 * this.#columns.length * (this.#positive.length - at));
    }
  }

  *#count(operations: number): Pieces<void> {
    const done = this.#operations.add(operations);
    if (done !== undefined) yield done;
  }
}

function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}
