/** @file Neighbours among the numbers of float64. */

/** The largest float64 below `bound`; ∞ of ∞. */
export function lastBefore(bound: number): number {
  if (bound === Infinity) return bound;
  if (bound === 0) return -Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, bound);
  view.setBigInt64(0, view.getBigInt64(0) - (bound > 0 ? 1n : -1n));
  return view.getFloat64(0);
}
