/** @file What products of rows work on: rectangles within matrices, and how sums are cut. */

/** A rectangle within the storage of a matrix. */
export interface Panel {
  readonly data: Float64Array;
  /** Index of its first element. */
  readonly start: number;
  /** Distance between the first elements of neighbouring rows. */
  readonly stride: number;
  /** Distance between neighbouring elements of a row; 1 unless told. Only of factors: targets have 1. */
  readonly step?: number;
  readonly rows: number;
  readonly columns: number;
}

/** The transpose of a panel, of the same storage. */
export function transposed({ data, start, stride, step = 1, rows, columns }: Panel): Panel {
  return { data, start, stride: step, step: stride, rows: columns, columns: rows };
}

/** How products are added to a target. */
export interface RowProductOptions {
  /** Whether they are added or subtracted; 1 unless told. */
  readonly sign?: 1 | -1;
  /** Leave out what lies above the diagonal of a symmetric target, but for a margin of one tile; false unless told. */
  readonly lowerOnly?: boolean;
  /** Terms that are summed before the sum is added to the target, up to `SUM_BLOCK`, which it is unless told. */
  readonly sumBlock?: number;
}

/**
 * Sums are taken over so many terms at a time, each then added to the target. So a sum that is cut at multiples of this,
 * and added part by part, has the same bits as when it is added at once.
 */
export const SUM_BLOCK = 256;
