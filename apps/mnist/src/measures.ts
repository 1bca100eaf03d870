/** @file Which class a network chose, and how often it was right. */
import type { NdArray } from 'ndl';

/** Index of the largest of the ten outputs at the last step, for each item of [items, steps, 10]. */
export function chosenClasses(outputs: NdArray): Uint8Array {
  const [items, steps, size] = outputs.shape as [number, number, number];
  return Uint8Array.from({ length: items }, (_, item) => {
    const last = outputs.row(item).row(steps - 1).data.subarray(0, size);
    return last.reduce<number>((best, value, index) => (value > last[best]! ? index : best), 0);
  });
}

/** Fraction of the choices that are right. */
export function accuracyOf(choices: Uint8Array, labels: Uint8Array): number {
  return choices.filter((choice, item) => choice === labels[item]).length / labels.length;
}

/** Mean of all elements. */
export function meanOf({ data }: NdArray): number {
  return data.reduce<number>((sum, value) => sum + value, 0) / data.length;
}
