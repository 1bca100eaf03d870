/** @file The plugin binds the backend and lists it as a choice. */
import {
  BACKENDS,
  MAP_ROUTINES,
  type Choice,
  type MapRoutines,
  type BackendEntry,
  type PluginRegistration,
} from '@ndl/core';
import { kernel, NO_TABLES, type Program } from '@ndl/ir';
import { expect, test } from 'vitest';
import { WASM_BACKEND, wasmBackend, wasmEntry } from './index.ts';

const EMPTY: Program = {
  dtype: 'float32',
  dt: 0.001,
  scalars: [],
  buffers: [],
  sections: [],
  inputs: [],
  outputs: [],
  hosts: [],
  symbols: {},
};

test('the plugin offers the backend under its token, and routines for maps of others', () => {
  const bound = new Map<unknown, unknown>();
  const contributed: { collection: unknown; choice: Choice<BackendEntry> }[] = [];
  const registration = {
    bind: (key: unknown) => ({ toConstantValue: (value: unknown) => bound.set(key, value) }),
    contribute: (collection: unknown) => ({
      toConstantValue: (choice: Choice<BackendEntry>) => contributed.push({ collection, choice }),
    }),
  };
  void wasmBackend().register(registration as unknown as PluginRegistration);
  expect(bound.get(WASM_BACKEND)).toBe(wasmEntry);
  const routines = bound.get(MAP_ROUTINES) as MapRoutines;
  const double = kernel({ name: 'double', inputs: ['x'] }, (k) => ({ y: k.add(k.inputs.x, k.inputs.x) }));
  const doubled = new Float32Array(2);
  routines.evaluator(double, 'float32')!.evaluate(2, [Float32Array.of(1, 3)], [], [doubled]);
  expect([...doubled]).toEqual([2, 6]);
  expect(contributed).toMatchObject([{ collection: BACKENDS, choice: { key: WASM_BACKEND } }]);
});

test('the entry supports both formats and says what it does not support', () => {
  expect(wasmEntry.dtypes.map((dtype) => wasmEntry.supports({ ...EMPTY, dtype }))).toEqual([
    { supported: true },
    { supported: true },
  ]);
  const strange = { ...EMPTY, dtype: 'bfloat16' as 'float32' };
  expect(wasmEntry.supports(strange)).toEqual({ supported: false, reason: expect.stringContaining('bfloat16') });
});

test('what its memory cannot hold is refused, however small the program', () => {
  const state = { name: 'x', items: true, steps: 'one', role: 'state', lifetime: 'run', initial: 0 } as const;
  const program: Program = { ...EMPTY, buffers: [{ ...state, id: 'x', shape: [2 ** 20] }] };
  const job = { steps: 1, inferenceOnly: false };
  expect(wasmEntry.estimate!(program, { ...job, items: 1 })).toMatchObject({ supported: true });
  expect(wasmEntry.estimate!(program, { ...job, items: 2048 })).toEqual({
    supported: false,
    reason: expect.stringContaining('8.0 GiB'),
  });
});

test('a disposed backend has disposed of its executables', async () => {
  const backend = await wasmEntry.load({});
  const executable = await backend.create();
  backend.dispose();
  await expect(executable.add('run', EMPTY, NO_TABLES)).rejects.toMatchObject({ code: 'EXECUTABLE_DISPOSED' });
});
