/** @file The plugin binds the backend and lists it as a choice. */
import { BACKENDS, type Choice, type BackendEntry, type PluginRegistration } from '@ndl/core';
import { NO_TABLES } from '@ndl/ir';
import { expect, test } from 'vitest';
import { REFERENCE_BACKEND, referenceBackend, referenceEntry } from './index.ts';
import { accumulator, executableOf, ONES, run } from './program.test-helper.ts';

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

test('a disposed backend has disposed of its executables', async () => {
  const backend = await referenceEntry.load({});
  const executable = await backend.create();
  backend.dispose();
  await expect(executable.add('run', accumulator, NO_TABLES)).rejects.toMatchObject({ code: 'EXECUTABLE_DISPOSED' });
  await run(await executableOf({ run: accumulator }), 1, { feed: ONES });
});
