/** @file Layers of tf.layers one by one, and as graphs: each computes here what it computes there, verifies, and goes back. */
import * as tf from '@tensorflow/tfjs-layers';
import { withTensors } from '@ndl/backend-tfjs/tensor-node';
import { Simulator } from 'ndl';
import { NdArray, sizeOf } from '@ndl/numerics';
import { expect, test } from 'vitest';
import { convert, type Conversion } from './index.ts';

const { layers: L } = tf;
const core = withTensors((tensors) => tensors);

const numbers = (...shape: number[]): NdArray =>
  new NdArray(
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7919) % 101) / 40 - 1.25),
    shape,
  );

const biased = { biasInitializer: 'randomNormal' } as const;
const normalized = { movingMeanInitializer: 'randomNormal', betaInitializer: 'randomNormal' } as const;

const chain = (...layers: tf.layers.Layer[]): tf.LayersModel => tf.sequential({ layers });

type Apply = (layer: tf.layers.Layer, ...from: tf.SymbolicTensor[]) => tf.SymbolicTensor;
const apply: Apply = (layer, ...from) => layer.apply(from.length === 1 ? from[0]! : from) as tf.SymbolicTensor;

/** A model of one input. */
function graph(shape: readonly number[], build: (x: tf.SymbolicTensor) => tf.SymbolicTensor): tf.LayersModel {
  const input = tf.input({ shape: [...shape] });
  return tf.model({ inputs: input, outputs: build(input) });
}

function predicted(model: tf.LayersModel, x: NdArray): Float64Array {
  return withTensors((tensors) => {
    const made = model.predict(tensors.tensor(Float32Array.from(x.data), [...x.shape])) as ReturnType<
      typeof core.tensor
    >;
    return Float64Array.from(made.dataSync());
  });
}

async function run({ network, inputs, outputs }: Conversion, x: NdArray): Promise<NdArray> {
  await using sim = await Simulator.create(network);
  return (await sim.predict([[inputs[0]!, x.reshape([x.shape[0]!, x.size / x.shape[0]!])]], { steps: 1 })).get(
    outputs[0]!,
  )!;
}

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);
}

const ACTIVATIONS = [
  'relu',
  'relu6',
  'elu',
  'selu',
  'sigmoid',
  'hardSigmoid',
  'softmax',
  'logSoftmax',
  'softplus',
  'softsign',
  'swish',
  'mish',
  'gelu',
  'gelu_new',
] as const;

const square = (shape: number): tf.LayersModel =>
  graph([shape], (x) => apply(L.add(), x, apply(L.dense({ units: shape, activation: 'relu', ...biased }), x)));

/** Models, with the shape of what comes in. */
const MODELS: Readonly<Record<string, readonly [make: () => tf.LayersModel, shape: readonly number[]]>> = {
  ...Object.fromEntries(
    ACTIVATIONS.map((activation): [string, [() => tf.LayersModel, number[]]] => [
      activation,
      [
        () =>
          chain(
            L.dense({ units: 4, inputShape: [3], activation: activation as 'relu', ...biased }),
            L.activation({ activation: activation as 'relu' }),
          ),
        [3],
      ],
    ]),
  ),
  'a graph within a graph': [
    () => graph([4], (x) => apply(L.dense({ units: 2 }), apply(square(4), apply(L.reLU(), x)))),
    [4],
  ],
  'a model that is called three times, and is an output': [
    () =>
      graph([4], (x) => {
        const shared = square(4);
        const within = chain(L.dense({ units: 4, inputShape: [4] }), L.reLU()) as tf.layers.Layer;
        return apply(shared, apply(L.add(), apply(within, apply(shared, x)), apply(shared, apply(within, x))));
      }),
    [4],
  ],
  'a layer that is called twice': [
    () =>
      graph([4], (x) => {
        const shared = L.dense({ units: 4, activation: 'tanh', ...biased });
        return apply(L.concatenate(), apply(shared, apply(shared, x)), x);
      }),
    [4],
  ],
  'a size that is left open': [
    () => chain(L.reshape({ targetShape: [null as never, 2], inputShape: [4, 3] }), L.dense({ units: 2 })),
    [4, 3],
  ],
  'a layer of several inputs that ndl does not know': [
    () => graph([4], (x) => apply(L.dot({ axes: 1 }), x, apply(L.dense({ units: 4 }), x))),
    [4],
  ],
  'images of each step': [
    () =>
      chain(
        L.timeDistributed({
          layer: L.conv2d({ kernelSize: 2, filters: 3, ...biased }),
          inputShape: [3, 5, 4, 2],
        }),
        L.timeDistributed({ layer: L.batchNormalization(normalized) }),
        L.timeDistributed({ layer: L.elu() }),
        L.timeDistributed({ layer: L.globalAveragePooling2d({}) }),
      ),
    [3, 5, 4, 2],
  ],
  'vectors that are repeated, images that are cut': [
    () =>
      chain(
        L.repeatVector({ n: 3, inputShape: [8] }),
        L.reshape({ targetShape: [4, 3, 2] }),
        L.cropping2D({
          cropping: [
            [1, 0],
            [0, 1],
          ],
        }),
        L.thresholdedReLU({ theta: 0.25 }),
      ),
    [8],
  ],
};

test.each(Object.entries(MODELS))('%s', async (_, [make, shape]) => {
  const model = make();
  const x = numbers(3, ...shape);
  const wanted = predicted(model, x);
  const conversion = await convert(model);
  expect(farthest((await run(conversion, x)).data, wanted)).toBeLessThan(1e-5);
  expect((await conversion.verify(x)).passed).toBe(true);
  expect(farthest(predicted(await conversion.toLayersModel(tf), x), wanted)).toBeLessThan(1e-5);
});

test('depthwise convolutions of each step compute what they do, and have no way back', async () => {
  const layer = L.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 });
  const model = chain(L.timeDistributed({ layer, inputShape: [3, 5, 4, 2] }));
  const x = numbers(3, 3, 5, 4, 2);
  const conversion = await convert(model);
  expect(farthest((await run(conversion, x)).data, predicted(model, x))).toBeLessThan(1e-5);
  await expect(conversion.toLayersModel(tf)).rejects.toMatchObject({ code: 'LAYER_UNSUPPORTED' });
});

test('normalization along another axis than the last, which engines of TensorFlow.js get wrong, goes back as what it is', async () => {
  const model = chain(L.batchNormalization({ axis: 1, inputShape: [2, 3, 2], epsilon: 0.5, ...normalized }));
  const [gamma, beta, mean, variance] = model.getWeights().map((weight) => weight.dataSync());
  const x = numbers(2, 2, 3, 2);
  const wanted = Float64Array.from(x.data, (value, at) => {
    const channel = Math.floor(at / 6) % 2;
    const centred = (value - mean![channel]!) / Math.sqrt(variance![channel]! + 0.5);
    return centred * gamma![channel]! + beta![channel]!;
  });
  const conversion = await convert(model);
  expect(farthest((await run(conversion, x)).data, wanted)).toBeLessThan(1e-5);
  expect(farthest(predicted(await conversion.toLayersModel(tf), x), wanted)).toBeLessThan(1e-5);
});
