/** @file Speed on the default backend, measured alike in Node and in a page. */
import { measureRun } from './measure.ts';
import { integrator, single } from './networks.ts';

/** By network: how it is made, and for how many steps it is run. */
const NETWORKS = [
  { make: () => single(1000), steps: 5000 },
  { make: () => integrator(128, 100), steps: 500 },
];

/** Microseconds per step by network, one item. */
export async function microsecondsPerStep(): Promise<Readonly<Record<string, number>>> {
  const measured: Record<string, number> = {};
  for (const { make, steps } of NETWORKS) {
    const network = make();
    const { stepsPerSecond } = await measureRun(network, { name: 'default', settings: {} }, steps);
    measured[network.label!] = 1e6 / stepsPerSecond;
  }
  return measured;
}
