/** @file Types of `golden-options.mjs`, for its test. */

/** What the command line says. */
export interface GoldenOptions {
  readonly directory: string;
  readonly backend: 'reference' | 'tfjs';
  readonly dtype: 'float32' | 'float64';
  /** The one case to replay. */
  readonly only: string | undefined;
}

export const USAGE: string;

export function readOptions(args: readonly string[]): GoldenOptions | { readonly problem: string };
