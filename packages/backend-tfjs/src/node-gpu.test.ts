/** @file The way of tfjs-node-gpu through this package, on a stand-in: tfjs-core with its cpu engine under the name `tensorflow`. */
import { describeBackend } from '@ndl/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { tfjsNodeGpu } from './node-gpu.ts';
import { entryOf } from './program-fixtures.test-helper.ts';

async function standIn(): Promise<unknown> {
  const { MathBackendCPU } = await import('@tensorflow/tfjs-backend-cpu');
  if (tf.findBackendFactory('tensorflow') == null) {
    tf.registerBackend('tensorflow', () => new MathBackendCPU());
    tf.copyRegisteredKernels('cpu', 'tensorflow');
  }
  return tf;
}

describeBackend('tfjs-node-gpu on a stand-in', entryOf(tfjsNodeGpu({ module: standIn })));

/** What is said to have no effect, and why, on a module that is loaded already. */
async function ignored(sessionConfig: Readonly<Record<string, unknown>>): Promise<readonly unknown[]> {
  const reasons: unknown[] = [];
  const entry = entryOf(tfjsNodeGpu({ module: tf }));
  const backend = await entry.load(sessionConfig, (...option) => reasons.push(option));
  backend.dispose();
  return reasons;
}

describe('tfjs-node-gpu', () => {
  beforeAll(standIn);

  test("TensorFlow's settings become environment variables before the module loads", async () => {
    let seen: readonly (string | undefined)[] = [];
    const module = async (): Promise<unknown> => {
      seen = [process.env['TF_FORCE_GPU_ALLOW_GROWTH'], process.env['CUDA_VISIBLE_DEVICES']];
      return standIn();
    };
    const entry = entryOf(tfjsNodeGpu({ module }));
    const backend = await entry.load({
      'gpu_options.allow_growth': true,
      'gpu_options.visible_device_list': '0,1',
      'device_count.GPU': 1,
    });
    expect(seen).toEqual(['true', '0,1']);
    expect(backend.description).toBe('tensorflow');
    backend.dispose();
    await expect(entry.load({ 'gpu_options.allow_growth': false })).rejects.toMatchObject({
      code: 'SESSION_CONFIG_CONFLICT',
    });
  });

  test('a module that is loaded already cannot be told any more', async () => {
    expect(await ignored({ 'gpu_options.allow_growth': true })).toEqual([
      ['gpu_options.allow_growth', expect.stringContaining('was loaded before')],
    ]);
  });

  test('without the package, the error says what to install', async () => {
    await expect(entryOf(tfjsNodeGpu()).load({})).rejects.toMatchObject({
      code: 'TFJS_NODE_GPU_MISSING',
      message: expect.stringContaining('@tensorflow/tfjs-node-gpu') as string,
    });
  });

  test('what is not tfjs is refused', async () => {
    await expect(entryOf(tfjsNodeGpu({ module: {} })).load({})).rejects.toMatchObject({
      code: 'TFJS_NODE_GPU_INVALID',
    });
  });

  test('its own engine is the only one', async () => {
    expect(await ignored({ engine: 'wasm' })).toEqual([['engine', 'tfjs-node-gpu is its own engine, not wasm']]);
  });
});
