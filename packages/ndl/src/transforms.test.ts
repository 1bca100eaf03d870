/** @file Transforms that keep their arrays, at work: the same bits everywhere, right gradients, trained, shared and frozen. */
import { NdArray } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { sampleSize } from '../../../tools/sample-size.ts';
import {
  Connection,
  convolution,
  convolutionTranspose,
  Ensemble,
  GREEDY_PLANNER,
  Network,
  Node,
  NOOP_PLANNER,
  Probe,
  sigmoid,
  sparse,
  TFJS_BACKEND,
  TRANSITIVE_PLANNER,
  uniform,
  WASM_BACKEND,
  type Settings,
  type Transform,
} from './index.ts';
import { bitsOf, simulate } from './reference-simulator.test-helper.ts';

/** Transforms of every sort, by what is special about them. */
const TRANSFORMS: Readonly<Record<string, () => Transform>> = {
  'sparse, with entries that add up': () =>
    sparse([3, 8], { rows: [2, 0, 2, 2], columns: [1, 7, 1, 4] }, [0.5, -1, 0.25, 2]),
  'a convolution': () => convolution(2, [2, 4, 1], { kernelSize: [2, 3] }),
  'a convolution with a border, in groups, channels first': () =>
    convolution(2, [2, 4], { kernelSize: 3, padding: 'same', groups: 2, strides: 2, channelsLast: false }),
  'a transposed convolution': () => convolutionTranspose(1, [4, 2], { kernelSize: 3, strides: 2 }),
  'a transposed convolution that is cut': () => convolutionTranspose(2, [2, 2, 2], { kernelSize: 3, padding: 'same' }),
  'sparse, drawn': () => sparse([9, 8], { rows: [0, 8, 3, 3, 7], columns: [0, 7, 3, 2, 3] }, uniform(-1, 1)),
};

const STEPS = 6;

/** Each transform from a slice of a node, from values that are decoded, and from neurons to neurons that others follow. */
function everywhere(transforms: readonly Transform[]) {
  return new Network({ seed: 4 }).within((net) => {
    const stimulus = new Node(new Float64Array(16), { label: 'stimulus' });
    const probes = transforms.flatMap((transform) => {
      const [rows, columns] = transform.shape;
      const from = new Ensemble({ nNeurons: columns, dimensions: 1, neuronType: sigmoid() });
      const to = new Ensemble({ nNeurons: rows, dimensions: 1, neuronType: sigmoid() });
      const decoding = new Ensemble({ nNeurons: 6, dimensions: columns, neuronType: sigmoid() });
      const [seen, decoded] = [new Node({ sizeIn: rows }), new Node({ sizeIn: rows })];
      new Connection(stimulus.slice(0, 2 * columns, 2), seen, { transform, synapse: null });
      new Connection(stimulus.slice(0, columns), from.neurons, { synapse: null });
      new Connection(from.neurons, to.neurons, { transform, synapse: 0.002 });
      new Connection(stimulus.slice(0, columns), decoding, { synapse: null });
      new Connection(decoding, decoded, { transform, synapse: null });
      return [new Probe(seen), new Probe(to.neurons), new Probe(decoded)];
    });
    return { net, stimulus, probes };
  });
}

const wave = (items: number): NdArray =>
  new NdArray(
    Float64Array.from({ length: items * STEPS * 16 }, (_, index) => ((index * 7919) % 101) / 50 - 1),
    [items, STEPS, 16],
  );

/** Others than the default: some in the gate, all in `npm run check`. */
const VARIANTS: readonly Partial<Settings>[] = [
  { backend: WASM_BACKEND, simplifications: [], planner: NOOP_PLANNER },
  { planner: GREEDY_PLANNER },
  { planner: TRANSITIVE_PLANNER, backend: WASM_BACKEND },
  { backend: WASM_BACKEND },
].slice(0, sampleSize(2, 4));

describe('transforms in every position', () => {
  const record = async (settings: Partial<Settings>) => {
    const { net, stimulus, probes } = everywhere(Object.values(TRANSFORMS).map((make) => make()));
    await using sim = await simulate(net, settings, { minibatchSize: 2 });
    await sim.runSteps(STEPS, { inputs: [[stimulus, wave(2)]] });
    return probes.map((probe) => Float64Array.from(sim.data.get(probe).data));
  };
  const bits = (recorded: readonly ArrayLike<number>[]): readonly string[] =>
    recorded.map((data) => bitsOf(data).join());

  test('have the same bits under every planner and simplification, on both backends that promise bits', async () => {
    const expected = bits(await record({}));
    expect(new Set(expected).size).toBe(expected.length);
    for (const settings of VARIANTS) expect(bits(await record(settings))).toEqual(expected);
  });

  test('compute on TensorFlow.js what they compute in double precision, to single precision', async () => {
    const exact = await record({});
    const got = await record({ backend: TFJS_BACKEND, sessionConfig: { engine: 'cpu' }, dtype: 'float32' });
    exact.forEach((data, index) => {
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      data.forEach((value, at) => expect(Math.abs(got[index]![at]! - value)).toBeLessThanOrEqual(1e-4 * largest));
    });
  });
});

describe.each(Object.entries(TRANSFORMS))('%s', (_, make) => {
  test('has the gradients that central differences give, of its parameter and of what comes in', async () => {
    const { net, stimulus } = everywhere([make()]);
    for (const settings of [{}, { backend: WASM_BACKEND }].slice(0, sampleSize(1, 2))) {
      await using sim = await simulate(net, settings, { minibatchSize: 2 });
      const { elementsChecked } = await sim.checkGradients({ inputs: [[stimulus, wave(2)]] });
      expect(elementsChecked).toBeGreaterThan(0);
    }
  });
});
