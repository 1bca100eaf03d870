/** @file The plugin binds the backend and lists it as a choice. */
import { BACKENDS, type Choice, type BackendEntry, type PluginRegistration } from '@ndl/core';
import { expect, test } from 'vitest';
import { REFERENCE_BACKEND, referenceBackend, referenceEntry } from './index.ts';
import { accumulator, compile, run } from './program.test-helper.ts';

test('the plugin offers the reference backend under its token', () => {
  const bound = new Map<unknown, unknown>();
  const contributed: { collection: unknown; choice: Choice<BackendEntry> }[] = [];
  const registration = {
    bind: (key: unknown) => ({ toConstantValue: (value: unknown) => bound.set(key, value) }),
    contribute: (collection: unknown) => ({
      toConstantValue: (choice: Choice<BackendEntry>) => contributed.push({ collection, choice }),
    }),
  };
  void referenceBackend().register(registration as unknown as PluginRegistration);
  expect(bound.get(REFERENCE_BACKEND)).toBe(referenceEntry);
  expect(contributed).toMatchObject([{ collection: BACKENDS, choice: { key: REFERENCE_BACKEND } }]);
});

test('the entry supports both formats and says what it does not support', () => {
  expect(referenceEntry.dtypes.map((dtype) => referenceEntry.supports({ ...accumulator, dtype }))).toEqual([
    { supported: true },
    { supported: true },
  ]);
  const strange = { ...accumulator, dtype: 'bfloat16' as 'float32' };
  expect(referenceEntry.supports(strange)).toEqual({ supported: false, reason: expect.stringContaining('bfloat16') });
});

test('a disposed backend has disposed of what it compiled', async () => {
  const backend = await referenceEntry.load({});
  const executable = await backend.compile({ run: () => accumulator });
  backend.dispose();
  await expect(run(executable, 1)).rejects.toMatchObject({ code: 'EXECUTABLE_DISPOSED' });
  await run(await compile({ run: () => accumulator }), 1);
});
