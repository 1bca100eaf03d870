/** @file The sparse transform: a matrix of which only some entries are kept. Data only. */
import { isNdArray, ndarray, refuseSurplus, type ArrayLikeInput, type NdArray } from '@ndl/numerics';
import type { Distribution } from '../distributions/any-distribution.ts';
import { requireRoomFor } from '../data/array-size.ts';
import {
  checkOptions,
  distributionOrArray,
  finiteArray,
  isArrayInput,
  requireShape,
  wholeNumbers,
} from '../data/checks.ts';
import { invalidParameter, missingParameter, optionConflict, wrongShape } from '../errors.ts';
import { isOfFamily } from '../data/frozen-data.ts';
import { immutableData } from '../data/immutable-data.ts';
import type { Transform } from './transforms.ts';

/** A matrix [size out, size in] by its entries. Those at one place add up. */
export interface SparseTransform extends Transform {
  readonly kind: 'sparse';
  /** The row of each entry. */
  readonly rows: readonly number[];
  /** The column of each entry. */
  readonly columns: readonly number[];
  /** What stands there, [entries], or where it is drawn from. */
  readonly values: NdArray | Distribution;
}

/**
 * Where entries stand: a list of [row, column] pairs; rows and columns apart; or rows one after the other, of which each begins at its
 * place among the columns, and the last ends with them (CSR: `rowStarts` has one number more than there are rows).
 */
export type SparseEntries =
  | ArrayLikeInput
  | { readonly rows: ArrayLikeInput; readonly columns: ArrayLikeInput }
  | { readonly rowStarts: ArrayLikeInput; readonly columns: ArrayLikeInput };

/**
 * A matrix of shape [size out, size in] that is 0 but for some entries. Their values are one parameter, `values`, in the order in which
 * the entries are given; entries at one place add up, and are trained one by one.
 * @param initial a value for each entry, one for all, or the distribution that they are drawn from. Default 1
 * @throws NdlError INVALID_OPTION, MISSING_OPTION, UNKNOWN_OPTION, OPTION_CONFLICT, SHAPE_MISMATCH, NOT_FINITE, TOO_LARGE
 */
export function sparse(
  shape: readonly [number, number],
  entries: SparseEntries,
  initial: ArrayLikeInput | Distribution = 1,
): SparseTransform {
  refuseSurplus('sparse', arguments, 3);
  if (!Array.isArray(shape) || shape.length !== 2)
    throw invalidParameter('sparse: shape', 'two sizes, [out, in]', shape);
  const [height, width] = wholeNumbers(1)(shape, 'sparse: shape') as [number, number];
  requireRoomFor([Math.max(height, width)], 'sparse', 'too many elements');
  const { rows, columns } = placesOf(entries, height);
  if (rows.length === 0) throw invalidParameter('sparse: entries', 'one entry or more', entries);
  if (rows.length !== columns.length)
    throw wrongShape('sparse: columns', [rows.length], [columns.length], 'Each entry has a row and a column.');
  requireWithin(rows, height, 'row');
  requireWithin(columns, width, 'column');
  const values = valuesOf(initial, rows.length);
  return immutableData({
    family: 'transform',
    kind: 'sparse',
    shape: [height, width],
    parameters: ['values'],
    rows,
    columns,
    values,
  });
}

interface Places {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

function placesOf(entries: SparseEntries, height: number): Places {
  if (isArrayInput(entries)) {
    const pairs = finiteArray(entries, 'sparse: entries');
    requireShape(pairs, ['*', 2], 'sparse: entries', 'Each is a pair [row, column].');
    const count = pairs.shape[0]!;
    const side = (at: number): number[] => Array.from({ length: count }, (_, entry) => pairs.data[2 * entry + at]!);
    return { rows: side(0), columns: side(1) };
  }
  checkOptions(entries, ['rows', 'columns', 'rowStarts'], 'sparse: entries');
  const given = entries as { readonly [Name in 'rows' | 'columns' | 'rowStarts']?: ArrayLikeInput };
  if (given.columns === undefined) throw missingParameter('sparse: columns');
  if (given.rows !== undefined && given.rowStarts !== undefined)
    throw optionConflict('sparse: entries', 'takes rows, one for each entry, or rowStarts, one for each row, not both');
  const columns = vector(given.columns, 'sparse: columns');
  if (given.rows !== undefined) return { rows: vector(given.rows, 'sparse: rows'), columns };
  if (given.rowStarts === undefined) throw missingParameter('sparse: rows');
  return { rows: rowsFrom(vector(given.rowStarts, 'sparse: rowStarts'), height, columns.length), columns };
}

function rowsFrom(starts: readonly number[], height: number, count: number): readonly number[] {
  if (starts.length !== height + 1)
    throw wrongShape('sparse: rowStarts', [height + 1], [starts.length], 'It has one more than there are rows.');
  const ascends = starts.every((start, row) => Number.isInteger(start) && (row === 0 || start >= starts[row - 1]!));
  if (!ascends || starts[0] !== 0 || starts.at(-1) !== count)
    throw invalidParameter(
      'sparse: rowStarts',
      `whole numbers that ascend from 0 to the number of columns, ${count}`,
      starts,
    );
  const rows: number[] = [];
  for (let row = 0; row < height; row++) for (let at = starts[row]!; at < starts[row + 1]!; at++) rows.push(row);
  return rows;
}

function vector(values: ArrayLikeInput, where: string): readonly number[] {
  if (!isArrayInput(values)) throw invalidParameter(where, 'a list of whole numbers', values);
  const array = finiteArray(values, where);
  if (array.rank !== 1) throw wrongShape(where, ['*'], array.shape);
  return Array.from(array.data);
}

function requireWithin(places: readonly number[], size: number, side: 'row' | 'column'): void {
  const bad = places.findIndex((place) => !Number.isInteger(place) || place < 0 || place >= size);
  if (bad >= 0)
    throw invalidParameter(`sparse: the ${side} of entry ${bad}`, `a whole number from 0 to ${size - 1}`, places[bad]);
}

function valuesOf(initial: ArrayLikeInput | Distribution, count: number): NdArray | Distribution {
  const values = distributionOrArray(initial, 'sparse: initial');
  if (isOfFamily(values, 'distribution')) return values as Distribution;
  const array = values as NdArray;
  if (isNdArray(array) && array.rank === 0) return ndarray(new Float64Array(count).fill(array.data[0]!));
  requireShape(array, [count], 'sparse: initial', 'There is a value for each entry.');
  return array;
}
