/** @file float32 and float64: what holds by default, which backend has which, and who refuses. */
import { describe, expect, test } from 'vitest';
import {
  configureSettings,
  Connection,
  defaultPlugins,
  Ensemble,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  Simulator,
  TFJS_BACKEND,
  type Settings,
  type SimulatorOptions,
} from './index.ts';
import { failing } from './reference-simulator.test-helper.ts';

function sample(settings: Partial<Settings> = {}) {
  return new Network({ seed: 8 }).within((net) => {
    configureSettings(settings);
    const ensemble = new Ensemble({ nNeurons: 30, dimensions: 1 });
    new Connection(new Node((t) => Math.sin(30 * t)), ensemble);
    return { net, probe: new Probe(ensemble, { synapse: 0.01 }) };
  });
}

/** A run of 50 steps: its samples, and on what it ran. */
async function run(settings: Partial<Settings>, options: SimulatorOptions = {}) {
  const { net, probe } = sample(settings);
  await using simulator = await Simulator.create(net, options);
  await simulator.runSteps(50);
  return { samples: [...simulator.data.get(probe).data], backend: simulator.backend, dtype: simulator.settings.dtype };
}

const isFloat32 = (value: number): boolean => value === Math.fround(value);

const WITH_FLOAT64: readonly string[] = ['@ndl/backend-reference', '@ndl/backend-wasm'];

describe('dtype: float64 runs on a backend that has it and is refused by tfjs with the alternatives named; float32 is the default', () => {
  test.each<[string, Settings['backend'], string]>([
    ['the default backend', undefined, 'wasm'],
    ['tfjs', TFJS_BACKEND, 'tfjs'],
    ['reference', REFERENCE_BACKEND, 'reference'],
  ])('float32 is the default of %s', async (_, backend, name) => {
    const got = await run({ backend });
    expect(got).toMatchObject({ dtype: 'float32', backend: { name } });
    expect(got.samples.some((value) => value !== 0)).toBe(true);
    expect(got.samples.every(isFloat32)).toBe(true);
  });

  test('float64 goes to the best backend that has it', async () => {
    const got = await run({ dtype: 'float64' });
    expect(got.dtype).toBe('float64');
    expect(got.backend.name).toBe('wasm');
    expect(got.samples.every(isFloat32)).toBe(false);
    const coarse = await run({ dtype: 'float32', backend: REFERENCE_BACKEND });
    const largest = Math.max(...got.samples.map((value, index) => Math.abs(value - coarse.samples[index]!)));
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(1e-5);
  });

  test('tfjs refuses it, and names who can', async () => {
    const refusal = failing(
      'BACKEND_REFUSED',
      /tfjs .*float32 only, not in float64.*reference \(@ndl\/backend-reference\/backend\)/,
    );
    await expect(run({ dtype: 'float64', backend: TFJS_BACKEND })).rejects.toThrow(refusal);
    await expect(run({ backend: TFJS_BACKEND }, { settings: { dtype: 'float64' } })).rejects.toThrow(refusal);
  });

  test('nobody is left who has it', async () => {
    const plugins = defaultPlugins().filter(({ name }) => !WITH_FLOAT64.includes(name));
    await expect(run({ dtype: 'float64' }, { plugins })).rejects.toThrow(
      failing('NO_BACKEND', 'tfjs: it computes in float32 only'),
    );
    await expect(run({ dtype: 'float64', backend: TFJS_BACKEND }, { plugins })).rejects.toThrow(
      failing('BACKEND_REFUSED', 'No other loaded backend can'),
    );
  });
});
