/** @file What products of rows work on: rectangles within matrices, and how sums are cut. */

/** A rectangle within the row-major storage of a matrix. */
export interface Panel {
  readonly data: Float64Array;
  /** Index of its first element. */
  readonly start: number;
  /** Distance between the first elements of neighbouring rows. */
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
}

/** How products are added to a target. */
export interface RowProductOptions {
  /** Whether they are added or subtracted; 1 unless told. */
  readonly sign?: 1 | -1;
  /** Leave out what lies above the diagonal of a symmetric target, but for a margin of one tile; false unless told. */
  readonly lowerOnly?: boolean;
}

/**
 * Sums are taken over so many terms at a time, each then added to the target. So a sum that is cut at multiples of this,
 * and added part by part, has the same bits as when it is added at once.
 */
export const SUM_BLOCK = 256;
