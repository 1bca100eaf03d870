/** @file Work that is called again and again, to be measured in turns with other settings: in Node, or in a page. */
import {
  adam,
  Connection,
  Ensemble,
  lifRate,
  ndarray,
  Network,
  Node,
  Probe,
  Simulator,
  uniform,
  type Settings,
} from 'ndl';
import { preparedClassifier, type ClassifierParts, type Images } from './layers.ts';

const PARTS: ClassifierParts = {
  adam,
  Connection,
  Ensemble,
  lifRate,
  ndarray,
  Network,
  Node,
  Probe,
  Simulator,
  uniform,
};

/** What is called again and again, and how much it does. */
export interface Repeated extends AsyncDisposable {
  readonly amount: number;
  call(): Promise<unknown>;
}

/** Work that is measured with some settings or others. */
export interface Work {
  readonly what: string;
  readonly unit: string;
  prepare(settings: Partial<Settings>): Promise<Repeated>;
}

/** Steps of a network. */
export function running(what: string, make: () => Network, { items, steps }: { items: number; steps: number }): Work {
  return {
    what,
    unit: 'ms/step',
    async prepare(settings) {
      const simulator = await Simulator.create(make(), { settings, minibatchSize: items, onWarning: () => {} });
      return {
        amount: steps,
        async call() {
          await simulator.runSteps(steps);
          simulator.clearProbes();
        },
        [Symbol.asyncDispose]: () => simulator.dispose(),
      };
    },
  };
}

/** Minibatches of a classifier. */
export function learning(images: Images): Work {
  return {
    what: `training 784-1000-10, ${images}`,
    unit: 'ms/minibatch',
    async prepare(settings) {
      const { simulator, minibatches, train } = await preparedClassifier({ ndl: PARTS }, images, settings);
      return { amount: minibatches, call: train, [Symbol.asyncDispose]: () => simulator.dispose() };
    },
  };
}

/** Milliseconds of the wall for each part of the amount. */
export async function timed({ amount, call }: Repeated): Promise<number> {
  const began = performance.now();
  await call();
  return (performance.now() - began) / amount;
}
