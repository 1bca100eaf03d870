/** @file The subject `backends`: steps and training images per second on each backend. */
import { REFERENCE_BACKEND, TFJS_BACKEND, WASM_BACKEND, type Network } from 'ndl';
import { measureRun, measureTraining, type Setup } from './measure.ts';
import { circularConvolution, integrator, single } from './networks.ts';
import type { Row, Subject } from './report.ts';

const SETUPS: readonly Setup[] = [
  { name: 'reference float64', settings: { backend: REFERENCE_BACKEND, dtype: 'float64' } },
  { name: 'reference float32', settings: { backend: REFERENCE_BACKEND } },
  { name: 'wasm float64', settings: { backend: WASM_BACKEND, dtype: 'float64' } },
  { name: 'wasm float32', settings: { backend: WASM_BACKEND } },
  { name: 'tfjs wasm', settings: { backend: TFJS_BACKEND, sessionConfig: { engine: 'wasm' } } },
  { name: 'tfjs cpu', settings: { backend: TFJS_BACKEND, sessionConfig: { engine: 'cpu' } } },
];

/** What is run, and for how many steps. */
export const NETWORKS: readonly { readonly make: () => Network; readonly steps: number }[] = [
  { make: () => single(50), steps: 1000 },
  { make: () => single(1000), steps: 500 },
  { make: () => circularConvolution(16, 50), steps: 200 },
  { make: () => integrator(16, 100), steps: 200 },
];

const TRAINING_IMAGES = 1000;

export const backends: Subject = {
  heading: 'Backends:',
  digits: 0,
  async measure() {
    const rows: Row[] = [];
    for (const { make, steps } of NETWORKS) {
      const values: Record<string, number> = {};
      for (const setup of SETUPS) values[setup.name] = (await measureRun(make(), setup, steps)).stepsPerSecond;
      rows.push({ what: make().label!, unit: 'steps/s', values });
    }
    const values: Record<string, number> = {};
    for (const setup of SETUPS) values[setup.name] = await measureTraining(setup, TRAINING_IMAGES);
    return [...rows, { what: 'training, 784-128-10', unit: 'images/s', values }];
  },
};
