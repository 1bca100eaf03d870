/** @file Which class a network chose, and how often it was right. */
import type { NdArray } from 'ndl';

/** Index of the largest of the ten outputs at the last step, for each item of [items, steps, 10]. */
export function chosenClasses(outputs: NdArray): Uint8Array {
  const [items, steps] = outputs.shape as [number, number, number];
  return Uint8Array.from({ length: items }, (_, item) => {
    const last = Array.from(outputs.row(item).row(steps - 1).data);
    return last.indexOf(Math.max(...last));
  });
}

/** Fraction of the choices that are right. */
export function accuracyOf(choices: Uint8Array, labels: Uint8Array): number {
  return choices.filter((choice, item) => choice === labels[item]).length / labels.length;
}

/** Mean of all elements. */
export function meanOf({ data }: NdArray): number {
  let sum = 0;
  for (const value of data) sum += value;
  return sum / data.length;
}
