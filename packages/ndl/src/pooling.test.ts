/** @file Pooling at work: against a plain loop over windows, the same bits everywhere, right gradients. */
import { NdArray } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import {
  applyProcess,
  averagePooling,
  Connection,
  Ensemble,
  maxPooling,
  Network,
  Node,
  NOOP_PLANNER,
  Probe,
  sigmoid,
  TFJS_BACKEND,
  WASM_BACKEND,
  type AveragePooling,
  type MaxPooling,
} from './index.ts';
import { bitsOf, simulate } from './reference-simulator.test-helper.ts';

const POOLINGS: Readonly<Record<string, () => MaxPooling | AveragePooling>> = {
  'the greatest of pairs': () => maxPooling([6, 2]),
  'the greatest of squares that overlap': () => maxPooling([5, 4, 2], { poolSize: 3, strides: [2, 1] }),
  'the greatest, beyond the border, channels first': () =>
    maxPooling([2, 5, 3], { poolSize: [3, 2], strides: 2, padding: 'same', channelsLast: false }),
  'the greatest of elements that are apart': () =>
    maxPooling([7, 1], { poolSize: 3, strides: 2, dilation: 2, padding: [[1, 2]] }),
  'the greatest of all': () => maxPooling([5, 5, 1], { poolSize: 5 }),
  'the greatest of long windows': () => maxPooling([19, 1], { poolSize: 19 }),
  'what is there already': () => maxPooling([3, 2], { poolSize: 1 }),
  'the mean of squares': () => averagePooling([4, 4, 2]),
  'the mean of cubes, channels first': () =>
    averagePooling([2, 3, 3, 3], { poolSize: 2, strides: 1, channelsLast: false }),
  'the mean of what is there': () => averagePooling([5, 3, 1], { poolSize: 3, strides: 2, padding: 'same' }),
  'the mean with a border of zeros': () =>
    averagePooling([4, 2], { poolSize: 3, strides: 2, padding: [[1, 1]], countBorder: true }),
};

/** Word for word what pooling says, in loops. */
function looped(pooling: MaxPooling | AveragePooling, image: Float64Array): number[] {
  const { input, output, poolSize, strides, dilation, border } = pooling;
  const at = (shape: typeof input, position: readonly number[], channel: number): number =>
    shape.channelsLast
      ? position.reduce((place, p, axis) => place * shape.spatial[axis]! + p, 0) * shape.channels + channel
      : position.reduce((place, p, axis) => place * shape.spatial[axis]! + p, channel);
  const positionsOf = (sizes: readonly number[]): number[][] =>
    sizes.reduce<number[][]>(
      (known, size) => known.flatMap((position) => Array.from({ length: size }, (_, next) => [...position, next])),
      [[]],
    );
  const result = new Array<number>(output.size);
  for (const position of positionsOf(output.spatial))
    for (let channel = 0; channel < input.channels; channel++) {
      const seen = positionsOf(poolSize)
        .map((tap) => tap.map((t, axis) => position[axis]! * strides[axis]! - border[axis]![0] + t * dilation[axis]!))
        .filter((place) => place.every((p, axis) => p >= 0 && p < input.spatial[axis]!))
        .map((place) => image[at(input, place, channel)]!);
      const count =
        pooling.kind === 'averagePooling' && pooling.countBorder ? poolSize.reduce((a, b) => a * b) : seen.length;
      result[at(output, position, channel)] =
        pooling.kind === 'maxPooling' ? Math.max(...seen) : seen.reduce((a, b) => a + b) / count;
    }
  return result;
}

const picture = (size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => ((i * 7919) % 101) / 50 - 1);

test.each(Object.entries(POOLINGS))('%s', (_, make) => {
  const pooling = make();
  const image = picture(pooling.input.size);
  const given = applyProcess(pooling, [Array.from(image)]);
  looped(pooling, image).forEach((value, index) => expect(given.data[index]).toBeCloseTo(value, 12));
});

/** Some of them behind neurons, so that gradients have far to go. */
function everywhere(names: readonly string[] = Object.keys(POOLINGS)) {
  return new Network({ seed: 4 }).within((net) => {
    const stimulus = new Node(new Float64Array(200), { label: 'stimulus' });
    const probes = names.map((name) => {
      const pooling = POOLINGS[name]!();
      const from = new Ensemble({ nNeurons: pooling.input.size, dimensions: 1, neuronType: sigmoid() });
      const pooled = new Node(pooling);
      new Connection(stimulus.slice(0, pooling.input.size), from.neurons, { synapse: null });
      new Connection(from.neurons, pooled, { synapse: null });
      return new Probe(pooled);
    });
    return { net, stimulus, probes };
  });
}

const shown = (items: number): NdArray =>
  new NdArray(
    Float64Array.from({ length: items * 3 * 200 }, (_, i) => ((i * 7919) % 101) / 50 - 1),
    [items, 3, 200],
  );

describe('in a network', () => {
  const record = async (settings: Parameters<typeof simulate>[1]): Promise<readonly Float64Array[]> => {
    const { net, stimulus, probes } = everywhere();
    await using sim = await simulate(net, settings, { minibatchSize: 2 });
    await sim.runSteps(3, { inputs: [[stimulus, shown(2)]] });
    return probes.map((probe) => Float64Array.from(sim.data.get(probe).data));
  };

  test('backends and planners agree, bit by bit where they promise it', async () => {
    const wanted = await record({});
    for (const settings of [{ backend: WASM_BACKEND }, { planner: NOOP_PLANNER }])
      expect((await record(settings)).map((data) => bitsOf(data))).toEqual(wanted.map((data) => bitsOf(data)));
    const single = await record({ backend: TFJS_BACKEND, sessionConfig: { engine: 'cpu' }, dtype: 'float32' });
    single.forEach((data, at) =>
      data.forEach((value, index) => expect(Math.abs(value - wanted[at]![index]!)).toBeLessThan(1e-3)),
    );
  });

  test('gradients are those of central differences', async () => {
    const { net, stimulus } = everywhere([
      'the greatest, beyond the border, channels first',
      'the mean of what is there',
    ]);
    await using sim = await simulate(net, { backend: WASM_BACKEND }, { minibatchSize: 2 });
    const { elementsChecked } = await sim.checkGradients({ inputs: [[stimulus, shown(2)]] });
    expect(elementsChecked).toBeGreaterThan(0);
  });
});

test.each<[string, () => unknown, string, string]>([
  ['a window larger than the image', () => maxPooling([3, 1], { poolSize: 4 }), 'INVALID_OPTION', 'poolSize'],
  ['an image without channels', () => maxPooling([3]), 'INVALID_OPTION', 'inputShape'],
  ['strides of zero', () => averagePooling([4, 1], { strides: 0 }), 'INVALID_OPTION', 'strides'],
  ['sizes for too many dimensions', () => averagePooling([4, 1], { poolSize: [2, 2] }), 'SHAPE_MISMATCH', 'poolSize'],
  ['a padding of another name', () => maxPooling([4, 1], { padding: 'full' as never }), 'INVALID_OPTION', "'same'"],
  [
    'a border for another image',
    () =>
      maxPooling([4, 1], {
        padding: [
          [0, 0],
          [1, 1],
        ],
      }),
    'SHAPE_MISMATCH',
    'padding',
  ],
  [
    'windows that see nothing',
    () => maxPooling([2, 1], { poolSize: 2, padding: [[4, 0]] }),
    'INVALID_OPTION',
    'sees none',
  ],
  ['a wrong name', () => maxPooling([4, 1], { stride: 2 } as never), 'UNKNOWN_OPTION', 'strides'],
])('%s is refused', (_, make, code, text) => {
  expect(make).toThrow(expect.objectContaining({ code, message: expect.stringContaining(text) as string }) as Error);
});
