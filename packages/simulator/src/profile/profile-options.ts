/** @file The options of a profile that is measured. */
import type { RunOptions } from '../runner.ts';

/** Options of `profile`. */
export interface ProfileOptions extends RunOptions {
  /** Steps of the run that is measured: enough for some hundred milliseconds, so that engines have compiled what they will. */
  readonly steps?: number | undefined;
}
