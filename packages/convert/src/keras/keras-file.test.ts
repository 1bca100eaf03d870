/** @file Files of Keras, written here by another library than reads them: their networks compute what their layers say. */
import { Simulator } from 'ndl';
import { isNdlError } from '@ndl/numerics';
import { expect, test } from 'vitest';
import { convert } from '../index.ts';
import { hdf5, zipped } from './keras-files.test-helper.ts';

const [KERNEL, BIAS, SECOND] = [
  [1, -2, 0.5, 0.25, 1, -1],
  [0.5, -0.25, 0],
  [1, 0, -1, 2, 0.5, 0.5],
] as const;

const dense = (name: string, units: number, activation: string, useBias: boolean, first?: object) => ({
  class_name: 'Dense',
  config: { name, trainable: true, dtype: 'float32', units, activation, use_bias: useBias, ...first },
});

type Arrays = Readonly<Record<string, { readonly data: readonly number[]; readonly shape: readonly number[] }>>;

const FIRST: Arrays = { kernel: { data: KERNEL, shape: [2, 3] }, bias: { data: BIAS, shape: [3] } };
const LAST: Arrays = { kernel: { data: SECOND, shape: [3, 2] } };

/** 2 numbers → 3, rectified → 2. */
const MODEL = {
  class_name: 'Sequential',
  config: {
    name: 's',
    layers: [dense('one', 3, 'relu', true, { batch_input_shape: [null, 2] }), dense('two', 2, 'linear', false)],
  },
};

/** A file of Keras 2. @param first the arrays of the first layer that are there, of those that it names */
function kerasFile(model: object | string = MODEL, first: Arrays = FIRST): Promise<Uint8Array> {
  return hdf5((file) => {
    file.create_attribute('keras_version', '2.3.1');
    file.create_attribute('backend', 'tensorflow');
    file.create_attribute('model_config', typeof model === 'string' ? model : JSON.stringify(model));
    const weights = file.create_group('model_weights');
    weights.create_attribute('layer_names', ['one', 'two']);
    for (const [name, named, arrays] of [
      ['one', FIRST, first],
      ['two', LAST, LAST],
    ] as const) {
      const group = weights.create_group(name);
      group.create_attribute(
        'weight_names',
        Object.keys(named).map((each) => `${name}/${each}:0`),
      );
      const inner = group.create_group(name);
      for (const [each, { data, shape }] of Object.entries(arrays))
        inner.create_dataset({ name: `${each}:0`, data: Float32Array.from(data), shape: [...shape] });
    }
  });
}

/** A file of Keras 3. */
async function kerasZip(model: object = MODEL): Promise<Uint8Array> {
  const weights = await hdf5((file) => {
    const layers = file.create_group('layers');
    for (const [name, arrays] of [
      ['dense', FIRST],
      ['dense_1', LAST],
    ] as const) {
      const vars = layers.create_group(name).create_group('vars');
      for (const [index, { data, shape }] of Object.values(arrays).entries())
        vars.create_dataset({ name: `${index}`, data: Float32Array.from(data), shape: [...shape] });
    }
  });
  return zipped({ 'config.json': model, 'metadata.json': {} }, weights);
}

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

function byHand([a, b]: readonly [number, number]): readonly number[] {
  const hidden = BIAS.map((bias, unit) => Math.max(0, a * KERNEL[unit]! + b * KERNEL[3 + unit]! + bias));
  return [0, 1].map((unit) => hidden.reduce((sum, value, index) => sum + value * SECOND[2 * index + unit]!, 0));
}

test.each([
  ['.h5', kerasFile],
  ['.keras', kerasZip],
] as const)('an %s file becomes a network that computes what its layers say', async (_, write) => {
  const { network, inputs, outputs } = await convert(await write());
  await using sim = await Simulator.create(network);
  const points = [
    [1, 2],
    [-1, 0.5],
    [0.25, -3],
  ] as const;
  const given = points.map((point) => [...point]);
  const got = (await sim.predict([[inputs[0]!, given]], { steps: 1 })).get(outputs[0]!)!;
  const expected = points.flatMap((point) => byHand(point));
  got.data.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 5));
  expect(got.size).toBe(expected.length);
});

test.each([
  ['.h5', kerasFile],
  ['.keras', kerasZip],
] as const)('an %s file that is cut off is refused', async (_, write) => {
  const bytes = await write();
  for (const length of [0, 7, 200, Math.floor(bytes.length / 2)])
    expect(await refusal(bytes.slice(0, length))).toMatch(/^MODEL_INVALID|^INVALID_OPTION/);
});

test('layers without their arrays, of unknown classes, and within each other without end are refused by name', async () => {
  expect(await refusal(await kerasFile(MODEL, { bias: FIRST['bias']! }))).toMatch(/MODEL_INVALID.*one\/kernel:0/);
  const unknown = {
    ...MODEL,
    config: { ...MODEL.config, layers: [{ ...MODEL.config.layers[0], class_name: 'Denser' }] },
  };
  for (const write of [kerasFile, kerasZip])
    expect(await refusal(await write(unknown))).toMatch(/LAYER_UNSUPPORTED.*Denser/);
  const depth = 20_000;
  const nested = `${'{"class_name":"Sequential","config":{"name":"s","layers":['.repeat(depth)}${']}}'.repeat(depth)}`;
  expect(await refusal(await kerasFile(nested))).toMatch(/MODEL_INVALID/);
});

test('a small zip that says it is gigabytes is refused before they are taken', async () => {
  const zip = await kerasZip();
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  // In the central directory, the size of a part stands 24 bytes behind its signature.
  for (let at = 0; at + 28 < zip.length; at++)
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 2 ** 31 - 2, true);
  expect(await refusal(zip)).toMatch(/MODEL_INVALID.*bytes/);
});
