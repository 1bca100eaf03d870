/** @file Files of Keras, written here by another library than reads them: their networks compute what their layers say. */
import { ready, File } from 'h5wasm/node';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Simulator } from 'ndl';
import { isNdlError } from '@ndl/numerics';
import { expect, test } from 'vitest';
import { convert } from '../index.ts';

const [KERNEL, BIAS, SECOND] = [
  [1, -2, 0.5, 0.25, 1, -1],
  [0.5, -0.25, 0],
  [1, 0, -1, 2, 0.5, 0.5],
] as const;

const dense = (name: string, units: number, activation: string, useBias: boolean, first?: object) => ({
  class_name: 'Dense',
  config: { name, trainable: true, dtype: 'float32', units, activation, use_bias: useBias, ...first },
});

/** A file of Keras 2: 2 numbers → 3, rectified → 2. */
async function kerasFile(): Promise<Uint8Array> {
  await ready;
  const folder = mkdtempSync(join(tmpdir(), 'ndl-keras-'));
  try {
    const path = join(folder, 'model.h5');
    const file = new File(path, 'w');
    const layers = [dense('one', 3, 'relu', true, { batch_input_shape: [null, 2] }), dense('two', 2, 'linear', false)];
    file.create_attribute('keras_version', '2.3.1');
    file.create_attribute('backend', 'tensorflow');
    file.create_attribute('model_config', JSON.stringify({ class_name: 'Sequential', config: { name: 's', layers } }));
    const weights = file.create_group('model_weights');
    weights.create_attribute('layer_names', ['one', 'two']);
    const layer = (
      name: string,
      arrays: Readonly<Record<string, { data: readonly number[]; shape: number[] }>>,
    ): void => {
      const group = weights.create_group(name);
      group.create_attribute(
        'weight_names',
        Object.keys(arrays).map((each) => `${name}/${each}`),
      );
      const inner = group.create_group(name);
      for (const [each, { data, shape }] of Object.entries(arrays))
        inner.create_dataset({ name: each, data: Float32Array.from(data), shape });
    };
    layer('one', { 'kernel:0': { data: KERNEL, shape: [2, 3] }, 'bias:0': { data: BIAS, shape: [3] } });
    layer('two', { 'kernel:0': { data: SECOND, shape: [3, 2] } });
    file.close();
    return new Uint8Array(readFileSync(path));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function byHand([a, b]: readonly [number, number]): readonly number[] {
  const hidden = BIAS.map((bias, unit) => Math.max(0, a * KERNEL[unit]! + b * KERNEL[3 + unit]! + bias));
  return [0, 1].map((unit) => hidden.reduce((sum, value, index) => sum + value * SECOND[2 * index + unit]!, 0));
}

test('an .h5 file becomes a network that computes what its layers say', async () => {
  const { network, inputs, outputs } = await convert(await kerasFile());
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

test('an .h5 file that is cut off is refused', async () => {
  const bytes = await kerasFile();
  for (const length of [0, 7, 200, Math.floor(bytes.length / 2)]) {
    const refusal: unknown = await convert(bytes.slice(0, length)).then(
      () => 'nothing',
      (error: unknown) => error,
    );
    expect(isNdlError(refusal)).toBe(true);
  }
});
