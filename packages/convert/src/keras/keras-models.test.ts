/** @file Files of Keras of many sorts of models: networks of them compute what the models of tf.layers do that were written. */
import * as tf from '@tensorflow/tfjs-layers';
import { withTensors } from '@ndl/backend-tfjs/tensor-node';
import { Simulator } from 'ndl';
import { isNdlError, NdArray, sizeOf } from '@ndl/numerics';
import { expect, test } from 'vitest';
import { convert } from '../index.ts';
import { hdf5, kerasH5, kerasZip, zipped } from './keras-files.test-helper.ts';

const { layers: L } = tf;
const biased = { biasInitializer: 'randomNormal' } as const;
const normalized = { movingMeanInitializer: 'randomNormal', betaInitializer: 'randomNormal' } as const;

const apply = (layer: tf.layers.Layer, ...from: tf.SymbolicTensor[]): tf.SymbolicTensor =>
  layer.apply(from.length === 1 ? from[0]! : from) as tf.SymbolicTensor;

function graph(shape: readonly number[], build: (x: tf.SymbolicTensor) => tf.SymbolicTensor): tf.LayersModel {
  const input = tf.input({ shape: [...shape] });
  return tf.model({ inputs: input, outputs: build(input) });
}

/** Convolutions on both sides of a sum. */
const block = (filters: number): tf.LayersModel =>
  graph([5, 5, filters], (x) => {
    const own = { filters, kernelSize: 3, padding: 'same', ...biased } as const;
    const left = apply(L.batchNormalization(normalized), apply(L.conv2d(own), x));
    return apply(L.reLU(), apply(L.add(), left, apply(L.conv2d({ ...own, kernelSize: 1 }), x)));
  });

const MODELS: Readonly<Record<string, readonly [make: () => tf.LayersModel, shape: readonly number[]]>> = {
  convolutional: [
    () =>
      tf.sequential({
        layers: [
          L.conv2d({ filters: 3, kernelSize: 3, inputShape: [8, 7, 2], activation: 'relu', name: 'z', ...biased }),
          L.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, name: 'depth', ...biased }),
          L.batchNormalization(normalized),
          L.maxPooling2d({ poolSize: 2 }),
          L.conv2d({ filters: 2, kernelSize: 2, strides: 2, name: 'a', ...biased }),
          L.dropout({ rate: 0.5 }),
          L.flatten(),
          L.dense({ units: 4, activation: 'softmax', ...biased }),
        ],
      }),
    [8, 7, 2],
  ],
  functional: [
    () =>
      graph([4], (x) => {
        const shared = L.dense({ units: 4, activation: 'tanh', name: 'shared', ...biased });
        const other = L.dense({ units: 4, name: 'other', ...biased });
        return apply(L.dense({ units: 2 }), apply(L.concatenate(), apply(shared, apply(shared, x)), apply(other, x)));
      }),
    [4],
  ],
  nested: [
    () =>
      graph([5, 5, 2], (x) => {
        const [first, second] = [block(2), block(2)];
        const last = tf.sequential({
          layers: [
            L.flatten({ inputShape: [5, 5, 2] }),
            L.dense({ units: 3, activation: 'relu', ...biased }),
            L.dense({ units: 2, ...biased }),
          ],
        });
        return apply(last, apply(L.average(), apply(first, apply(second, x)), apply(first, x)));
      }),
    [5, 5, 2],
  ],
};

const numbers = (...shape: number[]): NdArray =>
  new NdArray(
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7919) % 101) / 50 - 1),
    shape,
  );

const WRITERS = {
  '.h5': kerasH5,
  '.keras': kerasZip,
  '.keras of Keras 2.13': (model: tf.LayersModel) => kerasZip(model, '_layer_checkpoint_dependencies'),
};

const CASES = Object.entries(MODELS).flatMap(([name, [make, shape]]) =>
  Object.entries(WRITERS).map(([kind, write]) => ({ name, kind, make, write, shape })),
);

test.each(CASES)('a $name model comes out of $kind as it went in', async ({ make, write, shape }) => {
  const model = make();
  const x = numbers(3, ...shape);
  const wanted = withTensors((tensors) => {
    const made = model.predict(tensors.tensor(Float32Array.from(x.data), [...x.shape]));
    return Array.from((made as unknown as { dataSync(): Float32Array }).dataSync());
  });
  const conversion = await convert(await write(model));
  await using sim = await Simulator.create(conversion.network);
  const rows = x.reshape([3, sizeOf(shape)]);
  const got = (await sim.predict([[conversion.inputs[0]!, rows]], { steps: 1 })).get(conversion.outputs[0]!)!;
  expect(got.size).toBe(wanted.length);
  wanted.forEach((value, at) => expect(got.data[at]!).toBeCloseTo(value, 5));
});

/** What is said of bytes that are refused. */
async function refusal(bytes: Uint8Array): Promise<string> {
  try {
    await convert(bytes);
  } catch (error) {
    if (isNdlError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing';
}

/** An output of a layer, as Keras 3 writes it. */
const tensor = (name: string): object => ({ class_name: '__keras_tensor__', config: { keras_history: [name, 0, 0] } });

/** x → dense → an operation of Keras 3 on it. */
async function withOperation(operation: object): Promise<Uint8Array> {
  const call = (...args: unknown[]): object => ({ args, kwargs: {} });
  const layer = (className: string, name: string, config: object, nodes: readonly object[]): object => ({
    module: 'keras.layers',
    class_name: className,
    name,
    config: { name, ...config },
    inbound_nodes: nodes,
  });
  const weights = await hdf5((file) => {
    const vars = file.create_group('layers').create_group('dense').create_group('vars');
    vars.create_dataset({ name: '0', data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] });
  });
  const config = {
    layers: [
      layer('InputLayer', 'x', { batch_shape: [null, 2] }, []),
      layer('Dense', 'd', { units: 2, use_bias: false, activation: 'hard_sigmoid' }, [call(tensor('x'))]),
      { module: 'keras.src.ops.numpy', name: 'last', config: { name: 'last' }, ...operation },
    ],
    input_layers: [['x', 0, 0]],
    output_layers: [['last', 0, 0]],
  };
  const topology = {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: { name: 'm', ...config },
  };
  return zipped({ 'config.json': topology, 'metadata.json': { keras_version: '3.1.0' } }, weights);
}

test('operations of Keras 3 on tensors are layers where both are tensors; hard_sigmoid is that of Keras 3', async () => {
  const sum = { class_name: 'Subtract', inbound_nodes: [{ args: [tensor('d'), tensor('x')], kwargs: {} }] };
  const { network, inputs, outputs } = await convert(await withOperation(sum));
  await using sim = await Simulator.create(network);
  const got = (await sim.predict([[inputs[0]!, [[0.5, -1]]]], { steps: 1 })).get(outputs[0]!)!;
  // [0.5, -1] · [[1, 2], [3, 4]] is [-2.5, -3].
  expect(got.data[0]).toBeCloseTo(-2.5 / 6 + 0.5 - 0.5, 5);
  expect(got.data[1]).toBeCloseTo(0 + 1, 5);
});

test('operations of Keras 3 that are no layers are refused by name', async () => {
  const constant = { class_name: 'Add', inbound_nodes: [{ args: [tensor('d'), 2.5], kwargs: {} }] };
  expect(await refusal(await withOperation(constant))).toMatch(/LAYER_UNSUPPORTED.*Add 'last'/);
  const mean = { class_name: 'Average', inbound_nodes: [{ args: [tensor('d')], kwargs: {} }] };
  expect(await refusal(await withOperation(mean))).toMatch(/LAYER_UNSUPPORTED.*Average 'last'/);
});

test('files that would be immense are refused: layers that are called without end, and arrays together', async () => {
  // Each model calls the one within it twice.
  const twice = (depth: number): object => {
    const config = { layers: [] as object[], input_layers: [['x', 0, 0]], output_layers: [['m', 2, 0]], name: 'm' };
    const input = { class_name: 'InputLayer', name: 'x', config: { name: 'x', batch_shape: [null, 1] } };
    const within = depth === 0 ? { class_name: 'ReLU', name: 'm', config: {} } : twice(depth - 1);
    const nodes = [[[['x', 0, 0, {}]]], [[['m', depth === 0 ? 0 : 1, 0, {}]]]].map(([call]) => call);
    config.layers.push(input, { ...within, inbound_nodes: nodes });
    if (depth === 0) config.output_layers = [['m', 1, 0]];
    return { class_name: 'Functional', name: 'm', config };
  };
  const nothing = await hdf5((file) => file.create_group('layers'));
  expect(await refusal(zipped({ 'config.json': twice(40) }, nothing))).toMatch(/MODEL_INVALID.*times/);
  const kernel = 2 ** 22;
  const immense = await hdf5((file) => {
    const vars = file.create_group('layers').create_group('dense').create_group('vars');
    const chunks = { maxshape: [null, null], chunks: [1024, 1] } as const;
    vars
      .create_dataset({ name: '0', data: new Float32Array(1), shape: [1, 1], ...(chunks as object) })
      .resize([kernel, 4]);
  });
  const dense = { class_name: 'Dense', config: { name: 'd', units: 4, batch_input_shape: [null, kernel] } };
  const model = { class_name: 'Sequential', config: { name: 's', layers: [dense] } };
  expect(await refusal(zipped({ 'config.json': model }, immense))).toMatch(/MODEL_INVALID.*shape \[4194304, 4\]/);
});
