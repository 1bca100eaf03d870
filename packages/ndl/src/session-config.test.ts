/** @file What `sessionConfig` reaches in tfjs, and what is refused. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  configureSettings,
  Ensemble,
  Network,
  Probe,
  REFERENCE_BACKEND,
  Simulator,
  TFJS_BACKEND,
  type SessionConfig,
} from './index.ts';
import { failing } from './reference-simulator.test-helper.ts';

/** The environment of tfjs, one for the process, where tfjs keeps it. */
function flagOfTensorFlow(name: string): unknown {
  interface Environment {
    get(name: string): unknown;
  }
  const { _tfengine: engine } = globalThis as { readonly _tfengine?: { readonly ENV: Environment } };
  return engine?.ENV.get(name);
}

const live: Simulator[] = [];

async function simulatorWith(
  sessionConfig: SessionConfig,
  backend: typeof TFJS_BACKEND = TFJS_BACKEND,
): Promise<Simulator> {
  const net = new Network({ seed: 1 }, () => {
    configureSettings({ backend, sessionConfig });
    new Probe(new Ensemble({ nNeurons: 5, dimensions: 1 }));
  });
  const simulator = await Simulator.create(net);
  live.push(simulator);
  await simulator.runSteps(3);
  return simulator;
}

afterEach(async () => {
  for (const simulator of live.splice(0)) await simulator.dispose();
});

describe('sessionConfig takes dotted names to values and reaches the tfjs engine', () => {
  test.each([
    ['wasm', /^wasm/],
    ['cpu', /^cpu/],
  ])('engine: %s', async (engine, description) => {
    expect((await simulatorWith({ engine })).backend.description).toMatch(description);
  });

  test.each([true, false])('wasm.simd: %s', async (simd) => {
    const simulator = await simulatorWith({ engine: 'wasm', 'wasm.simd': simd });
    expect(flagOfTensorFlow('WASM_HAS_SIMD_SUPPORT')).toBe(simd);
    expect(simulator.backend.description.includes('SIMD')).toBe(simd);
  });

  test.each([true, false])('debug: %s', async (debug) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const simulator = await simulatorWith({ engine: 'cpu', debug });
    expect(flagOfTensorFlow('DEBUG')).toBe(debug);
    await simulator.dispose();
    expect(flagOfTensorFlow('DEBUG')).toBe(false);
    warn.mockRestore();
  });

  test('what a host does anyway is accepted', async () => {
    const simulator = await simulatorWith({
      engine: 'wasm',
      'wasm.threadsCount': 1,
      intra_op_parallelism_threads: 1,
      'device_count.GPU': 0,
    });
    expect(simulator.backend.description).toContain('1 thread');
  });
});

describe('what the host cannot honour is refused with the reason', () => {
  test.each<[SessionConfig, RegExp]>([
    [{ engine: 'wasm', 'wasm.threadsCount': 4 }, /in Node the wasm engine of tfjs runs on one thread/],
    [{ engine: 'wasm', intra_op_parallelism_threads: 2 }, /in Node the wasm engine of tfjs runs on one thread/],
    [{ engine: 'cpu', 'wasm.simd': true }, /it speaks of the engine wasm, and the engine is cpu/],
    [{ 'webgl.packing': true }, /it speaks of the engine webgl/],
    [{ 'gpu_options.allow_growth': true }, /uses no GPU/],
  ])('%j', async (sessionConfig, reason) => {
    await expect(simulatorWith(sessionConfig)).rejects.toThrow(failing('SESSION_CONFIG_UNSUPPORTED', reason));
    await expect(simulatorWith(sessionConfig)).rejects.toThrow(
      failing('SESSION_CONFIG_UNSUPPORTED', /set at .*session-config\.test\.ts:\d+/),
    );
  });

  test('a value of another type', async () => {
    await expect(simulatorWith({ 'wasm.simd': 'yes' })).rejects.toThrow(
      failing('SESSION_CONFIG_INVALID', 'true or false'),
    );
  });
});

describe('unknown and __proto__-like names are refused with the list', () => {
  test('unknown', async () => {
    await expect(simulatorWith({ 'wasm.smid': true })).rejects.toThrow(
      failing(
        'SESSION_CONFIG_UNKNOWN',
        /'sessionConfig', set at .*\.test\.ts:\d+.*Did you mean wasm\.simd\?.*wasm\.threadsCount/,
      ),
    );
    await expect(simulatorWith({ 'wasm.simd': true }, REFERENCE_BACKEND)).rejects.toThrow(
      failing('SESSION_CONFIG_UNKNOWN', "backend reference has no 'wasm.simd'"),
    );
  });

  test.each(['__proto__', 'wasm.__proto__.simd', 'constructor', 'gpu_options.prototype'])(
    '%s, at once',
    async (name) => {
      const sessionConfig = JSON.parse(`{ ${JSON.stringify(name)}: true }`) as SessionConfig;
      await expect(simulatorWith(sessionConfig)).rejects.toThrow(failing('INVALID_SETTING', 'reserved name'));
      expect(Object.hasOwn(Object.prototype, 'simd')).toBe(false);
    },
  );
});

describe('conflicting values of two live Simulators are refused, since tfjs flags are process-wide', () => {
  test('the second is refused, and may come when the first is gone', async () => {
    const first = await simulatorWith({ engine: 'wasm', 'wasm.simd': false });
    const same = await simulatorWith({ engine: 'wasm', 'wasm.simd': false });
    const conflict = failing(
      'SESSION_CONFIG_CONFLICT',
      /"wasm\.simd".*hold for the whole process.*Dispose of the other first/,
    );
    await expect(simulatorWith({ engine: 'wasm', 'wasm.simd': true })).rejects.toThrow(conflict);
    await first.dispose();
    await expect(simulatorWith({ engine: 'wasm', 'wasm.simd': true })).rejects.toThrow(conflict);
    await same.runSteps(2);
    await same.dispose();
    await simulatorWith({ engine: 'wasm', 'wasm.simd': true });
    expect(flagOfTensorFlow('WASM_HAS_SIMD_SUPPORT')).toBe(true);
  });

  test('one without the name keeps clear', async () => {
    await simulatorWith({ engine: 'cpu' });
    expect((await simulatorWith({ engine: 'wasm', 'wasm.simd': true })).backend.description).toContain('SIMD');
  });
});
