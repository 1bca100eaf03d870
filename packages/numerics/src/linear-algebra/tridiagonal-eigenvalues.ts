/**
 * @file Eigenvalues and eigenvectors of symmetric tridiagonal matrices: halves are solved, and put together by a matrix of rank one.
 * Sources: Cuppen, Numerische Mathematik 36 (1981); Gu & Eisenstat, SIAM J. Matrix Anal. Appl. 16 (1995).
 */
import { diagonalize, rotateRows } from './jacobi-rotations.ts';
import { transposed, type Panel } from '../products/panel.ts';
import { complete, OperationCount, type Pieces } from '../basics/pieces.ts';
import { addRowProducts } from '../products/row-products.ts';
import { secularRoot } from './secular-equation.ts';

/** Orders that are not halved any more. */
const SMALL = 16;

/** Eigenvalues in ascending order, and eigenvectors as rows, [order, order]. */
export interface TridiagonalSolution {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Memory that is used again and again: the first touch of fresh memory takes long. For matrices of an order of `order` and less. */
class Scratch {
  /** Both halves. */
  readonly halves: Float64Array;
  /** Mixtures, and the shares of one half in them. */
  readonly mixing: Float64Array;
  readonly shares: Float64Array;
  /** Rows of one half. */
  readonly rows: Float64Array;

  constructor(order: number) {
    const half = Math.ceil(order / 2);
    this.halves = new Float64Array(order * order);
    this.mixing = new Float64Array(order * order);
    this.shares = new Float64Array(order * order);
    this.rows = new Float64Array(order * half);
  }
}

/** Of the matrix with this diagonal and, beside it, these numbers, one fewer. */
export function* tridiagonalEigenvalues(diagonal: Float64Array, beside: Float64Array): Pieces<TridiagonalSolution> {
  return yield* solved(diagonal, beside, new Scratch(diagonal.length <= SMALL ? 0 : diagonal.length));
}

function* solved(diagonal: Float64Array, beside: Float64Array, scratch: Scratch): Pieces<TridiagonalSolution> {
  const order = diagonal.length;
  if (order <= SMALL) return sorted(solvedByRotations(diagonal, beside));
  const middle = order >> 1;
  const rho = Math.abs(beside[middle - 1]!);
  const changed = diagonal.slice();
  changed[middle - 1]! -= rho;
  changed[middle]! -= rho;
  const upper = yield* solved(changed.subarray(0, middle), beside.subarray(0, middle - 1), scratch);
  const lower = yield* solved(changed.subarray(middle), beside.subarray(middle), scratch);
  return yield* joined(upper, lower, { half: rho, sign: beside[middle - 1]! < 0 ? -1 : 1 }, scratch);
}

function solvedByRotations(diagonal: Float64Array, beside: Float64Array): TridiagonalSolution {
  const order = diagonal.length;
  const matrix = new Float64Array(order * order);
  const vectors = new Float64Array(order * order);
  let scale = 0;
  for (let row = 0; row < order; row++) {
    vectors[row * (order + 1)] = 1;
    matrix[row * (order + 1)] = diagonal[row]!;
    scale = Math.max(scale, Math.abs(diagonal[row]!));
    if (row + 1 === order) continue;
    matrix[row * order + row + 1] = beside[row]!;
    matrix[(row + 1) * order + row] = beside[row]!;
    scale = Math.max(scale, Math.abs(beside[row]!));
  }
  // Zeros on the diagonal would be rotated for ever: what counts is the size of the whole.
  diagonalizeTo(matrix, order, vectors, scale * Number.EPSILON * 2 ** -2);
  return { values: Float64Array.from({ length: order }, (_, index) => matrix[index * (order + 1)]!), vectors };
}

/** Until nothing off the diagonal is larger than `least`. */
function diagonalizeTo(matrix: Float64Array, order: number, vectors: Float64Array, least: number): void {
  for (let round = 0; round < 2; round++) {
    for (let at = 0; at < matrix.length; at++)
      if (at % (order + 1) !== 0 && Math.abs(matrix[at]!) <= least) matrix[at] = 0;
    complete(diagonalize(matrix, order, vectors, order, Number.EPSILON / 4));
  }
}

/** In ascending order; rows are moved in place. */
function sorted({ values, vectors }: TridiagonalSolution): TridiagonalSolution {
  const order = values.length;
  const ascending = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const rowOf = (row: number): Float64Array => vectors.subarray(row * order, (row + 1) * order);
  const isMoved = new Uint8Array(order);
  for (let start = 0; start < order; start++) {
    if (isMoved[start] === 1 || ascending[start] === start) continue;
    // What stands at the start of a circle is kept until its end.
    const kept = rowOf(start).slice();
    for (let to = start; ;) {
      isMoved[to] = 1;
      const from = ascending[to]!;
      if (from === start) {
        rowOf(to).set(kept);
        break;
      }
      rowOf(to).set(rowOf(from));
      to = from;
    }
  }
  return { values: Float64Array.from(ascending, (index) => values[index]!), vectors };
}

/** An eigenvector of one half, or a mixture of some of both, as it enters the joint problem. */
interface Entry {
  value: number;
  weight: number;
  /** Row in the block diagonal matrix of both halves. */
  readonly row: number;
  /** Where it is not zero. */
  isUpper: boolean;
  isLower: boolean;
}

function* joined(
  upper: TridiagonalSolution,
  lower: TridiagonalSolution,
  { half, sign }: { readonly half: number; readonly sign: number },
  scratch: Scratch,
): Pieces<TridiagonalSolution> {
  const [above, below] = [upper.values.length, lower.values.length];
  const order = above + below;
  const operations = new OperationCount();
  const halves = scratch.halves.subarray(0, order * order).fill(0);
  const entries: Entry[] = [];
  for (let row = 0; row < above; row++) {
    halves.set(upper.vectors.subarray(row * above, (row + 1) * above), row * order);
    const weight = upper.vectors[(row + 1) * above - 1]! * Math.SQRT1_2;
    entries.push({ value: upper.values[row]!, weight, row, isUpper: true, isLower: false });
    const done = operations.add(above);
    if (done !== undefined) yield done;
  }
  for (let row = 0; row < below; row++) {
    halves.set(lower.vectors.subarray(row * below, (row + 1) * below), (above + row) * order + above);
    const weight = sign * lower.vectors[row * below]! * Math.SQRT1_2;
    entries.push({ value: lower.values[row]!, weight, row: above + row, isUpper: false, isLower: true });
    const done = operations.add(below);
    if (done !== undefined) yield done;
  }
  entries.sort((a, b) => a.value - b.value);
  const rho = 2 * half;
  const kept = deflated(entries, rho, halves, order);
  const vectors = new Float64Array(order * order);
  const values = new Float64Array(order);
  const isKept = new Set(kept);
  let place = kept.length;
  for (const entry of entries) {
    if (isKept.has(entry)) continue;
    values[place] = entry.value;
    vectors.set(halves.subarray(entry.row * order, (entry.row + 1) * order), place * order);
    place++;
  }
  if (kept.length > 0) {
    const mixing = yield* mixtures(kept, rho, values, scratch.mixing);
    const both = { order, mixing, vectors };
    yield* mix(kept, { ...both, from: 0, to: above, isMeant: (entry) => entry.isUpper }, scratch);
    yield* mix(kept, { ...both, from: above, to: order, isMeant: (entry) => entry.isLower }, scratch);
  }
  yield operations.rest();
  return sorted({ values, vectors });
}

/** The entries that take part; the others are eigenvectors already, those of nearly the same value after a rotation of two. */
function deflated(entries: readonly Entry[], rho: number, halves: Float64Array, order: number): Entry[] {
  let [largest, heaviest] = [0, 0];
  for (const { value, weight } of entries) {
    largest = Math.max(largest, Math.abs(value));
    heaviest = Math.max(heaviest, Math.abs(weight));
  }
  const tolerance = 8 * Number.EPSILON * Math.max(largest, rho * heaviest);
  const kept: Entry[] = [];
  for (const entry of entries) {
    if (rho * Math.abs(entry.weight) <= tolerance) continue;
    const last = kept.at(-1);
    if (last === undefined) {
      kept.push(entry);
      continue;
    }
    const length = Math.sqrt(last.weight * last.weight + entry.weight * entry.weight);
    const [cosine, sine] = [entry.weight / length, last.weight / length];
    const gap = entry.value - last.value;
    if (Math.abs(gap * cosine * sine) > tolerance) {
      kept.push(entry);
      continue;
    }
    rotateRows(halves, order, { i: last.row, j: entry.row, cosine, sine });
    const [first, second] = [last.value, entry.value];
    last.value = first * cosine * cosine + second * sine * sine;
    entry.value = first * sine * sine + second * cosine * cosine;
    [last.weight, entry.weight] = [0, length];
    const [isUpper, isLower] = [last.isUpper || entry.isUpper, last.isLower || entry.isLower];
    for (const one of [last, entry]) [one.isUpper, one.isLower] = [isUpper, isLower];
    kept[kept.length - 1] = entry;
  }
  return kept;
}

/**
 * How each new eigenvector is mixed from the entries, a row each, in the memory that is given for it; their values are written to the
 * front of `values`.
 */
function* mixtures(
  kept: readonly Entry[],
  rho: number,
  values: Float64Array,
  memory: Float64Array,
): Pieces<Float64Array> {
  const count = kept.length;
  const operations = new OperationCount();
  const poles = Float64Array.from(kept, ({ value }) => value);
  const squares = Float64Array.from(kept, ({ weight }) => weight * weight);
  const mixing = memory.subarray(0, count * count);
  // The z² for which the roots as they were found are exact: so vectors are orthogonal, however close the roots are.
  const exact = new Float64Array(count).fill(1);
  for (let root = 0; root < count; root++) {
    const differences = mixing.subarray(root * count, (root + 1) * count);
    values[root] = secularRoot(root, poles, squares, rho, differences);
    for (let j = 0; j < count; j++)
      exact[j]! *= root === j ? differences[j]! : differences[j]! / (poles[j]! - poles[root]!);
    const done = operations.add(32 * count);
    if (done !== undefined) yield done;
  }
  const weights = kept.map(({ weight }, j) => (weight < 0 ? -1 : 1) * Math.sqrt(Math.abs(exact[j]!)));
  for (let root = 0; root < count; root++) {
    let sum = 0;
    for (let at = root * count, j = 0; j < count; at++, j++) {
      const part = weights[j]! / mixing[at]!;
      mixing[at] = part;
      sum += part * part;
    }
    const length = Math.sqrt(sum);
    for (let at = root * count; at < (root + 1) * count; at++) mixing[at]! /= length;
    const done = operations.add(8 * count);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return mixing;
}

/** Columns of the new eigenvectors, of entries that are not zero there. */
interface Mixed {
  readonly order: number;
  readonly mixing: Float64Array;
  readonly vectors: Float64Array;
  readonly from: number;
  readonly to: number;
  readonly isMeant: (entry: Entry) => boolean;
}

function* mix(
  kept: readonly Entry[],
  { order, mixing, vectors, from, to, isMeant }: Mixed,
  { halves, shares, rows }: Scratch,
): Pieces<void> {
  const count = kept.length;
  const meant = Array.from(kept.keys()).filter((index) => isMeant(kept[index]!));
  const width = to - from;
  const operations = new OperationCount();
  for (const [place, index] of meant.entries()) {
    for (let root = 0; root < count; root++) shares[root * meant.length + place] = mixing[root * count + index]!;
    const start = kept[index]!.row * order;
    rows.set(halves.subarray(start + from, start + to), place * width);
    const done = operations.add(8 * count);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  const target: Panel = { data: vectors, start: from, stride: order, rows: count, columns: width };
  const left: Panel = { data: shares, start: 0, stride: meant.length, rows: count, columns: meant.length };
  const right: Panel = { data: rows, start: 0, stride: width, rows: meant.length, columns: width };
  yield* addRowProducts(target, left, transposed(right));
}
