/** @file What `sessionConfig` sets in tfjs, what has no effect there, and what it refuses. */
import { isNdlError, tensorFlowSessionOption, TFJS_SESSION_NAMES, tfjsSessionOption } from '@ndl/core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { tfjs } from '../index.ts';
import { entryOf } from '../program-fixtures.test-helper.ts';
import { SESSION_OPTIONS } from './session-config.ts';

const entry = entryOf(tfjs());

/** The code and the sentence of the error that loading ends with. */
async function refusal(sessionConfig: Readonly<Record<string, unknown>>): Promise<string> {
  const error: unknown = await entry.load(sessionConfig).then(
    (backend) => backend.dispose(),
    (reason: unknown) => reason,
  );
  return isNdlError(error) ? `${error.code}: ${error.message}` : 'no refusal';
}

/** What is said to have no effect, and why. */
async function ignored(sessionConfig: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const reasons: string[] = [];
  const backend = await entry.load(sessionConfig, (name, reason) => reasons.push(`${name}: ${reason}`));
  backend.dispose();
  return reasons;
}

describe('on engines that run in Node', () => {
  test('engine chooses the engine', async () => {
    for (const [engine, description] of [
      ['cpu', 'cpu'],
      ['wasm', 'wasm (SIMD), 1 thread'],
      ['auto', 'wasm (SIMD), 1 thread'],
    ]) {
      const backend = await entry.load({ engine });
      expect(backend.description).toBe(description);
      backend.dispose();
    }
  });

  test('wasm.simd reaches the engine, and is given back', async () => {
    const plain = await entry.load({ 'wasm.simd': false });
    expect(tf.env().get('WASM_HAS_SIMD_SUPPORT')).toBe(false);
    expect(plain.description).toBe('wasm, 1 thread');
    plain.dispose();
    const vectorized = await entry.load({});
    expect(vectorized.description).toBe('wasm (SIMD), 1 thread');
    vectorized.dispose();
  });

  test('debug reaches tfjs, and is given back', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const backend = await entry.load({ debug: true, engine: 'cpu' });
    expect(tf.env().get('DEBUG')).toBe(true);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('Debugging mode is ON'));
    warn.mockRestore();
    backend.dispose();
    expect(tf.env().get('DEBUG')).toBe(false);
  });

  test('what holds anyway is accepted', async () => {
    const backend = await entry.load({
      intra_op_parallelism_threads: 1,
      inter_op_parallelism_threads: 0,
      'wasm.threadsCount': 1,
      'device_count.GPU': 0,
      'device_count.CPU': 1,
      'gpu_options.per_process_gpu_memory_fraction': 0,
      log_device_placement: false,
    });
    expect(backend.description).toBe('wasm (SIMD), 1 thread');
    backend.dispose();
  });

  test.each([
    [{ 'wasm.threadsCount': 4 }, 'in Node the wasm engine of tfjs runs on one thread'],
    [{ intra_op_parallelism_threads: 2 }, 'in Node the wasm engine of tfjs runs on one thread'],
    [{ intra_op_parallelism_threads: 2, engine: 'cpu' }, 'has no threads'],
    [{ inter_op_parallelism_threads: 2 }, 'one operation after another'],
    [{ 'wasm.simd': false, engine: 'cpu' }, 'speaks of the engine wasm'],
    [{ 'webgl.packing': true }, 'speaks of the engine webgl'],
    [{ 'gpu_options.allow_growth': true }, 'uses no GPU'],
    [{ 'gpu_options.visible_device_list': '0' }, 'uses no GPU'],
    [{ 'gpu_options.per_process_gpu_memory_fraction': 0.5 }, 'uses no GPU'],
    [{ 'device_count.GPU': 1 }, 'uses no GPU'],
    [{ 'device_count.CPU': 0 }, 'runs on the CPU'],
    [{ log_device_placement: true }, 'one engine'],
  ])('%j has no effect: %s', async (config, reason) => {
    expect(await ignored(config)).toEqual([expect.stringContaining(reason)]);
    expect((await ignored(config))[0]).toContain(Object.keys(config)[0]);
  });

  test.each([
    [{ engine: 'webgpu' }, 'TFJS_ENGINE_UNAVAILABLE', 'wasm, cpu'],
    [{ engine: 'metal' }, 'INVALID_SESSION_CONFIG', "'webgl' or 'webgpu'"],
    [{ 'wasm.simd': 'yes' }, 'INVALID_SESSION_CONFIG', 'true or false'],
    [{ 'wasm.threadsCount': 1.5 }, 'INVALID_SESSION_CONFIG', 'whole number'],
    [{ 'wasm.smid': true }, 'UNKNOWN_SESSION_CONFIG', 'Did you mean wasm.simd?'],
    [JSON.parse('{ "__proto__": true }'), 'UNKNOWN_SESSION_CONFIG', 'Known: engine'],
    [{ constructor: 1 }, 'UNKNOWN_SESSION_CONFIG', 'Known: engine'],
  ])('%j is refused: %s', async (config, code, reason) => {
    const text = await refusal(config as Record<string, unknown>);
    expect(text).toContain(code);
    expect(text).toContain(reason);
  });

  test('two live backends cannot disagree, and can agree', async () => {
    const first = await entry.load({ 'wasm.simd': false });
    const second = await entry.load({ 'wasm.simd': false });
    expect(await refusal({ 'wasm.simd': true })).toContain('SESSION_CONFIG_CONFLICT');
    first.dispose();
    first.dispose();
    expect(await refusal({ 'wasm.simd': true })).toContain('SESSION_CONFIG_CONFLICT');
    second.dispose();
    expect(await refusal({ 'wasm.simd': true })).toBe('no refusal');
  });

  test('an engine that runs with its defaults is not changed under its user', async () => {
    const user = await entry.load({});
    expect(await refusal({ 'wasm.simd': false })).toContain('SESSION_CONFIG_CONFLICT');
    expect(tf.env().get('WASM_HAS_SIMD_SUPPORT')).toBe(true);
    user.dispose();
  });

  test('what its defaults are may be asked for beside it', async () => {
    const user = await entry.load({ engine: 'wasm' });
    const asking = await entry.load({ engine: 'wasm', 'wasm.simd': true });
    const third = await entry.load({ engine: 'wasm', 'wasm.simd': true });
    expect(asking.description).toBe('wasm (SIMD), 1 thread');
    expect(await refusal({ 'wasm.simd': false })).toContain('SESSION_CONFIG_CONFLICT');
    for (const backend of [asking, third, user]) backend.dispose();
    expect(tf.env().get('WASM_HAS_SIMD_SUPPORT')).toBe(true);
  });

  test('a name accepts what it accepts where tfjs is not loaded', () => {
    for (const option of SESSION_OPTIONS) {
      const elsewhere = tfjsSessionOption(option.name) ?? tensorFlowSessionOption(option.name);
      expect(option).toMatchObject({ expects: elsewhere!.expects, accepts: elsewhere!.accepts });
    }
    expect(SESSION_OPTIONS.map(({ name }) => name)).toEqual(expect.arrayContaining([...TFJS_SESSION_NAMES]));
  });

  test('the engine that a user of tfjs has active stays active', async () => {
    const cpu = await entry.load({ engine: 'cpu' });
    await tf.setBackend('cpu');
    const wasm = await entry.load({ engine: 'wasm' });
    expect(tf.getBackend()).toBe('cpu');
    wasm.dispose();
    cpu.dispose();
  });
});

/** GPUs are not to be had in Node: an engine of that name stands in, so that the flags are what is tested. */
describe.each(['webgl', 'webgpu'] as const)('on a stand-in for %s', (engine) => {
  beforeAll(async () => {
    await import('@tensorflow/tfjs-backend-webgl');
    await import('@tensorflow/tfjs-backend-webgpu');
    const { MathBackendCPU } = await import('@tensorflow/tfjs-backend-cpu');
    tf.registerBackend(engine, () => new MathBackendCPU());
  });

  const flags: Readonly<
    Record<string, readonly (readonly [name: string, value: unknown, flag: string, read: unknown])[]>
  > = {
    webgl: [
      ['webgl.version', 1, 'WEBGL_VERSION', 1],
      ['webgl.packing', false, 'WEBGL_PACK', false],
      ['webgl.forceF16Textures', true, 'WEBGL_FORCE_F16_TEXTURES', true],
      ['webgl.cpuForward', false, 'WEBGL_CPU_FORWARD', false],
      ['webgl.flushThreshold', 5, 'WEBGL_FLUSH_THRESHOLD', 5],
      ['webgl.textureCacheMegabytes', 64, 'WEBGL_DELETE_TEXTURE_THRESHOLD', 64 * 2 ** 20],
    ],
    webgpu: [
      ['webgpu.deferredSubmitBatchSize', 3, 'WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 3],
      ['webgpu.useLowPowerGpu', true, 'WEBGPU_USE_LOW_POWER_GPU', true],
      ['webgpu.cpuForward', false, 'WEBGPU_CPU_FORWARD', false],
    ],
  };

  test.each(flags[engine]!)('%s is read back from tfjs', async (name, value, flag, read) => {
    const backend = await entry.load({ engine, [name]: value });
    expect(tf.env().get(flag)).toBe(read);
    expect(backend.description).toBe(engine);
    backend.dispose();
    expect(tf.env().getFlags()).not.toHaveProperty(flag);
  });

  test("TensorFlow's names for GPUs", async () => {
    const backend = await entry.load({ engine, 'gpu_options.allow_growth': true, 'device_count.GPU': 1 });
    expect(backend.description).toBe(engine);
    backend.dispose();
    const reasonOf = async (name: string, value: unknown): Promise<string> =>
      (await ignored({ engine, [name]: value })).join();
    expect(await reasonOf('gpu_options.allow_growth', false)).toContain('always allocates');
    expect(await reasonOf('gpu_options.per_process_gpu_memory_fraction', 0.5)).toContain('webgl.textureCacheMegabytes');
    expect(await reasonOf('gpu_options.visible_device_list', '0')).toContain('browsers choose the GPU');
    expect(await reasonOf('device_count.GPU', 0)).toContain('runs on a GPU');
    expect(await reasonOf('device_count.GPU', 2)).toContain('one GPU');
  });
});
