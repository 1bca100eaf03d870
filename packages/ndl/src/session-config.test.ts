/** @file What `sessionConfig` reaches in tfjs and the compiled backend, where it has no effect, and what is refused. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  configureSettings,
  defaultPlugins,
  Ensemble,
  Network,
  Probe,
  REFERENCE_BACKEND,
  Simulator,
  TFJS_BACKEND,
  type Plugin,
  type SessionConfig,
  type Settings,
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

function pluginsWithoutTfjs(): readonly Plugin[] {
  return defaultPlugins().filter(({ name }) => name !== '@ndl/backend-tfjs');
}

const warnings: string[] = [];

async function simulatorWith(
  sessionConfig: SessionConfig,
  settings: Partial<Settings> = { backend: TFJS_BACKEND },
  plugins?: readonly Plugin[],
): Promise<Simulator> {
  const net = new Network({ seed: 1 }, () => {
    configureSettings({ ...settings, sessionConfig });
    new Probe(new Ensemble({ nNeurons: 5, dimensions: 1 }));
  });
  const onWarning = (message: string): void => void warnings.push(message);
  const simulator = await Simulator.create(net, plugins === undefined ? { onWarning } : { onWarning, plugins });
  live.push(simulator);
  await simulator.runSteps(3);
  return simulator;
}

afterEach(async () => {
  vi.restoreAllMocks();
  warnings.length = 0;
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

describe('a name that has no effect here warns, with the reason', () => {
  test.each<[SessionConfig, RegExp]>([
    [{ engine: 'wasm', 'wasm.threadsCount': 4 }, /in Node the wasm engine of tfjs runs on one thread/],
    [{ engine: 'wasm', intra_op_parallelism_threads: 2 }, /in Node the wasm engine of tfjs runs on one thread/],
    [{ engine: 'cpu', 'wasm.simd': true }, /it speaks of the engine wasm, and the engine is cpu/],
    [{ 'webgl.packing': true }, /it speaks of the engine webgl/],
    [{ 'gpu_options.allow_growth': true }, /uses no GPU/],
    [{ allow_soft_placement: true }, /no backend of ndl has a counterpart/],
  ])('%j', async (sessionConfig, reason) => {
    await simulatorWith(sessionConfig);
    expect(warnings).toEqual([expect.stringMatching(reason)]);
    expect(warnings[0]).toContain('has no effect on backend tfjs');
  });

  const growth = { 'gpu_options.allow_growth': true } as const;

  test.each<[string, Partial<Settings>, string, (readonly Plugin[])?]>([
    ['the default backend', {}, 'wasm'],
    ['float64', { dtype: 'float64' }, 'wasm'],
    ['the reference backend', { backend: REFERENCE_BACKEND }, 'reference'],
    ['the default backend where tfjs is not loaded', {}, 'wasm', pluginsWithoutTfjs()],
  ])("TensorFlow's own line on %s", async (_, settings, backend, plugins) => {
    const simulator = await simulatorWith(growth, settings, plugins);
    expect(simulator.backend.name).toBe(backend);
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`"gpu_options\\.allow_growth" has no effect on backend ${backend}: .+\\.$`)),
    ]);
  });

  test('an option of the compiled backend on the reference backend', async () => {
    await simulatorWith({ arithmetic: 'fast' }, { backend: REFERENCE_BACKEND });
    expect(warnings).toEqual([
      'sessionConfig "arithmetic" has no effect on backend reference: it is an option of wasm.',
    ]);
  });

  test('an option of tfjs on the reference backend', async () => {
    await simulatorWith({ 'wasm.simd': true }, { backend: REFERENCE_BACKEND });
    expect(warnings).toEqual([
      'sessionConfig "wasm.simd" has no effect on backend reference: it is an option of tfjs.',
    ]);
  });
});

describe('a bad value is refused, whoever honours the name', () => {
  test.each<[SessionConfig, Partial<Settings>]>([
    [{ 'wasm.simd': 'yes' }, { backend: TFJS_BACKEND }],
    [{ 'wasm.simd': 'yes' }, { backend: REFERENCE_BACKEND }],
    [{ 'gpu_options.allow_growth': 'true' }, { dtype: 'float64' }],
    [{ allow_soft_placement: 1 }, {}],
  ])('%j with %j', async (sessionConfig, settings) => {
    await expect(simulatorWith(sessionConfig, settings)).rejects.toThrow(
      failing('INVALID_SESSION_CONFIG', /set at .*session-config\.test\.ts:\d+.*true or false/),
    );
  });
});

test('fast arithmetic is one of two, and is refused where the host has no relaxed vectors', async () => {
  await expect(simulatorWith({ arithmetic: 'quick' }, {})).rejects.toThrow(
    failing('INVALID_SESSION_CONFIG', "'exact' or 'fast'"),
  );
  const { validate } = WebAssembly;
  const isRelaxed = (bytes: BufferSource): boolean => (bytes as Uint8Array).join().includes('253,133,2');
  vi.spyOn(WebAssembly, 'validate').mockImplementation((bytes) => !isRelaxed(bytes) && validate(bytes));
  await expect(simulatorWith({ arithmetic: 'fast' }, {})).rejects.toThrow(
    failing('ARITHMETIC_UNAVAILABLE', /relaxed SIMD.*leave `arithmetic` out/),
  );
  expect((await simulatorWith({ arithmetic: 'exact' }, {})).backend.description).toMatch(/^WebAssembly \(SIMD\)/);
});

describe('unknown and __proto__-like names are refused with the list', () => {
  test('unknown', async () => {
    await expect(simulatorWith({ 'wasm.smid': true })).rejects.toThrow(
      failing(
        'UNKNOWN_SESSION_CONFIG',
        /'sessionConfig', set at .*\.test\.ts:\d+.*Did you mean wasm\.simd\?.*wasm\.threadsCount/,
      ),
    );
    await expect(simulatorWith({ 'wasm.smid': true }, { backend: REFERENCE_BACKEND })).rejects.toThrow(
      failing('UNKNOWN_SESSION_CONFIG', 'Did you mean wasm.simd?'),
    );
  });

  test('unknown, beside one of the compiled backend', async () => {
    await expect(simulatorWith({ aritmetic: 'fast' }, {})).rejects.toThrow(
      failing('UNKNOWN_SESSION_CONFIG', 'Did you mean arithmetic?'),
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
