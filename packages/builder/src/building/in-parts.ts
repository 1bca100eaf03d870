/** @file Long vectors, a part at a time. */
import type { Pieces } from '@ndl/numerics';

/** Elements that are looked at, at a time. */
const PART = 2 ** 16;

/** The index of the first element of which `isMeant` is true, -1 if there is none. */
export function* firstIndex(data: Float64Array, isMeant: (element: number) => boolean): Pieces<number> {
  for (let from = 0; from < data.length; from += PART) {
    const end = Math.min(from + PART, data.length);
    for (let index = from; index < end; index++) if (isMeant(data[index]!)) return index;
    yield end - from;
  }
  return -1;
}

/** Neurons that are tuned at a time. */
const NEURONS = 2 ** 12;

/** What tuning a neuron is worth, in operations. */
export const TUNING_COST = 512;

type Two = readonly [first: Float64Array, second: Float64Array];

/**
 * Two numbers of each neuron from two others, a few thousand neurons at a time. Where some are refused, all are asked for at once:
 * who refuses them counts neurons from the first of those that he is given.
 */
export function* tunedInParts(
  first: Float64Array,
  second: Float64Array,
  tune: (first: Float64Array, second: Float64Array) => Two,
): Pieces<Two> {
  if (first.length <= NEURONS) return tune(first, second);
  const tuned = [new Float64Array(first.length), new Float64Array(first.length)] as const;
  for (let from = 0; from < first.length; from += NEURONS) {
    const end = Math.min(from + NEURONS, first.length);
    let part: Two;
    try {
      part = tune(first.slice(from, end), second.slice(from, end));
    } catch (error) {
      tune(first, second);
      throw error;
    }
    tuned.forEach((all, which) => all.set(part[which]!, from));
    yield TUNING_COST * (end - from);
  }
  return tuned;
}
