/** @file What the end-to-end tests share: simulators on the reference backend in float64, comparisons by bits, refusals. */
import { expect } from 'vitest';
import { readGolden } from '../../golden/networks/read-golden.ts';
import type { GoldenFile } from '@ndl/golden';
import {
  REFERENCE_BACKEND,
  Simulator,
  type NdArray,
  type Network,
  type Settings,
  type SimulatorOptions,
} from './index.ts';

/** A simulator on the reference backend in float64, where nothing else is asked for. */
export function simulate(
  network: Network,
  settings: Partial<Settings> = {},
  options: SimulatorOptions = {},
): Promise<Simulator> {
  return Simulator.create(network, {
    ...options,
    settings: { backend: REFERENCE_BACKEND, dtype: 'float64', ...settings },
  });
}

/** An error with this code, and with this in its message. */
export function failing(code: string, text: string | RegExp = ''): unknown {
  const message: unknown = typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text);
  return expect.objectContaining({ code, message });
}

/** The bits of numbers: equal only where -0 and 0, and every last digit, are equal. */
export function bitsOf(numbers: ArrayLike<number>): readonly bigint[] {
  return [...new BigUint64Array(Float64Array.from(numbers).buffer)];
}

/** All parameters of a simulator as bits, by name. */
export function parameterBits(simulator: Simulator): ReadonlyMap<string, readonly bigint[]> {
  const { graph, data } = simulator;
  const bits = new Map<string, readonly bigint[]>();
  const note = (name: string, array: NdArray | null): void => {
    if (array !== null) bits.set(name, bitsOf(array.data));
  };
  [...graph.ensembles.keys()].forEach((ensemble, index) => {
    const { scaledEncoders, bias } = data.get(ensemble);
    note(`encoders of ${ensemble.label ?? index}`, scaledEncoders);
    note(`biases of ${ensemble.label ?? index}`, bias);
  });
  [...graph.connections.keys()].forEach((object, index) => {
    if (object.kind === 'connection') note(`weights of ${object.label ?? index}`, data.get(object).weights);
  });
  return bits;
}

/** The names under which two sets of parameters differ. */
export function movedBetween(
  before: ReturnType<typeof parameterBits>,
  after: ReturnType<typeof parameterBits>,
): readonly string[] {
  return [...before.keys()].filter((name) => before.get(name)!.join() !== after.get(name)!.join());
}

/** Some networks as Nengo 4.1 ran them, which are small. */
export const goldenSample: readonly string[] = [
  'lif_sine',
  'lifrate_2d',
  'integrator',
  'integrator_rate',
  'alpha_ens',
  'nosolver_replay',
  'slicing',
  'product',
  'cconv',
  'pes',
  'pes_rate_node',
  'bcm_oja',
  'voja',
  'synapses',
  'processes',
  'neuron_zoo',
  'adaptive_lif',
  'izhikevich',
];

/** All networks as Nengo 4.1 ran them, of kinds that ndl has. */
export const goldenNetworks: readonly string[] = [
  ...goldenSample,
  'assoc_and_memory',
  'basal_ganglia',
  'conv_neurons',
  'sparse',
];

const goldenFiles = new Map<string, GoldenFile>();

/** A golden network by name, read once. */
export function goldenNetwork(name: string): GoldenFile {
  const file = goldenFiles.get(name) ?? readGolden<GoldenFile>(name);
  goldenFiles.set(name, file);
  return file;
}
