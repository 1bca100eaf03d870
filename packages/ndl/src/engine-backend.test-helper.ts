/** @file A backend "mine" that is made of an engine, as its author would, and computes nothing. */
import { createBackend, type Engine } from '@ndl/backend-kit';
import { BACKENDS, type BackendEntry } from '@ndl/core';
import { definePlugin, token, type Plugin, type Token } from './index.ts';

type Store = Record<never, never>;

const IDLE: Engine<Store> = {
  memory: { allocate: () => ({}), free() {}, write() {}, fill() {}, copy() {}, read() {} },
  blockSteps: () => 1,
  emit: (sections) => sections.map(() => () => {}),
};

/** The plugin that offers it, with what the engine has otherwise, and the token to choose it by. */
export function engineBackend(changes: Partial<Engine<Store>>): {
  readonly plugin: Plugin;
  readonly key: Token<BackendEntry>;
} {
  const key = token<BackendEntry>('noise-for-all/mine');
  const entry: BackendEntry = {
    name: 'mine',
    priority: -1,
    dtypes: ['float64'],
    sessionConfig: [],
    supports: () => ({ supported: true }),
    load: () => Promise.resolve(createBackend({ name: 'mine', description: 'mine' }, { ...IDLE, ...changes })),
  };
  const plugin = definePlugin({
    name: 'noise-for-all/mine',
    register({ bind, contribute }) {
      bind(key).toConstantValue(entry);
      contribute(BACKENDS).toConstantValue({ key, summary: 'none' });
    },
  });
  return { plugin, key };
}
