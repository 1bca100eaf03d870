/** @file The reference backend under another name, noting what is asked of it. */
import { createPluginContainer } from '@ndl/container';
import { BACKENDS, type BackendEntry, type Executable, type Token } from '@ndl/core';
import { definePlugin, REFERENCE_BACKEND, referenceBackend, token, type Plugin } from './index.ts';

/** A plugin, what to name in the setting `backend`, and what was asked for so far. */
export interface WatchedBackend {
  readonly plugin: Plugin;
  readonly key: Token<BackendEntry>;
  /** Names under which trainings were added. */
  readonly trainings: string[];
  /** Backends that are loaded and not disposed of. */
  readonly open: Set<object>;
}

export async function watchedBackend(): Promise<WatchedBackend> {
  const key = token<BackendEntry>('@acme/watched/backend');
  await using container = await createPluginContainer([referenceBackend()]);
  const entry = container.get(REFERENCE_BACKEND);
  const trainings: string[] = [];
  const open = new Set<object>();
  const watched = (executable: Executable): Executable => {
    const { add } = executable;
    executable.add = (name, job, tables) => {
      if ('forward' in job) trainings.push(name);
      return add.call(executable, name, job, tables);
    };
    return executable;
  };
  const plugin = definePlugin({
    name: '@acme/watched',
    register({ bind, contribute }) {
      bind(key).toConstantValue({
        ...entry,
        async load(sessionConfig) {
          const backend = await entry.load(sessionConfig);
          const { name, description } = backend;
          open.add(backend);
          return {
            name,
            description,
            create: async () => watched(await backend.create()),
            dispose: () => {
              open.delete(backend);
              backend.dispose();
            },
          };
        },
      });
      contribute(BACKENDS).toConstantValue({ key, summary: 'notes what it compiles' });
    },
  });
  return { plugin, key, trainings, open };
}
