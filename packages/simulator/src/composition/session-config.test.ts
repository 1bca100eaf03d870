import type { BackendEntry, Settings } from '@ndl/core';
import { describe, expect, it } from 'vitest';
import { loadBackend } from './session-config.ts';

interface Loaded {
  readonly name: string;
  readonly sessionConfig: Readonly<Record<string, unknown>>;
}

/** A backend that shows what it is loaded with, and that has no effect for `ignored` on its host. */
const entryOf = (name: string, sessionConfig: BackendEntry['sessionConfig'], ignored?: string): BackendEntry => ({
  name,
  priority: 0,
  dtypes: ['float32'],
  sessionConfig,
  supports: () => ({ supported: true }),
  load(given, onIgnored) {
    if (ignored !== undefined && ignored in given) onIgnored!(ignored, 'the host has but one core');
    return Promise.resolve({ name, sessionConfig: given } satisfies Loaded as never);
  },
});

const flag = (name: string) => ({
  name,
  expects: 'true or false',
  accepts: (value: unknown) => typeof value === 'boolean',
});

const plain = entryOf('plain', []);
const tunable = entryOf('tunable', ['threads.count', flag('threads.pinned')], 'threads.count');

async function load(
  entry: BackendEntry,
  sessionConfig: Settings['sessionConfig'],
): Promise<Loaded & { readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const others = [plain, tunable].filter((other) => other !== entry);
  const settings = { sessionConfig } as Settings;
  const backend = await loadBackend(entry, others, settings, (message) => warnings.push(message));
  return { ...(backend as unknown as Loaded), warnings };
}

const refusal = (code: string, message: RegExp): Error =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as unknown }) as Error;

describe('a name of sessionConfig', () => {
  it('reaches the backend that declares it', async () => {
    const sessionConfig = { 'threads.pinned': true };
    expect(await load(tunable, sessionConfig)).toMatchObject({ sessionConfig, warnings: [] });
  });

  it('warns where the backend has no effect for it on this host', async () => {
    expect(await load(tunable, { 'threads.count': 4 })).toMatchObject({
      sessionConfig: { 'threads.count': 4 },
      warnings: ['sessionConfig "threads.count" has no effect on backend tunable: the host has but one core.'],
    });
  });

  it('warns where another backend understands it', async () => {
    expect(await load(plain, { 'threads.pinned': false })).toMatchObject({
      sessionConfig: {},
      warnings: ['sessionConfig "threads.pinned" has no effect on backend plain: it is an option of tunable.'],
    });
  });

  it.each<[string, string | number | boolean]>([
    ['allow_soft_placement', true],
    ['log_device_placement', false],
    ['gpu_options.allow_growth', true],
    ['gpu_options.per_process_gpu_memory_fraction', 0.5],
    ['gpu_options.allocator_type', 'BFC'],
    ['gpu_options.experimental.num_dev_to_dev_copy_streams', 2],
    ['device_count.GPU', 0],
    ['device_count.TPU', 1],
    ['inter_op_parallelism_threads', 4],
    ['graph_options.optimizer_options.global_jit_level', -1],
    ['graph_options.rewrite_options.constant_folding', 'ON'],
    ['experimental.collective_nccl', true],
  ])('warns where TensorFlow alone understands it: %s', async (name, value) => {
    expect(await load(plain, { [name]: value })).toMatchObject({
      sessionConfig: {},
      warnings: [expect.stringContaining(`"${name}" has no effect on backend plain: no backend of ndl`)],
    });
  });

  it('does not warn of threads, which builds heed on any backend', async () => {
    expect(await load(plain, { intra_op_parallelism_threads: 4 })).toMatchObject({ sessionConfig: {}, warnings: [] });
  });

  it.each<[string, string | boolean]>([
    ['wasm.simd', true],
    ['engine', 'wasm'],
  ])('warns where tfjs understands it, which is not loaded: %s', async (name, value) => {
    expect(await load(plain, { [name]: value })).toMatchObject({
      sessionConfig: {},
      warnings: [expect.stringMatching(/has no effect on backend plain: it is an option of tfjs, which is not loaded/)],
    });
  });

  it('is refused where nobody understands it, with the names of all', async () => {
    await expect(load(plain, { 'thread.count': 4 })).rejects.toEqual(
      refusal('UNKNOWN_SESSION_CONFIG', /'thread\.count'.*Did you mean threads\.count\?.*gpu_options\.allow_growth/),
    );
    await expect(load(plain, { 'gpu_options.alow_growth': true })).rejects.toEqual(
      refusal('UNKNOWN_SESSION_CONFIG', /Did you mean gpu_options\.allow_growth\?/),
    );
    await expect(load(tunable, JSON.parse('{ "__proto__": true }'))).rejects.toEqual(
      refusal('UNKNOWN_SESSION_CONFIG', /__proto__/),
    );
  });

  it.each<[string, BackendEntry, string, string | number]>([
    ['the backend', tunable, 'threads.pinned', 'yes'],
    ['another backend', plain, 'threads.pinned', 1],
    ['TensorFlow alone', plain, 'gpu_options.allow_growth', 'true'],
    ['tfjs, which is not loaded', plain, 'wasm.simd', 'yes'],
    ['TensorFlow alone, as a range', plain, 'gpu_options.per_process_gpu_memory_fraction', 2],
  ])('with a bad value is refused where it is of %s', async (_, entry, name, value) => {
    await expect(load(entry, { [name]: value })).rejects.toEqual(refusal('INVALID_SESSION_CONFIG', /must be .*, got /));
  });
});
