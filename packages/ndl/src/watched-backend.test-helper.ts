/** @file The reference backend under another name, noting what is asked of it. */
import { createKernel } from '@ndl/kernel';
import { BACKENDS, type BackendEntry, type ProgramSource, type Token, type TrainingProgramRequest } from '@ndl/core';
import { definePlugin, REFERENCE_BACKEND, referenceBackend, token, type Plugin } from './index.ts';

/** A plugin, what to name in the setting `backend`, and what was asked for so far. */
export interface WatchedBackend {
  readonly plugin: Plugin;
  readonly key: Token<BackendEntry>;
  readonly trainings: TrainingProgramRequest[];
  /** Backends that are loaded and not disposed of. */
  readonly open: Set<object>;
}

export async function watchedBackend(): Promise<WatchedBackend> {
  const key = token<BackendEntry>('@acme/watched/backend');
  await using kernel = await createKernel([referenceBackend()]);
  const entry = kernel.get(REFERENCE_BACKEND);
  const trainings: TrainingProgramRequest[] = [];
  const open = new Set<object>();
  const watched = ({ run, training }: ProgramSource): ProgramSource => ({
    run,
    ...(training !== undefined && { training: (request) => (trainings.push(request), training(request)) }),
  });
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
            compile: (source) => backend.compile(watched(source)),
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
