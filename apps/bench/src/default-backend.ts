/** @file Speed on the default backend, measured alike in Node and in a page. */
import type { Network } from 'ndl';
import { measureRun } from './measure.ts';
import { integrator, single } from './networks.ts';

/** What is run there, and for how many steps. */
const RUNS: readonly { readonly make: () => Network; readonly steps: number }[] = [
  { make: () => single(1000), steps: 5000 },
  { make: () => integrator(128, 100), steps: 500 },
];

/** Labels of the networks, in order. */
export const MEASURED: readonly string[] = RUNS.map(({ make }) => make().label!);

/** Microseconds per step, one item. `index` is that of {@link MEASURED}. */
export async function microsecondsPerStep(index: number): Promise<number> {
  const { make, steps } = RUNS[index]!;
  const { stepsPerSecond } = await measureRun(make(), { name: 'default', settings: {} }, steps);
  return 1e6 / stepsPerSecond;
}
