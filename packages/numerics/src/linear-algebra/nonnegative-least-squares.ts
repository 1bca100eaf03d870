/**
 * @file Least squares without negative elements, by active sets.
 * Source: Lawson & Hanson, "Solving Least Squares Problems" (1974), chapter 23.
 */
import { ColumnSet } from './column-set.ts';
import { noConvergence, shapeMismatch } from '../basics/errors.ts';
import { matrixShape, requireFinite, transposeInPieces, type Matrix } from './matrix.ts';
import { zeros, type NdArray } from '../arrays/nd-array.ts';
import { complete, OperationCount, type Pieces } from '../basics/pieces.ts';
import { triangularizeInPieces } from './triangularize.ts';
import { refuseSurplus } from '../basics/refuse-surplus.ts';

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

/**
 * `nonnegativeLeastSquares` in pieces. @param isSymmetric whether `a` is known to be its own transpose; false unless told
 * @throws NdlError SHAPE_MISMATCH, OUT_OF_DOMAIN, NO_CONVERGENCE
 */
export function* nonnegativeLeastSquaresInPieces(
  a: NdArray,
  b: NdArray,
  isSymmetric = false,
): Pieces<NonnegativeSolution> {
  const [rows, columns] = matrixShape('nonnegativeLeastSquares: matrix', a);
  const [rowsOfB, sides] = matrixShape('nonnegativeLeastSquares: right-hand side', b);
  if (rowsOfB !== rows) throw shapeMismatch('nonnegativeLeastSquares: right-hand side', [rows, sides], b.shape);
  requireFinite('nonnegativeLeastSquares', a);
  requireFinite('nonnegativeLeastSquares', b);
  const isTall = rows > columns;
  const { triangle, rightSide } = isTall ? yield* triangularizeInPieces(a, b) : { triangle: a, rightSide: b };
  const problem = isSymmetric ? (triangle as Matrix) : yield* transposeInPieces(triangle);
  const sideRows = yield* transposeInPieces(rightSide);
  const solutions = zeros([sides, columns]);
  const iterations: number[] = [];
  for (let side = 0; side < sides; side++) {
    const columnSet = new ColumnSet(problem, sideRows.row(side).data);
    try {
      const solver = new ActiveSet(columnSet);
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
  /** Qᵀ·A and Qᵀ·b; columns of the positive elements are taken. */
  readonly #set: ColumnSet;
  readonly #solution: Float64Array;
  readonly #operations = new OperationCount();

  constructor(columnSet: ColumnSet) {
    this.#set = columnSet;
    this.#solution = new Float64Array(columnSet.columns.length);
  }

  *solve(): Pieces<Float64Array> {
    const [columns, rows] = [this.#solution.length, this.#set.side.length];
    const most = STEPS_PER_COLUMN * (columns + 1);
    while (this.#enter()) {
      this.iterations++;
      for (let steps = 0; ; steps++) {
        if (this.iterations + steps > most) throw noConvergence('nonnegativeLeastSquares', most);
        const { size } = this.#set;
        const hasArrived = this.#moveTowards(this.#set.solved());
        const rotations = hasArrived ? 0 : this.#leaveZeros();
        const entering = steps === 0 ? 3 * columns * (rows - size) : 0;
        const done = this.#operations.add(entering + (size * size) / 2 + 4 * columns * rotations);
        if (done !== undefined) yield done;
        if (hasArrived) break;
      }
    }
    yield this.#operations.rest();
    return this.#solution;
  }

  /** Takes in the column that reduces the residual most; false where none does. */
  #enter(): boolean {
    if (this.#set.size === this.#set.side.length) return false;
    const gains = this.#set.gains();
    for (;;) {
      const best = indexOfLargest(gains);
      if (!(gains[best]! > 0)) return false;
      if (this.#set.takes(best)) return true;
      // Left out this time.
      gains[best] = 0;
    }
  }

  /** Goes to `target`, or as far towards it as no element falls below zero; whether it was reached. */
  #moveTowards(target: Float64Array): boolean {
    const [set, solution, { size }] = [this.#set, this.#solution, this.#set];
    let share = 1;
    let first = -1;
    for (let at = 0; at < size; at++) {
      if (target[at]! > 0) continue;
      const index = set.takenAt(at);
      const value = solution[index]!;
      const possible = value / (value - target[at]!);
      if (first < 0 || possible < share) {
        share = possible;
        first = index;
      }
    }
    for (let at = 0; at < size; at++) {
      const index = set.takenAt(at);
      if (first < 0) solution[index] = target[at]!;
      else solution[index]! += share * (target[at]! - solution[index]!);
    }
    if (first >= 0) solution[first] = 0;
    return first < 0;
  }

  /** Lets go of the positive elements that have become zero; how many rotations that took. */
  #leaveZeros(): number {
    let rotations = 0;
    for (let at = this.#set.size - 1; at >= 0; at--) {
      const index = this.#set.takenAt(at);
      if (this.#solution[index]! > 0) continue;
      this.#solution[index] = 0;
      this.#set.letGo(at);
      rotations += this.#set.size - at;
    }
    return rotations;
  }
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}
