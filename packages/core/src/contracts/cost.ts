/** @file What definitions say that they will take, for estimates, progress and warnings. */

/** What a computation is estimated to take. */
export interface Cost {
  /** Multiply-adds, or what takes as long. */
  readonly operations: number;
  /** Most memory at one time. */
  readonly bytes: number;
}
