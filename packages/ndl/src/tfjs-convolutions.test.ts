/** @file Convolutions that tfjs computes by operations of its own are those of the law, and so are their gradients. */
import { expect, test } from 'vitest';
import {
  choice,
  Connection,
  convolution,
  convolutionTranspose,
  Ensemble,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  rectifiedLinear,
  sgd,
  TFJS_BACKEND,
  type Convolution,
  type ConvolutionTranspose,
  type Settings,
} from './index.ts';
import { simulate } from './reference-simulator.test-helper.ts';

const LAYERS: Readonly<Record<string, () => Convolution | ConvolutionTranspose>> = {
  'windows of an image': () => convolution(8, [8, 9, 4]),
  'one channel, one filter': () => convolution(1, [20, 20, 1], { kernelSize: 5 }),
  'strides, and pixels beyond the last window': () => convolution(8, [14, 13, 4], { strides: [2, 3] }),
  dilation: () => convolution(8, [11, 10, 4], { dilation: [2, 3] }),
  'a border': () => convolution(8, [8, 7, 4], { padding: 'same' }),
  'channels first': () => convolution(8, [4, 8, 8], { channelsLast: false, strides: 2 }),
  'one dimension': () => convolution(16, [60, 4], { kernelSize: 4, strides: 3 }),
  // As products, since tfjs has none.
  'strides and dilation': () => convolution(8, [13, 13, 4], { strides: 2, dilation: 2 }),
  groups: () => convolution(8, [9, 9, 8], { groups: 2 }),
  'three dimensions': () => convolution(8, [5, 5, 5, 4], { kernelSize: 2 }),
  transposed: () => convolutionTranspose(4, [6, 6, 8], { strides: 2 }),
};

const ITEMS = 3;
const ENGINES: readonly Partial<Settings>[] = [
  { backend: REFERENCE_BACKEND, dtype: 'float64' },
  { backend: TFJS_BACKEND, dtype: 'float32', sessionConfig: { engine: 'wasm' } },
  { backend: TFJS_BACKEND, dtype: 'float32', sessionConfig: { engine: 'cpu' } },
];

/** Two layers, so that gradients pass through the second one to the kernel of the first. */
function networkOf(transform: ReturnType<(typeof LAYERS)[string]>) {
  return new Network({ seed: 1 }).within((net) => {
    const input = new Node(new Float64Array(transform.input.size));
    const [before, after] = [transform.input.size, transform.output.size].map(
      (nNeurons) =>
        new Ensemble({
          nNeurons,
          dimensions: 1,
          neuronType: rectifiedLinear(),
          gain: choice([1]),
          bias: choice([0.25]),
        }),
    );
    new Connection(input, before!.neurons, { synapse: null });
    new Connection(before!.neurons, after!.neurons, { transform, synapse: null });
    return { net, input, probe: new Probe(after!.neurons) };
  });
}

const waves = (length: number, pace: number): Float64Array =>
  Float64Array.from({ length }, (_, index) => Math.sin(pace * index) + 0.5);

test.each(Object.entries(LAYERS))('%s', async (_, make) => {
  const results: (readonly Float64Array[])[] = [];
  for (const settings of ENGINES) {
    const { net, input, probe } = networkOf(make());
    await using sim = await simulate(net, settings, { minibatchSize: ITEMS });
    const shaped = (size: number, pace: number) =>
      Array.from({ length: ITEMS }, (_each, item) => [...waves(size, pace + item)]);
    const data = [[input, shaped(input.sizeOut, 1)]] as const;
    const targets = [[probe, shaped(probe.sizeIn, 2)]] as const;
    const before = (await sim.predict(data, { steps: 2 })).get(probe)!;
    await sim.train(data, { targets, optimizer: sgd({ learningRate: 0.5 }), epochs: 3, steps: 2 });
    const after = (await sim.predict(data, { steps: 2 })).get(probe)!;
    results.push([before, after].map((values) => Float64Array.from(values.data)));
  }
  const [[law, trained], ...others] = results as [readonly [Float64Array, Float64Array], ...typeof results];
  const moved = law.reduce((sum, value, index) => sum + Math.abs(value - trained[index]!), 0) / law.length;
  expect(moved).toBeGreaterThan(1e-3);
  const scale = Math.max(...law.map(Math.abs), ...trained.map(Math.abs));
  for (const other of others)
    [law, trained].forEach((expected, which) =>
      expected.forEach((value, index) => expect(Math.abs(other[which]![index]! - value)).toBeLessThan(1e-5 * scale)),
    );
});
