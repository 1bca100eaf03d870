/** @file Models of tf.layers become networks that compute the same, in rates and in spikes, and go back. */
import * as tf from '@tensorflow/tfjs-layers';
import { withTensors } from '@ndl/backend-tfjs/tensor-node';
import { lif, rectifiedLinear, Simulator, spikingRectifiedLinear, type SimulatorOptions } from 'ndl';
import { isNdlError, NdArray, sizeOf } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { convert, type Conversion, type ConvertOptions } from './index.ts';

const { layers: L } = tf;
const core = withTensors((tensors) => tensors);
type Model = tf.LayersModel;

const numbers = (...shape: number[]): NdArray =>
  new NdArray(
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7919) % 101) / 50 - 1),
    shape,
  );

const biased = { biasInitializer: 'randomNormal' } as const;
const normalized = { movingMeanInitializer: 'randomNormal', betaInitializer: 'randomNormal' } as const;

const chain = (...layers: tf.layers.Layer[]): Model => tf.sequential({ layers });

/** What the model itself gives. */
function predicted(model: Model, x: NdArray): Float64Array {
  return withTensors((tensors) => {
    const made = model.predict(tensors.tensor(Float32Array.from(x.data), [...x.shape])) as ReturnType<
      typeof core.tensor
    >;
    return Float64Array.from(made.dataSync());
  });
}

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);
}

async function run(conversion: Conversion, x: NdArray, steps = 1, options: SimulatorOptions = {}): Promise<NdArray> {
  await using sim = await Simulator.create(conversion.network, options);
  const rows = x.reshape([x.shape[0]!, x.size / x.shape[0]!]);
  const result = await sim.predict([[conversion.inputs[0]!, rows]], { steps, lastStepOnly: true });
  return result.get(conversion.outputs[0]!)!;
}

/** What the model computes that a conversion goes back to; of what is unrolled there is none, as tf.layers has no slices. */
async function backAndForth(conversion: Conversion, x: NdArray, wanted: Float64Array): Promise<Float64Array> {
  try {
    return predicted(await conversion.toLayersModel(tf), x);
  } catch (error) {
    if (isNdlError(error, 'LAYER_UNSUPPORTED') && error.message.startsWith('SimpleRNN')) return wanted;
    throw error;
  }
}

/** Models, with the shape of what comes in. */
const MODELS: Readonly<
  Record<string, readonly [make: () => Model, shape: readonly number[], options?: ConvertOptions]>
> = {
  'dense layers': [
    () =>
      chain(L.dense({ units: 8, inputShape: [5], activation: 'relu', ...biased }), L.dense({ units: 3, ...biased })),
    [5],
  ],
  'convolution, normalization, pooling, dropout': [
    () =>
      chain(
        L.conv2d({ filters: 3, kernelSize: 3, inputShape: [8, 7, 2], padding: 'same', strides: 2, ...biased }),
        L.batchNormalization(normalized),
        L.reLU(),
        L.maxPooling2d({ poolSize: 2, strides: 1 }),
        L.averagePooling2d({ poolSize: 2, padding: 'same' }),
        L.dropout({ rate: 0.5 }),
        L.flatten(),
        L.dense({ units: 4, activation: 'sigmoid', ...biased }),
        L.dense({ units: 2, activation: 'tanh' }),
      ),
    [8, 7, 2],
  ],
  'normalization after neurons, global pooling, softmax': [
    () =>
      chain(
        L.conv2d({ filters: 3, kernelSize: 2, inputShape: [5, 4, 1], activation: 'relu', ...biased }),
        L.batchNormalization(normalized),
        L.globalAveragePooling2d({}),
        L.dense({ units: 4, activation: 'softmax', ...biased }),
      ),
    [5, 4, 1],
  ],
  'a graph with branches': [
    () => {
      const input = tf.input({ shape: [6, 6, 2] });
      const apply = (layer: tf.layers.Layer, ...from: tf.SymbolicTensor[]): tf.SymbolicTensor =>
        layer.apply(from.length === 1 ? from[0]! : from) as tf.SymbolicTensor;
      const left = apply(L.conv2d({ filters: 2, kernelSize: 3, padding: 'same', activation: 'relu' }), input);
      const depth = apply(L.depthwiseConv2d({ kernelSize: 3, padding: 'same' }), input);
      const sum = apply(L.add(), left, apply(L.leakyReLU({ alpha: 0.1 }), depth));
      const beside = apply(L.concatenate(), sum, input);
      const separable = apply(L.separableConv2d({ filters: 3, kernelSize: 3, activation: 'relu' }), beside);
      const spread = apply(
        L.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same', ...biased }),
        separable,
      );
      const larger = apply(
        L.zeroPadding2d({
          padding: [
            [1, 0],
            [0, 2],
          ],
        }),
        apply(L.upSampling2d({ size: [2, 2] }), spread),
      );
      const mean = apply(
        L.average(),
        larger,
        apply(L.multiply(), larger, apply(L.activation({ activation: 'tanh' }), larger)),
      );
      return tf.model({ inputs: input, outputs: apply(L.dense({ units: 2 }), apply(L.flatten(), mean)) });
    },
    [6, 6, 2],
  ],
  'shapes and orders in one dimension': [
    () =>
      chain(
        L.reshape({ targetShape: [4, 3], inputShape: [12] }),
        L.permute({ dims: [2, 1] }),
        L.conv1d({ filters: 4, kernelSize: 2, activation: 'elu', ...biased }),
        L.maxPooling1d({ poolSize: 2 }),
        L.dense({ units: 3, activation: 'relu', ...biased }),
      ),
    [12],
  ],
  'a model within a model': [
    () =>
      chain(
        L.dense({ units: 3, inputShape: [2] }),
        chain(L.dense({ units: 4, inputShape: [3], activation: 'relu', ...biased }), L.dense({ units: 3 })) as never,
        L.dense({ units: 2 }),
      ),
    [2],
  ],
  'what is distributed over time, unrolled': [
    () =>
      chain(
        L.timeDistributed({ layer: L.conv2d({ filters: 2, kernelSize: 2 }), inputShape: [3, 4, 4, 1] }),
        L.timeDistributed({ layer: L.flatten() }),
        L.timeDistributed({ layer: L.dense({ units: 3, activation: 'relu', ...biased }) }),
      ),
    [3, 4, 4, 1],
  ],
  'a recurrent layer, unrolled': [
    () =>
      chain(
        L.simpleRNN({ units: 4, inputShape: [3, 2], recurrentInitializer: 'glorotNormal', ...biased }),
        L.dense({ units: 2 }),
      ),
    [3, 2],
  ],
};

test.each(Object.entries(MODELS))('%s', async (_, [make, shape, options = {}]) => {
  const model = make();
  const x = numbers(2, ...shape);
  const wanted = predicted(model, x);
  const conversion = await convert(model, options);
  const got = await run(conversion, x);
  expect(farthest(got.data, wanted)).toBeLessThan(1e-5);
  const { passed, layers } = await conversion.verify(x);
  expect(passed).toBe(true);
  expect(layers.length).toBeGreaterThan(1);
  expect(farthest(await backAndForth(conversion, x, wanted), wanted)).toBeLessThan(1e-5);
});

test('a temporal model runs step by step, its recurrent layer remembers', async () => {
  const model = chain(
    L.simpleRNN({
      units: 4,
      inputShape: [5, 3],
      returnSequences: true,
      recurrentInitializer: 'glorotNormal',
      ...biased,
    }),
    L.timeDistributed({ layer: L.dense({ units: 2, ...biased }) }),
  );
  const x = numbers(2, 5, 3);
  const conversion = await convert(model, { temporal: true });
  await using sim = await Simulator.create(conversion.network);
  const result = await sim.predict([[conversion.inputs[0]!, x]], { steps: 5 });
  expect(farthest(result.get(conversion.outputs[0]!)!.data, predicted(model, x))).toBeLessThan(1e-5);
  expect((await conversion.verify(x)).passed).toBe(true);
});

describe('a small classifier', () => {
  const seeded = (seed: number) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
  const model = chain(
    L.conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1], activation: 'relu', name: 'features', ...seeded(1) }),
    L.flatten(),
    L.dense({ units: 8, activation: 'relu', name: 'hidden', ...seeded(2) }),
    L.dense({ units: 3, name: 'classes', ...seeded(3) }),
  );
  const x = numbers(3, 6, 6, 1);

  test('in spikes comes close to its rates, closer where it fires more', async () => {
    const wanted = predicted(model, x);
    const off = async (options: ConvertOptions): Promise<number> => {
      const swaps = { swapActivations: { relu: spikingRectifiedLinear() }, synapse: 0.05 };
      return farthest((await run(await convert(model, { ...swaps, ...options }), x, 500)).data, wanted);
    };
    const often = await off({ scaleFiringRates: { data: x, rate: 500 } });
    expect(often).toBeLessThan(0.05);
    expect(await off({})).toBeGreaterThan(often);
  });

  test('scales found from data make the most active neurons fire as often as is asked for', async () => {
    const { scales } = await convert(model, { scaleFiringRates: { data: x, rate: 200, percentile: 100 } });
    expect([...scales.keys()]).toEqual(['features', 'hidden']);
    const most = withTensors((tensors) => {
      const first = model.getLayer('features');
      const made = first.apply(tensors.tensor(Float32Array.from(x.data), [...x.shape])) as ReturnType<
        typeof core.tensor
      >;
      return Math.max(...made.dataSync());
    });
    expect(scales.get('features')! * most).toBeCloseTo(200, 3);
  });

  test('scales change nothing in rates, for one layer or for all', async () => {
    const wanted = predicted(model, x);
    for (const options of [{ scaleFiringRates: 40 }, { scaleFiringRates: { hidden: 7 }, inferenceOnly: true }])
      expect(farthest((await run(await convert(model, options), x)).data, wanted)).toBeLessThan(1e-5);
  });

  test('layers are found by their names, and have the neurons that were asked for', async () => {
    const conversion = await convert(model, { swapActivations: { relu: lif(), hidden: rectifiedLinear() } });
    const place = conversion.layer('features');
    expect(place.kind === 'neurons' && place.ensemble.neuronType.kind).toBe('lif');
    const hidden = conversion.layer('hidden');
    expect(hidden.kind === 'neurons' && hidden.ensemble.neuronType.kind).toBe('rectifiedLinear');
    expect(conversion.layer('classes').kind).toBe('node');
    expect(() => conversion.layer('clases')).toThrow(expect.objectContaining({ code: 'UNKNOWN_LAYER' }) as Error);
  });

  test('as many numbers are trained as in the model, and what was learnt goes back', async () => {
    const conversion = await convert(model);
    await using sim = await Simulator.create(conversion.network);
    const { adam } = await import('ndl');
    const rows = x.reshape([3, 36]);
    const targets = numbers(3, 1, 3);
    await sim.train([[conversion.inputs[0]!, rows]], {
      targets: [[conversion.outputs[0]!, targets]],
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 3,
      steps: 1,
    });
    const after = (await sim.predict([[conversion.inputs[0]!, rows]], { steps: 1 })).get(conversion.outputs[0]!)!;
    expect(farthest(after.data, predicted(model, x))).toBeGreaterThan(1e-3);
    const back = await conversion.toLayersModel(tf, sim);
    expect(farthest(predicted(back, x), after.data)).toBeLessThan(1e-5);
    expect(back.countParams()).toBe(model.countParams());
  });

  test('verify tells where a network parts from a model that has changed', async () => {
    const own = chain(
      L.dense({ units: 3, inputShape: [2], activation: 'relu', name: 'first' }),
      L.dense({ units: 2, name: 'second' }),
    );
    const conversion = await convert(own);
    withTensors((tensors) => own.getLayer('second').setWeights([tensors.ones([3, 2]), tensors.ones([2])]));
    const x = numbers(4, 2);
    await expect(conversion.verify(x)).rejects.toThrow(
      expect.objectContaining({
        code: 'NETWORKS_DIFFER',
        message: expect.stringContaining("'second'") as string,
      }) as Error,
    );
    const { layers, passed } = await conversion.verify(x, { report: true });
    expect(passed).toBe(false);
    expect(layers.filter((layer) => !layer.passed).map(({ name }) => name)).toEqual(['second']);
  });
});

describe('the greatest of a window in spikes', () => {
  const seeded = (seed: number) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
  const x = numbers(3, 6, 6, 1);
  const spiking = { swapActivations: { relu: spikingRectifiedLinear() }, synapse: 0.03 };
  const pooled = (isReadTwice: boolean): Model => {
    const input = tf.input({ shape: [6, 6, 1] });
    const apply = (layer: tf.layers.Layer, ...from: tf.SymbolicTensor[]): tf.SymbolicTensor =>
      layer.apply(from.length === 1 ? from[0]! : from) as tf.SymbolicTensor;
    const kernel = { filters: 2, kernelSize: 3, activation: 'relu', name: 'features', ...seeded(4) } as const;
    const features = apply(L.conv2d(kernel), input);
    const greatest = apply(L.maxPooling2d({ poolSize: 2, name: 'greatest' }), features);
    const beside = isReadTwice
      ? apply(L.concatenate(), apply(L.flatten(), greatest), apply(L.flatten(), features))
      : apply(L.flatten(), greatest);
    return tf.model({ inputs: input, outputs: apply(L.dense({ units: 3, ...seeded(5) }), beside) });
  };

  test('is taken of what comes into neurons, which have the output of both layers', async () => {
    const model = pooled(false);
    const conversion = await convert(model, { ...spiking, scaleFiringRates: { data: x, rate: 1000 } });
    const neurons = conversion.layer('features');
    expect(neurons.kind).toBe('neurons');
    expect(neurons.sizeOut).toBe(2 * 2 * 2);
    expect(conversion.layer('greatest')).toBe(neurons);
    const { passed, layers } = await conversion.verify(x);
    expect(passed).toBe(true);
    expect(layers.map(({ name }) => name)).toContain('features');
    expect(farthest((await run(conversion, x, 300)).data, predicted(model, x))).toBeLessThan(0.03);
    expect(farthest(predicted(await conversion.toLayersModel(tf), x), predicted(model, x))).toBeLessThan(1e-5);
  });

  test('is taken of what neurons put out where another layer reads them, where they do not spike, and where the mean is', async () => {
    for (const [isReadTwice, options] of [
      [true, spiking],
      [false, {}],
      [false, { ...spiking, maxPooling: 'average' }],
    ] as const) {
      const conversion = await convert(pooled(isReadTwice), options);
      expect(conversion.layer('features').sizeOut).toBe(4 * 4 * 2);
      expect(conversion.layer('greatest').kind).toBe('node');
    }
  });
});

describe('what has no counterpart', () => {
  const lstm = (): Model =>
    chain(L.lstm({ units: 2, inputShape: [4, 3], recurrentInitializer: 'glorotNormal' }), L.dense({ units: 2 }));

  test('is computed by TensorFlow.js within the network', async () => {
    const model = lstm();
    const conversion = await convert(model);
    expect(conversion.tensorNodes).toEqual([model.layers[0]!.name]);
    const x = numbers(2, 4, 3);
    expect(farthest((await run(conversion, x)).data, predicted(model, x))).toBeLessThan(1e-5);
  });

  test('is refused by its name where nothing may stand for it', async () => {
    const softmax = chain(L.dense({ units: 2, inputShape: [2], activation: 'softmax', name: 'classes' }));
    await expect(convert(softmax, { fallback: 'refuse' })).rejects.toMatchObject({
      code: 'LAYER_UNSUPPORTED',
      message: expect.stringContaining("'classes'") as string,
    });
  });
});

const tiny = (): Model => chain(L.dense({ units: 2, inputShape: [2], activation: 'sigmoid', name: 'only' }));

test.each<[string, () => Promise<unknown>, string, string]>([
  ['nothing to convert', () => convert(undefined as never), 'INVALID_OPTION', 'tf.layers'],
  ['a wrong name', () => convert(tiny(), { synapses: 0.1 } as never), 'UNKNOWN_OPTION', 'synapse'],
  ['a scale of zero', () => convert(tiny(), { scaleFiringRates: 0 }), 'INVALID_OPTION', 'scaleFiringRates'],
  ['a scale of an unknown layer', () => convert(tiny(), { scaleFiringRates: { onyl: 2 } }), 'UNKNOWN_LAYER', 'only'],
  [
    'a scale of neurons without an amplitude',
    () => convert(tiny(), { scaleFiringRates: { only: 2 } }),
    'INVALID_OPTION',
    'amplitude',
  ],
  [
    'a swap of what is not there',
    () => convert(tiny(), { swapActivations: { relu: lif() } }),
    'INVALID_OPTION',
    'sigmoid',
  ],
  [
    'a swap for no neurons',
    () => convert(tiny(), { swapActivations: { sigmoid: 'lif' as never } }),
    'INVALID_OPTION',
    'neuron type',
  ],
  ['a fallback of another name', () => convert(tiny(), { fallback: 'drop' as never }), 'INVALID_OPTION', 'refuse'],
  [
    'data of another size',
    () => convert(tiny(), { scaleFiringRates: { data: [[1, 2, 3]], rate: 9 } }),
    'SHAPE_MISMATCH',
    '[items, 2]',
  ],
  [
    'time that a layer mixes',
    () => convert(MODELS['shapes and orders in one dimension']![0](), { temporal: true }),
    'LAYER_UNSUPPORTED',
    'temporal',
  ],
  [
    'sizes that are left open',
    () => convert(chain(L.conv2d({ filters: 1, kernelSize: 1, inputShape: [null, 4, 1] }))),
    'SHAPE_MISMATCH',
    'open',
  ],
])('%s is refused', async (_, act, code, text) => {
  await expect(act()).rejects.toMatchObject({ code, message: expect.stringContaining(text) as string });
});
