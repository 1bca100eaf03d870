/** @file A backend that takes anything and can run nothing. */
import { BACKENDS, type BackendEntry, type Executable } from '@ndl/core';
import { definePlugin, NdArray, token, type Plugin, type Token } from './index.ts';

export const BROKEN: Token<BackendEntry> = token<BackendEntry>('noise-for-all/broken');

/** A backend that compiles anything and can run nothing. */
export function broken(failing: () => Promise<never>): Plugin {
  const names = ['run', 'gradients', 'trainStep', 'evaluate', 'write', 'save', 'restore'] as const;
  const executable = {
    ...(Object.fromEntries(names.map((name) => [name, failing])) as unknown as Executable),
    add: () => Promise.resolve(),
    has: () => true,
    remove() {},
    read: () => Promise.resolve(new NdArray(new Float64Array(1), [])),
    reset() {},
    resetOptimizer() {},
    step: 0,
    dispose() {},
  };
  const entry: BackendEntry = {
    name: 'broken',
    priority: -1,
    dtypes: ['float64'],
    sessionConfig: [],
    supports: () => ({ supported: true }),
    load: () =>
      Promise.resolve({
        name: 'broken',
        description: 'broken',
        create: () => Promise.resolve(executable),
        dispose() {},
      }),
  };
  return definePlugin({
    name: 'noise-for-all/broken',
    register({ bind, contribute }) {
      bind(BROKEN).toConstantValue(entry);
      contribute(BACKENDS).toConstantValue({ key: BROKEN, summary: 'none' });
    },
  });
}
