/** @file A file of Keras on a few digits, in rates and in spikes; what is no such file. */
import { File, ready } from 'h5wasm';
import { NdArray } from 'ndl';
import { expect, test } from 'vitest';
import { CLASSES, PIXELS, type Digits } from '../digits.ts';
import { runKeras } from './experiment.ts';

/** Images of one bright row each: the row's number is the digit. */
const LABELS = Uint8Array.from({ length: 20 }, (_, item) => (3 * item) % CLASSES);
const ROWS: Digits = {
  images: new NdArray(
    Float32Array.from({ length: LABELS.length * PIXELS }, (_, at) =>
      Math.floor((at % PIXELS) / 28) === LABELS[Math.floor(at / PIXELS)] ? 1 : 0,
    ),
    [LABELS.length, PIXELS],
  ),
  oneHot: new NdArray(new Float32Array(LABELS.length * CLASSES), [LABELS.length, CLASSES]),
  labels: LABELS,
};

/** `size` numbers → a rectified sum of each of the first rows → 10. */
async function file(size: number): Promise<Uint8Array> {
  const { FS } = await ready;
  const layer = (name: string, activation: string, first?: object): object => ({
    class_name: 'Dense',
    config: { name, units: CLASSES, activation, use_bias: false, ...first },
  });
  const layers = [layer('rows', 'relu', { batch_input_shape: [null, size] }), layer('classes', 'linear')];
  const written = new File('/rows.h5', 'w');
  written.create_attribute(
    'model_config',
    JSON.stringify({ class_name: 'Sequential', config: { name: 'rows', layers } }),
  );
  const kernels = {
    rows: Float32Array.from({ length: size * CLASSES }, (_, at) =>
      Math.floor(Math.floor(at / CLASSES) / 28) === at % CLASSES ? 1 / 7140 : 0,
    ),
    classes: Float32Array.from({ length: CLASSES * CLASSES }, (_, at) => (at % (CLASSES + 1) === 0 ? 1 : 0)),
  };
  for (const [name, data] of Object.entries(kernels)) {
    const group = written.create_group(name);
    group.create_attribute('weight_names', ['kernel:0']);
    group.create_dataset({ name: 'kernel:0', data, shape: [data.length / CLASSES, CLASSES] });
  }
  written.close();
  return (FS as unknown as { readFile(path: string): Uint8Array }).readFile('/rows.h5');
}

const OPTIONS = { brightest: 255, rate: 200, synapse: 0.02, steps: 60 };

test('a file of Keras chooses as it was made to, in rates and in spikes', async () => {
  const result = await runKeras({ bytes: await file(PIXELS), ...OPTIONS }, ROWS, ROWS);
  expect(result).toMatchObject({ images: LABELS.length, rateAccuracy: 1, spikingAccuracy: 1, sameChoice: 1 });
  expect(result.layers.map(({ title }) => title)).toContain("Dense 'classes'");
  for (const { largestDifference } of result.layers) expect(largestDifference).toBeLessThan(1e-5);
});

test('a network of other images is refused', async () => {
  await expect(runKeras({ bytes: await file(100), ...OPTIONS }, ROWS, ROWS)).rejects.toMatchObject({
    code: 'SHAPE_MISMATCH',
  });
});
