/** @file A random network of so many neurons, in a process of its own: `scale-process.js NEURONS` prints what it takes. */
import { Simulator } from 'ndl';
import { randomNetwork } from './benchmark-networks.ts';
import { median } from './median.ts';
import { warmedUp } from './warmed-up.ts';
import { workedMilliseconds } from './worked-milliseconds.ts';

const [DIMENSIONS, ENSEMBLE, CONNECTIONS] = [4, 100, 5];
const [WARMING, STEPS, TURNS] = [20, 100, 5];

const neurons = Number(process.argv[2]);
const began = workedMilliseconds();
const marks: Record<string, number> = {};
const mark = (name: string): void => {
  marks[name] ??= workedMilliseconds() - began;
};
const network = randomNetwork({
  dimensions: DIMENSIONS,
  neuronsPerDimension: ENSEMBLE / DIMENSIONS,
  ensembles: neurons / ENSEMBLE,
  connectionsPerEnsemble: CONNECTIONS,
});
const simulator = await Simulator.create(network, {
  onWarning() {},
  onProgress: ({ stage }) => void (stage === 'compile' && mark('built')),
});
await simulator.runSteps(WARMING);
mark('warm');
// The engine compiles once more what large networks have much of, and two threads are tried where one may do.
await warmedUp(() => simulator.runSteps(STEPS));
const steps: number[] = [];
for (let turn = 0; turn < TURNS; turn++) {
  const start = workedMilliseconds();
  await simulator.runSteps(STEPS);
  steps.push((workedMilliseconds() - start) / STEPS);
}
process.stdout.write(
  `${JSON.stringify({
    'build, s': marks['built']! / 1000,
    'compile, s': (marks['warm']! - marks['built']!) / 1000,
    'step, ms': median(steps),
    'peak, MB': process.resourceUsage().maxRSS / 1024,
  })}\n`,
);
// Workers of an engine would keep the process.
process.exit();
