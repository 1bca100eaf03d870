/** @file Backends whose blocks have a number of steps at most, chosen by the test, with what it takes to name them in settings. */
import { createPluginContainer } from '@ndl/container';
import { BACKENDS, type BackendEntry, type Executable } from '@ndl/core';
import type { Program } from '@ndl/ir';
import {
  defaultPlugins,
  definePlugin,
  REFERENCE_BACKEND,
  Simulator,
  TFJS_BACKEND,
  token,
  WASM_BACKEND,
  type Network,
  type Plugin,
  type Settings,
  type SimulatorOptions,
} from './index.ts';

/** Lengths of blocks that whatever does not depend on them is tried with: the last is longer than any call. */
export const BLOCKS: readonly number[] = [1, 2, 7, 64, 100_000];

export type BlockBackend = 'reference' | 'wasm' | 'tfjs';

const ENTRIES = { reference: REFERENCE_BACKEND, wasm: WASM_BACKEND, tfjs: TFJS_BACKEND } as const;

/** Options of a simulator in blocks: all but the backend is up to the caller. */
export interface BlockOptions extends Omit<SimulatorOptions, 'settings'> {
  readonly settings?: Partial<Omit<Settings, 'backend' | 'sessionConfig'>>;
}

/** A simulator on this backend in blocks of at most so many steps: in float64, but for tfjs, where nothing else is asked for. */
export async function simulateInBlocks(
  network: Network,
  backend: BlockBackend,
  block: number,
  { plugins = [], settings: given, ...options }: BlockOptions = {},
): Promise<Simulator> {
  const key = token<BackendEntry>(`@acme/blocks-of-${block}/${backend}`);
  await using container = await createPluginContainer(defaultPlugins());
  const entry = container.get(ENTRIES[backend]);
  const inBlocks = definePlugin({
    name: `@acme/blocks-of-${block}`,
    register({ bind, contribute }) {
      bind(key).toConstantValue({
        ...entry,
        async load(sessionConfig, onIgnored) {
          const loaded = await entry.load(sessionConfig, onIgnored);
          const { name, description } = loaded;
          return {
            name,
            description,
            create: async () => shortened(await loaded.create(), block),
            dispose: () => loaded.dispose(),
          };
        },
      });
      contribute(BACKENDS).toConstantValue({ key, summary: 'runs in short blocks' });
    },
  });
  const settings: Partial<Settings> =
    backend === 'tfjs'
      ? { dtype: 'float32', ...given, backend: key, sessionConfig: { engine: 'cpu' } }
      : { dtype: 'float64', ...given, backend: key };
  const all: Plugin[] = [...defaultPlugins(), ...(plugins as readonly Plugin[]), inBlocks];
  return Simulator.create(network, { ...options, plugins: all, settings });
}

function shortened(executable: Executable, block: number): Executable {
  const { add } = executable;
  const short = (program: Program): Program => {
    return { ...program, maximumBlock: Math.min(block, program.maximumBlock ?? Infinity) };
  };
  executable.add = (name, job, tables) =>
    add.call(executable, name, 'forward' in job ? { ...job, forward: short(job.forward) } : short(job), tables);
  return executable;
}
