/** @file Which backend a network is run on where none is named: by estimates, a stranger's too. */
import { type BackendEntry, BACKENDS } from '@ndl/core';
import { referenceEntry } from '@ndl/backend-reference';
import { expect, test } from 'vitest';
import {
  definePlugin,
  Ensemble,
  Network,
  type Plugin,
  Probe,
  REFERENCE_BACKEND,
  type Settings,
  Simulator,
  token,
  defaultPlugins,
} from './index.ts';
import { failing } from './reference-simulator.test-helper.ts';

/** The plugin of a backend that computes as the reference does, and estimates in a way of its own. */
function stranger(changes: Partial<BackendEntry>): Plugin {
  const key = token<BackendEntry>('@strangers/backend');
  return definePlugin({
    name: '@strangers/backend',
    register({ bind, contribute }) {
      bind(key).toConstantValue({ ...referenceEntry, name: 'stranger', priority: -5, ...changes });
      contribute(BACKENDS).toConstantValue({ key, summary: 'of a stranger' });
    },
  });
}

async function chosen(
  changes?: Partial<BackendEntry>,
  settings: Partial<Settings> = {},
  minibatchSize = 1,
): Promise<Simulator['backend']> {
  const network = new Network({ seed: 1 }, () => new Probe(new Ensemble({ nNeurons: 20, dimensions: 1 })));
  const plugins = [...defaultPlugins(), ...(changes === undefined ? [] : [stranger(changes)])];
  await using sim = await Simulator.create(network, { plugins, settings, minibatchSize });
  return sim.backend;
}

test('compiled code is the default, in both dtypes, and it is said what others would take', async () => {
  for (const dtype of ['float32', 'float64'] as const) {
    const { name, reason } = await chosen(undefined, { dtype });
    expect(name).toBe('wasm');
    expect(reason).toMatch(/highest priority.*1000 steps.*wasm to take [\d.]+ ms.*reference to take [\d.]+ ms/);
  }
});

test('a backend that is expected to be twice as quick is taken, the same each time', async () => {
  const seen: unknown[] = [];
  const estimate: BackendEntry['estimate'] = (program, job) => {
    seen.push([program.dtype, job]);
    return { supported: true, seconds: 1e-9 };
  };
  const first = await chosen({ estimate }, { inferenceOnly: true }, 3);
  expect(first.name).toBe('stranger');
  expect(first.reason).toMatch(/expected to take 0\.000001 ms for 1000 steps, where wasm, the default, would take/);
  expect(seen).toEqual([['float32', { items: 3, steps: 1000, inferenceOnly: true }]]);
  expect(await chosen({ estimate }, { inferenceOnly: true }, 3)).toEqual(first);
  // What is named is taken, and others are not asked.
  const named = await chosen({ estimate }, { backend: REFERENCE_BACKEND });
  expect(named).toMatchObject({ name: 'reference', reason: 'the setting backend names it' });
  expect(seen).toHaveLength(2);
});

test('one that refuses in its estimate is passed over, and its reason told', async () => {
  const refusing = { priority: 99, estimate: () => ({ supported: false, reason: 'it has gone fishing.' }) as const };
  const { name, reason } = await chosen(refusing);
  expect(name).toBe('wasm');
  expect(reason).toContain('stranger: it has gone fishing.');
});

test('one that throws, or answers what is no estimate, is told by its name', async () => {
  const throwing = (): never => {
    throw new TypeError('no table');
  };
  await expect(chosen({ estimate: throwing })).rejects.toEqual(failing('BACKEND_FAILED', /stranger.*estimate\(\)/));
  for (const answer of [undefined, { supported: true }, { supported: true, seconds: NaN }, { seconds: 1 }, 5])
    await expect(chosen({ estimate: () => answer as never })).rejects.toEqual(
      failing('BACKEND_INVALID', /stranger.*estimate\(\)/),
    );
  await expect(chosen({ estimate: 5 as never })).rejects.toEqual(failing('SERVICE_INVALID', 'estimate'));
  await expect(chosen({ estimate: throwing }, { backend: REFERENCE_BACKEND })).resolves.toMatchObject({
    name: 'reference',
  });
});
