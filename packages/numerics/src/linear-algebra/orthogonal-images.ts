/**
 * @file The directions whose images under a matrix are orthogonal, for many columns: eigenvectors of the Gram matrix, which is right for
 * large singular values, then Jacobi's one-sided rotations of whole blocks, where images are not orthogonal yet.
 */
import { noConvergence } from '../basics/errors.ts';
import { diagonalize } from './jacobi-rotations.ts';
import { copyInPieces } from '../arrays/array-copy.ts';
import { wholePanel, type Matrix } from './matrix.ts';
import { addLowerGram, addLowerGramOfColumns, mirrorLower } from '../products/matrix-products.ts';
import { identity, zeros, type NdArray } from '../arrays/nd-array.ts';
import { transposed } from '../products/panel.ts';
import type { Pieces } from '../basics/pieces.ts';
import { addRowProducts } from '../products/row-products.ts';
import { eigenvectorRows, multiplyBy, scaleOf } from './symmetric-eigenvalues.ts';

const MOST_SWEEPS = 60;

/** Rows that are rotated together with as many others. */
const BLOCK = 32;

/** Row i of `images` is scale · A · (row i of `directions`); each are orthogonal to each other, directions of length one. */
export interface OrthogonalImages {
  /** [columns, rows]. */
  readonly images: Matrix;
  /** [columns, columns]. */
  readonly directions: Matrix;
  readonly scale: number;
}

/** Of a matrix, [rows, columns], with no fewer rows than columns. @throws NdlError NO_CONVERGENCE */
export function* orthogonalImages(matrix: NdArray): Pieces<OrthogonalImages> {
  const [rows, columns] = matrix.shape as [number, number];
  const scaled = yield* copyInPieces(matrix);
  const scale = scaleOf(scaled.data);
  yield* multiplyBy(scaled.data, scale);
  const gram = zeros([columns, columns]);
  yield* addLowerGramOfColumns(gram, scaled);
  const { vectors: directions } = yield* eigenvectorRows(gram);
  // The longest images first.
  for (let row = 0; row < columns - 1 - row; row++) swapRows(directions, row, columns - 1 - row);
  const images = zeros([columns, rows]);
  yield* addRowProducts(wholePanel(images), wholePanel(directions), wholePanel(scaled));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    const pairs = yield* blocksToRotate(images);
    if (pairs.length === 0) return { images, directions, scale };
    for (const pair of pairs) yield* rotateBlocks(images, directions, pair);
  }
  throw noConvergence('singularValueDecomposition', MOST_SWEEPS);
}

type BlockPair = readonly [first: number, second: number];

/** Blocks of which some row is not orthogonal to one of the other, or the same, block, within rounding. */
function* blocksToRotate(images: Matrix): Pieces<BlockPair[]> {
  const [count, length] = images.shape as [number, number];
  const gram = zeros([count, count]);
  yield* addLowerGram(gram, images);
  const tolerance = Number.EPSILON * length;
  const pairs: BlockPair[] = [];
  for (let second = 0; second < count; second += BLOCK) {
    for (let first = 0; first <= second; first += BLOCK) {
      const rows = [...range(second, Math.min(second + BLOCK, count))];
      const isSkew = rows.some((row) =>
        isSkewTo(gram, row, { from: first, to: Math.min(first + BLOCK, row), tolerance }),
      );
      if (isSkew) pairs.push([first, second]);
    }
    yield BLOCK * count;
  }
  return pairs;
}

function isSkewTo(
  { data, shape }: Matrix,
  row: number,
  { from, to, tolerance }: { readonly from: number; readonly to: number; readonly tolerance: number },
): boolean {
  const order = shape[0]!;
  const length = Math.sqrt(data[row * (order + 1)]!);
  for (let other = from; other < to; other++) {
    const product = Math.abs(data[row * order + other]!);
    if (product > tolerance * length * Math.sqrt(data[other * (order + 1)]!)) return true;
  }
  return false;
}

function* rotateBlocks(images: Matrix, directions: Matrix, [first, second]: BlockPair): Pieces<void> {
  const total = images.shape[0]!;
  const rows = [
    ...new Set([...range(first, Math.min(first + BLOCK, total)), ...range(second, Math.min(second + BLOCK, total))]),
  ];
  const count = rows.length;
  const gram = zeros([count, count]);
  yield* addLowerGram(gram, takenRows(images, rows));
  yield* mirrorLower(gram);
  const rotation = identity(count);
  yield* diagonalize(gram.data, count, rotation.data, count, 2 * Number.EPSILON);
  for (const matrix of [images, directions]) {
    const taken = takenRows(matrix, rows);
    const rotated = zeros(taken.shape);
    yield* addRowProducts(wholePanel(rotated), wholePanel(rotation), transposed(wholePanel(taken)));
    const width = taken.shape[1]!;
    rows.forEach((row, at) => matrix.data.set(rotated.data.subarray(at * width, (at + 1) * width), row * width));
  }
}

function takenRows({ data, shape }: Matrix, rows: readonly number[]): Matrix {
  const width = shape[1]!;
  const taken = zeros([rows.length, width]);
  rows.forEach((row, at) => taken.data.set(data.subarray(row * width, (row + 1) * width), at * width));
  return taken;
}

function swapRows(matrix: Matrix, a: number, b: number): void {
  const kept = matrix.row(a).data.slice();
  matrix.row(a).data.set(matrix.row(b).data);
  matrix.row(b).data.set(kept);
}

function* range(from: number, to: number): Generator<number> {
  for (let index = from; index < to; index++) yield index;
}
