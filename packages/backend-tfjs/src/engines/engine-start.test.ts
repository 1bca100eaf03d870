/** @file Engines that do not start: what was in the way, what to do, and which engines are left. */
import type { NdlError } from '@ndl/core';
import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { tfjs, type TfjsOptions } from '../index.ts';
import { tfjsNodeGpu } from '../node-gpu.ts';
import { wasmFolder } from '../node.ts';
import { entryOf } from '../program-fixtures.test-helper.ts';

/** As tfjs ends where a server has no .wasm files. */
const UNSERVED = { message: 'Make sure the server can serve the `.wasm` file relative to the bundled js file.' };

/** Replaces the factory of an engine. */
function register(name: string, factory: () => never): void {
  if (tf.findBackendFactory(name) !== null) tf.removeBackend(name);
  tf.registerBackend(name, factory);
}

async function failureOf(options: TfjsOptions, sessionConfig = {}): Promise<NdlError> {
  return entryOf(tfjs(options))
    .load(sessionConfig)
    .then(
      () => expect.fail('it started'),
      (error: NdlError) => error,
    );
}

const broken = (reason: unknown) => (): never => Promise.reject(reason) as never;

beforeAll(async () => {
  await import('@tensorflow/tfjs-backend-cpu');
  await import('@tensorflow/tfjs-backend-wasm');
});

afterEach(() => vi.restoreAllMocks());

describe('an engine that does not start', () => {
  test('wasm: how its files are served; it is not recommended itself', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    register('wasm', broken(UNSERVED));
    const { code, known, message } = await failureOf({ engine: 'wasm' });
    expect(code).toBe('TFJS_ENGINE_UNAVAILABLE');
    expect(known).toEqual(['cpu']);
    expect(message).toContain('wasm: Make sure the server can serve');
    expect(message).toContain('wasmFolder()');
    expect(message).toContain('Engines that run anywhere: cpu.');
    expect(warn).not.toHaveBeenCalled();
  });

  test('auto goes on with cpu, and says so', async () => {
    const told: string[] = [];
    const backend = await entryOf(tfjs()).load({}, (...given) => void told.push(given.join(': ')));
    expect(backend.description).toBe('cpu');
    expect(told).toEqual([
      expect.stringMatching(
        /^engine: cpu is used, which is slower\. wasm: Make sure the server can serve .* tfjs\(\{ wasmPaths: .*[^.]$/,
      ),
    ]);
    backend.dispose();
  });

  test('in a page, wasm is given what this package carries', async () => {
    const made = vi.spyOn(URL, 'createObjectURL');
    const fetched: Uint8Array[] = [];
    register('wasm', (async () => {
      fetched.push(new Uint8Array(await (await fetch(made.mock.results[0]!.value as string)).arrayBuffer()));
      throw new Error('the policy of the page forbids it');
    }) as never);
    vi.spyOn(tf.env(), 'getBool').mockImplementation((name) => name !== 'IS_NODE');
    const told: string[] = [];
    // What does not unpack once is tried again by the next.
    vi.stubGlobal('DecompressionStream', undefined);
    (await entryOf(tfjs()).load({}, (...given) => void told.push(given.join(': ')))).dispose();
    vi.unstubAllGlobals();
    expect(told.splice(0)).toEqual([expect.stringContaining('DecompressionStream')]);
    expect(fetched).toEqual([]);
    const backend = await entryOf(tfjs()).load({}, (...given) => void told.push(given.join(': ')));
    expect(backend.description).toBe('cpu');
    expect(told).toEqual([expect.stringContaining('connect-src blob:')]);
    backend.dispose();
    expect(fetched).toEqual(
      [readFileSync(join(wasmFolder(), 'tfjs-backend-wasm-simd.wasm'))].map((bytes) => Uint8Array.from(bytes)),
    );

    // Where the engine is tried anew, it is fetched again.
    (await entryOf(tfjs()).load({}, () => {})).dispose();
    expect([made.mock.results.length, fetched.length]).toEqual([1, 2]);
    // Files of one's own come too late for an engine that has started so, and only for such.
    const tellingOf = async (): Promise<readonly string[]> => {
      const told: string[] = [];
      const own = entryOf(tfjs({ wasmPaths: '/mine/' }));
      (await own.load({}, (...given) => void told.push(given.join(': ')))).dispose();
      return told;
    };
    const { registry } = tf.engine();
    registry['wasm'] = registry['cpu']!;
    expect((await tellingOf())[0]).toMatch(/^wasmPaths: .* comes too late/);
    delete registry['wasm'];
    expect(await tellingOf()).toEqual([expect.stringContaining('wasmPaths says that they are at /mine/')]);
  });

  test('webgl and webgpu: what they need; wasm and cpu are left', async () => {
    for (const [engine, need] of [
      ['webgl', 'a browser with WebGL'],
      ['webgpu', 'navigator.gpu'],
    ] as const) {
      const { code, known, message } = await failureOf({}, { engine });
      expect(code).toBe('TFJS_ENGINE_UNAVAILABLE');
      expect(known).toEqual(['wasm', 'cpu']);
      expect(message).toContain(need);
    }
  });

  test('all of them: each reason, and a backend that needs none', async () => {
    register('cpu', () => {
      throw new Error('no memory is left');
    });
    const { code, known, message } = await failureOf({});
    expect(code).toBe('TFJS_ENGINE_UNAVAILABLE');
    expect(known).toEqual([]);
    expect(message).toContain('The tfjs engines wasm, cpu do not start here.');
    expect(message).toContain('cpu: no memory is left.');
    expect(message).toContain('referenceBackend()');
    expect(message).not.toContain('Engines that run anywhere');
  });

  test('that of a module of the user', async () => {
    register('tensorflow', broken('no device'));
    await expect(entryOf(tfjsNodeGpu({ module: tf })).load({})).rejects.toMatchObject({
      code: 'TFJS_ENGINE_UNAVAILABLE',
      message: expect.stringContaining('tensorflow: no device.') as string,
    });
  });
});

describe('options are refused before an engine starts', () => {
  test('fused maps where tensors lie on a device', async () => {
    await expect(failureOf({ engine: 'webgl', maps: 'fused' })).resolves.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('webgl') as string,
    });
  });

  test('options that there are not, and what is no options', () => {
    const codes = [{ wasmPath: '/wasm/' }, 'wasm', null, ['wasm']].map((options) => {
      try {
        tfjs(options as never);
      } catch (error) {
        return (error as NdlError).code;
      }
      return 'accepted';
    });
    expect(codes).toEqual(['UNKNOWN_OPTION', ...Array<string>(3).fill('INVALID_OPTION')]);
    expect(() => tfjsNodeGpu({ modul: {} } as never)).toThrow('Did you mean module?');
  });

  test.each([7, null, {}, { 'tfjs-backend-wasm.wasm': '/a.wasm' }])('wasmPaths: %j', (wasmPaths) => {
    expect(() => tfjs({ wasmPaths: wasmPaths as never })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining('wasmPaths') as string,
      }) as Error,
    );
  });
});
