/** @file Options of `stream`. */
import type { RunOptions } from '../runner.ts';

/** Options of `stream`. */
export interface StreamOptions extends Omit<RunOptions, 'inputs'> {
  /** How many steps in all (default: endless). */
  readonly steps?: number | undefined;
  /** Steps per piece (default 1). */
  readonly every?: number | undefined;
}
