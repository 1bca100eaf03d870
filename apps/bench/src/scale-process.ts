/** @file A random network of so many neurons, in a process of its own: `scale-process.js NEURONS` prints what it takes. */
import { Simulator } from 'ndl';
import { randomNetwork } from './benchmark-networks.ts';
import { workedMilliseconds } from './worked-milliseconds.ts';

const [DIMENSIONS, ENSEMBLE, CONNECTIONS] = [4, 100, 5];
const [WARMING, STEPS] = [20, 100];

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
await simulator.runSteps(STEPS);
mark('run');
process.stdout.write(
  `${JSON.stringify({
    'build, s': marks['built']! / 1000,
    'compile, s': (marks['warm']! - marks['built']!) / 1000,
    'step, ms': (marks['run']! - marks['warm']!) / STEPS,
    'peak, MB': process.resourceUsage().maxRSS / 1024,
  })}\n`,
);
// Workers of an engine would keep the process.
process.exit();
