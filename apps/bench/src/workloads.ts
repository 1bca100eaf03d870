/** @file What is measured beside an older tree: each workload takes the ndl of the tree that it is measured in. */
import type * as ndl from 'ndl';
import type { Network, Simulator } from 'ndl';
import { median } from './median.ts';
import { warmedUp } from './warmed-up.ts';
import type { circularConvolution, integrator, single } from './networks.ts';

/** A built checkout of ndl. */
export interface Tree {
  readonly ndl: typeof ndl;
  readonly networks: {
    readonly single: typeof single;
    readonly integrator: typeof integrator;
    readonly circularConvolution: typeof circularConvolution;
  };
}

/** One thing to measure; smaller is better. */
export interface Workload {
  readonly what: string;
  readonly unit: 'ms' | 'µs/step';
  measure(tree: Tree): Promise<number>;
}

/** The backend that a tree has as its default, or TensorFlow.js on WebAssembly, which was first light's. */
export type BackendName = 'default' | 'tfjs wasm';

const REPETITIONS = 3;

/** Milliseconds of the stage that compiles: from the built graph until the backend is to be loaded. */
export function compiling(what: string, make: (tree: Tree) => Network): Workload {
  return {
    what,
    unit: 'ms',
    async measure(tree) {
      let [began, ended] = [0, 0];
      const simulator = await tree.ndl.Simulator.create(make(tree), {
        onProgress({ stage }) {
          if (stage === 'compile' && began === 0) began = performance.now();
          if (stage === 'load the backend' && ended === 0) ended = performance.now();
        },
      });
      await simulator.dispose();
      return ended - began;
    },
  };
}

/** Milliseconds of the first step, in which the program becomes a module and its memory is laid out. */
export function firstStep(what: string, make: (tree: Tree) => Network): Workload {
  return {
    what,
    unit: 'ms',
    async measure(tree) {
      const simulator = await tree.ndl.Simulator.create(make(tree));
      const milliseconds = await timed(() => simulator.step());
      await simulator.dispose();
      return milliseconds;
    },
  };
}

/** Microseconds per step of a run, all items together. */
export function running(
  what: string,
  make: (tree: Tree) => Network,
  { steps, items = 1, backend = 'default' }: { steps: number; items?: number; backend?: BackendName },
): Workload {
  return {
    what,
    unit: 'µs/step',
    async measure(tree) {
      const simulator = await tree.ndl.Simulator.create(configured(tree, make(tree), backend), {
        ...(items > 1 && { minibatchSize: items }),
      });
      await warmedUp(() => simulator.runSteps(Math.min(steps, 100)));
      simulator.clearProbes();
      const speeds = await repeated(async () => {
        const milliseconds = await timed(() => simulator.runSteps(steps));
        simulator.clearProbes();
        return (1000 * milliseconds) / steps;
      });
      await simulator.dispose();
      return speeds;
    },
  };
}

/** A simulator to train, and one call of its training. */
export interface Training {
  readonly simulator: Simulator;
  readonly minibatches: number;
  train(): Promise<unknown>;
}

/** Milliseconds of one minibatch. */
export function training(what: string, prepare: (tree: Tree) => Promise<Training>): Workload {
  return {
    what,
    unit: 'ms',
    async measure(tree) {
      const { simulator, minibatches, train } = await prepare(tree);
      await warmedUp(train);
      const milliseconds = await repeated(() => timed(train));
      await simulator.dispose();
      return milliseconds / minibatches;
    },
  };
}

/** The network, on this backend: as a setting of its own, which older trees know too. */
export function configured({ ndl }: Tree, network: Network, backend: BackendName): Network {
  if (backend === 'tfjs wasm')
    network.within(() => ndl.configureSettings({ backend: ndl.TFJS_BACKEND, sessionConfig: { engine: 'wasm' } }));
  return network;
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await call();
  return performance.now() - began;
}

/** The median of a few repetitions. */
async function repeated(call: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) values.push(await call());
  return median(values);
}
