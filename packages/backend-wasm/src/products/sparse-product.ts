/**
 * @file `SparseProduct`: a product of a few elements of a matrix by a vector, `target[row of e] += values[e] · vector[column of e]` for each
 * entry e, as sparse transforms and their adjoints are, and how a sum is recognized as one.
 */
import type { SectionContext } from '../sections/section-context.ts';
import type { Access, Pace } from '../views/access.ts';
import type { Sum } from './sum.ts';
import { isLasting } from './matrix-product.ts';

/** A product of this class. Entries are sorted by column: those of a column keep their order. */
export interface SparseProduct {
  readonly sum: Sum;
  readonly values: Access;
  readonly vector: Access;
  /** Bytes from the first of the vector's elements to that of column 0, and how many columns there are. */
  readonly firstColumn: number;
  readonly columns: number;
  /** Where the entries of each column begin, and where the last ones end. */
  readonly starts: readonly number[];
  /** Bytes to the value and to the element of the target, of each entry. */
  readonly valueOffsets: readonly number[];
  readonly targetOffsets: readonly number[];
}

/** Fewer entries are not worth it. */
const FEWEST = 64;

/** Columns without entries are looked at too: so many for each entry, at most. */
const MOST_COLUMNS = 4;

/** A sum into elements that repeat as such a product; undefined where it is none, or where its order is not that of the columns. */
export function asSparseProduct(context: SectionContext, sum: Sum): SparseProduct | undefined {
  const { factors, target, skipsZeros, isGreatest } = sum;
  const { shape } = target.view;
  const isSummed =
    factors.some(({ hasItems }) => hasItems && !target.hasItems) ||
    factors.some(({ hasSteps }) => hasSteps && !target.hasSteps);
  if (factors.length !== 2 || isGreatest || isSummed || shape.length !== 1 || shape[0]! < FEWEST) return undefined;
  const position = [0, 1].find((index) => isLasting(context, factors[index]!));
  // Zeros of the values that are to be left out are no matter of columns.
  if (position === undefined || (skipsZeros && position === 0)) return undefined;
  const [values, vector] = [factors[position]!, factors[1 - position]!];
  const [entries, bytes] = [shape[0]!, context.dtype === 'float32' ? 4 : 8];
  const columnsOf = offsetsAlong(vector.axes[0]!, entries);
  const rows = offsetsAlong(target.axes[0]!, entries);
  const [firstColumn, lastColumn] = [least(columnsOf), -least(columnsOf.map((offset) => -offset))];
  const columns = (lastColumn - firstColumn) / bytes + 1;
  if (columns > MOST_COLUMNS * entries + 1024 || !areInOrder(rows, columnsOf)) return undefined;
  const starts = new Array<number>(columns + 1).fill(0);
  for (const offset of columnsOf) starts[(offset - firstColumn) / bytes + 1]!++;
  for (let column = 0; column < columns; column++) starts[column + 1]! += starts[column]!;
  const next = [...starts];
  const order = new Array<number>(entries);
  columnsOf.forEach((offset, entry) => (order[next[(offset - firstColumn) / bytes]!++] = entry));
  const valuesAt = offsetsAlong(values.axes[0]!, entries);
  return {
    sum,
    values,
    vector,
    firstColumn,
    columns,
    starts,
    valueOffsets: order.map((entry) => valuesAt[entry]!),
    targetOffsets: order.map((entry) => rows[entry]!),
  };
}

/** Whether the entries of each row, in their order, come in that of their columns: then sums are the same column by column. */
function areInOrder(rows: readonly number[], columns: readonly number[]): boolean {
  const last = new Map<number, number>();
  return rows.every((row, entry) => {
    const isAfter = columns[entry]! >= (last.get(row) ?? -Infinity);
    last.set(row, columns[entry]!);
    return isAfter;
  });
}

function offsetsAlong(pace: Pace, length: number): readonly number[] {
  return typeof pace === 'number' ? Array.from({ length }, (_, index) => index * pace) : pace;
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((smallest, number) => Math.min(smallest, number), Infinity);
}
