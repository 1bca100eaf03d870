/** @file How much tests that draw at random draw: a sample in the gate, everything with `npm run check`. */

/** The number of cases to try: `few` in the gate, `all` where the environment says `NDL_CHECK=full`. */
export function sampleSize(few: number, all: number): number {
  return process.env['NDL_CHECK'] === 'full' ? all : few;
}
