/** @file Activities at evaluation points, a block at a time: all of them may need more memory than there is. */
import type { Activities, ActivityRange } from '@ndl/core';
import {
  addProduct,
  NdArray,
  ndarray,
  OperationCount,
  SUM_BLOCK,
  transposeInPieces,
  zeros,
  type Matrix,
  type Pieces,
} from '@ndl/numerics';

/** Activities that are kept rather than computed again: 16 MiB of them. Larger ones come in blocks of about this size. */
export const BLOCK_ELEMENTS: number = 2 ** 21;

/** Currents that go to the definition of the neurons at a time. */
const RATES_AT_ONCE = 2 ** 12;

/** What a rate is worth, in operations. */
export const RATE_COST = 160;

/** What activities follow from. */
export interface ActivitySource {
  /** Evaluation points, [points, dimensions]. */
  readonly points: Matrix;
  /** [neurons, dimensions]. */
  readonly encoders: Matrix;
  /** [neurons]. */
  readonly gain: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
  readonly radius: number;
  /** Rates in Hz at currents, elementwise. */
  rates(currents: Float64Array): Float64Array;
}

/** Numbers that wait to be used again, at most: 16 MiB. */
const MOST_IDLE = BLOCK_ELEMENTS;

/** Memory that is used again: the first touch of fresh memory costs many times what computing in used memory does. */
export class ActivityStorage {
  #block = new Float64Array(0);
  /** What nobody needs any more, the latest at the end. */
  readonly #idle: Float64Array[] = [];
  #idleNumbers = 0;

  /** Any numbers for a block, until the next ones are asked for. */
  block(rows: number, columns: number): Matrix {
    const size = rows * columns;
    if (this.#block.length < size) this.#block = new Float64Array(size);
    return new NdArray(this.#block.subarray(0, size), [rows, columns]);
  }

  /** Any numbers that are kept, until they are given back. */
  kept(rows: number, columns: number): Matrix {
    const size = rows * columns;
    const place = this.#idle.findLastIndex(({ length }) => length >= size && length <= 2 * size);
    if (place < 0) return zeros([rows, columns]);
    const [numbers] = this.#idle.splice(place, 1) as [Float64Array];
    this.#idleNumbers -= numbers.length;
    return new NdArray(numbers.subarray(0, size), [rows, columns]);
  }

  /** Takes what `kept` gave, and nobody needs any more. */
  giveBack({ data: { buffer } }: Matrix): void {
    const numbers = new Float64Array(buffer);
    this.#idle.push(numbers);
    this.#idleNumbers += numbers.length;
    while (this.#idleNumbers > MOST_IDLE) this.#idleNumbers -= this.#idle.shift()!.length;
  }
}

/** Activities whose memory can be given back. */
export interface ComputedActivities extends Activities {
  /** Forgets what is kept, whose memory others will use: nobody may look at a block any more. They are computed again when they are asked for. */
  release(): void;
}

/**
 * The activities of an ensemble, computed block by block where they are many, else once. Where they come in blocks, each lasts until the
 * next one is asked for of any activities with the same `storage`.
 */
export function computedActivities(
  source: ActivitySource,
  storage: ActivityStorage = new ActivityStorage(),
): ComputedActivities {
  const [points, neurons] = [source.points.shape[0]!, source.encoders.shape[0]!];
  const isKept = points * neurons <= BLOCK_ELEMENTS;
  const numbersOf = (rows: number, columns: number): Matrix =>
    isKept ? storage.kept(rows, columns) : storage.block(rows, columns);
  const inBlocks: ComputedActivities = {
    points,
    neurons,
    release() {},
    *block({ points: rows, neurons: columns }) {
      const sides: Sides = [rowsOf(source.points, rows), rowsOf(source.encoders, columns)];
      return yield* ratesOf(source, sides, 'columns', columns?.[0], numbersOf);
    },
    *transposedBlock({ points: rows, neurons: columns }) {
      const sides: Sides = [rowsOf(source.encoders, columns), rowsOf(source.points, rows)];
      return yield* ratesOf(source, sides, 'rows', columns?.[0], numbersOf);
    },
  };
  if (!isKept) return inBlocks;
  let kept: { readonly matrix: Matrix; readonly activities: Activities } | undefined;
  const keep = function* (): Pieces<Activities> {
    if (kept === undefined) {
      const matrix = yield* inBlocks.block({});
      kept = { matrix, activities: givenActivities(matrix) };
    }
    return kept.activities;
  };
  return {
    points,
    neurons,
    release() {
      if (kept !== undefined) storage.giveBack(kept.matrix);
      kept = undefined;
    },
    *block(range) {
      return yield* (yield* keep()).block(range);
    },
    *transposedBlock(range) {
      return yield* (yield* keep()).transposedBlock(range);
    },
  };
}

/** Activities that exist, [points, neurons]. */
export function givenActivities(activities: NdArray): Activities {
  const matrix = ndarrayOf(activities);
  const [points, neurons] = matrix.shape as [number, number];
  let transposed: Matrix | undefined;
  return {
    points,
    neurons,
    *block({ points: rows, neurons: columns }) {
      return yield* columnsOf(rowsOf(matrix, rows), columns);
    },
    *transposedBlock({ points: rows, neurons: columns }) {
      // A part that is transposed by itself is still in the cache when it is used.
      if (transposed === undefined && (rows ?? columns) !== undefined)
        return yield* transposeInPieces(yield* columnsOf(rowsOf(matrix, rows), columns));
      transposed ??= yield* transposeInPieces(matrix);
      return yield* columnsOf(rowsOf(transposed, columns), rows);
    },
  };
}

/** All activities, [points, neurons], for solvers that need them at once. */
export function* allActivities(activities: Activities): Pieces<Matrix> {
  const { points, neurons } = activities;
  if (points * neurons <= BLOCK_ELEMENTS) return yield* activities.block({});
  const all = zeros([points, neurons]);
  for (const range of blocksOf(points, neurons)) {
    const block = yield* activities.block({ points: range });
    all.data.set(block.data, range[0] * neurons);
  }
  return all;
}

/** Whether no neuron fires at any point. */
export function* areSilent(activities: Activities): Pieces<boolean> {
  for (const points of blocksOf(activities.points, activities.neurons)) {
    const { data } = yield* activities.block({ points });
    if (data.some((activity) => activity !== 0)) return false;
  }
  return true;
}

/**
 * Ranges that cut `count` rows (of `length` elements each) into blocks of about so many elements (default `BLOCK_ELEMENTS`), `unit`
 * rows or a multiple of them.
 */
export function* blocksOf(
  count: number,
  length: number,
  { unit = 1, elements = BLOCK_ELEMENTS }: { readonly unit?: number; readonly elements?: number } = {},
): Generator<readonly [from: number, to: number]> {
  const rows = unit * Math.max(1, Math.floor(elements / length / unit));
  for (let from = 0; from < count; from += rows) yield [from, Math.min(from + rows, count)];
}

/** Activities that are summed at a time: 2 MiB, or so many rows that the sums are not fetched more often than need be. */
const SUMMED_ELEMENTS = 2 ** 18;
const SUMMED_ROWS = 4 * SUM_BLOCK;

/** Ranges that cut `count` rows (of `length` elements each) for sums over the rows, which keep the bits of sums over all of them. */
export function sumBlocksOf(count: number, length: number): Generator<readonly [from: number, to: number]> {
  const elements = Math.min(Math.max(SUMMED_ELEMENTS, SUMMED_ROWS * length), 2 * BLOCK_ELEMENTS);
  return blocksOf(count, length, { unit: SUM_BLOCK, elements });
}

/** Points and encoders, or encoders and points, [rows, dimensions] and [columns, dimensions]. */
type Sides = readonly [left: Matrix, right: Matrix];

/**
 * The rates at gain · (left · right / radius) + bias, [rows, columns].
 * @param neurons whether they are the rows or the columns, from neuron `first` on
 */
function* ratesOf(
  source: ActivitySource,
  [left, right]: Sides,
  neurons: 'rows' | 'columns',
  first = 0,
  numbersOf: (rows: number, columns: number) => Matrix,
): Pieces<Matrix> {
  const products = numbersOf(left.shape[0]!, right.shape[0]!);
  const { data } = products;
  // Of one dimension, products are not worth a walk of their own.
  const isScalar = left.shape[1] === 1;
  if (!isScalar) {
    data.fill(0);
    yield* addProduct(products, left, right);
  }
  const width = right.shape[0]!;
  for (let from = 0; from < data.length; from += RATES_AT_ONCE) {
    const currents = data.subarray(from, from + RATES_AT_ONCE);
    for (let index = 0; index < currents.length;) {
      const row = Math.floor((from + index) / width);
      const end = Math.min((row + 1) * width - from, currents.length);
      const column = from + index - row * width;
      if (isScalar) multiplyRow(currents, index, end, left.data[row]!, right.data, column);
      // One neuron for the whole row, or the next for each element.
      if (neurons === 'rows') toCurrents(currents, index, end, source, first + row, 0);
      else toCurrents(currents, index, end, source, first + column, 1);
      index = end;
    }
    data.set(source.rates(currents), from);
    yield RATE_COST * currents.length;
  }
  return products;
}

/** Products of a number with others from `column` on; as sums that begin with +0. */
function multiplyRow(
  products: Float64Array,
  start: number,
  end: number,
  factor: number,
  others: Float64Array,
  column: number,
): void {
  let other = column;
  for (let index = start; index < end; index++) products[index] = 0 + factor * others[other++]!;
}

/** Replaces products by gain · (product / radius) + bias, of `neuron`, or of it and those after it. */
function toCurrents(
  products: Float64Array,
  start: number,
  end: number,
  { gain, bias, radius }: ActivitySource,
  firstNeuron: number,
  step: 0 | 1,
): void {
  let neuron = firstNeuron;
  if (radius === 1) {
    // A quotient by 1 is the number itself.
    for (let index = start; index < end; index++) {
      products[index] = gain[neuron]! * products[index]! + bias[neuron]!;
      neuron += step;
    }
    return;
  }
  for (let index = start; index < end; index++) {
    products[index] = gain[neuron]! * (products[index]! / radius) + bias[neuron]!;
    neuron += step;
  }
}

function rowsOf(matrix: Matrix, range: ActivityRange['points']): Matrix {
  if (range === undefined) return matrix;
  const columns = matrix.shape[1]!;
  const [from, to] = range;
  return new NdArray(matrix.data.subarray(from * columns, to * columns), [to - from, columns]);
}

function* columnsOf(matrix: Matrix, range: ActivityRange['neurons']): Pieces<Matrix> {
  const [rows, columns] = matrix.shape as [number, number];
  if (range === undefined || (range[0] === 0 && range[1] === columns)) return matrix;
  const [from, to] = range;
  const part = new NdArray(new Float64Array(rows * (to - from)), [rows, to - from]);
  const operations = new OperationCount();
  for (let row = 0; row < rows; row++) {
    part.data.set(matrix.data.subarray(row * columns + from, row * columns + to), row * (to - from));
    const done = operations.add(to - from);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return part;
}

function ndarrayOf(array: NdArray): Matrix {
  return array.data instanceof Float64Array ? (array as Matrix) : ndarray(array);
}
