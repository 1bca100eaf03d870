/** @file Loads tfjs, starts an engine, and offers it as a backend. Everything heavy is imported from here. */
import type { Backend, Executable, ProgramSource } from '@ndl/core';
import * as tfjsCore from '@tensorflow/tfjs-core';
import { Engine, type MapStyle } from './engine.ts';
import { engineUnavailable, sessionConfigUnsupported } from './errors.ts';
import { TfjsExecutable } from './executable.ts';
import { processSettingsOf, type SetThreads } from './process-settings.ts';
import { settingsOf, type EngineName, type SessionHost } from './session-config.ts';
import type { TensorFlow } from './tensors.ts';

/** What an engine module brings beside the registration of its engine. */
interface EngineModule {
  readonly setThreads?: SetThreads;
  readonly threads?: () => number;
}

/** What is to be loaded. */
export interface LoadRequest {
  /** Engines in order of preference. */
  readonly engines: readonly EngineName[];
  readonly maps: MapStyle | undefined;
  /** Where the .wasm files are: a folder, or the place of each. */
  readonly wasmPaths: string | Readonly<Record<string, string>> | undefined;
  readonly sessionConfig: Readonly<Record<string, unknown>>;
}

const ANYWHERE: readonly EngineName[] = ['wasm', 'cpu'];

/** Loads the first engine that starts here. @throws NdlError TFJS_ENGINE_UNAVAILABLE, SESSION_CONFIG_* */
export async function loadTfjsBackend(request: LoadRequest): Promise<Backend> {
  let failure: unknown;
  for (const engine of request.engines) {
    try {
      const module = await importEngine(engine, request.wasmPaths);
      return await startBackend(tfjsCore, engine, module, request);
    } catch (error) {
      failure = error;
      // Only an engine that cannot run here makes way for the next.
      if ((error as { code?: unknown }).code !== 'TFJS_ENGINE_UNAVAILABLE') throw error;
    }
  }
  throw failure;
}

/** Starts an engine of any copy of tfjs. `beforeStart` runs when its settings hold, and before it starts. */
export async function startBackend(
  tf: TensorFlow,
  engine: EngineName,
  module: EngineModule,
  { sessionConfig, maps }: Pick<LoadRequest, 'sessionConfig' | 'maps'>,
): Promise<Backend> {
  const host: SessionHost = {
    engine,
    isNode: tf.env().getBool('IS_NODE'),
    hasWasmThreads: engine === 'wasm' && (await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT')) === true,
    isNativeUnloaded: false,
  };
  const wanted = settingsOf(sessionConfig, host);
  const processSettings = processSettingsOf(tf);
  return processSettings.inTurn(async () => {
    const giveBack = processSettings.claim(wanted, module.setThreads ?? (() => {}));
    try {
      const leave = await processSettings.start(engine, wanted).catch((error: unknown) => {
        if ((error as { code?: unknown }).code !== undefined) throw error;
        throw engineUnavailable(engine, error instanceof Error ? error.message : String(error), ANYWHERE);
      });
      return new TfjsBackend(tf, engine, maps ?? defaultMaps(engine), describe(tf, engine, module), () => {
        leave();
        giveBack();
      });
    } catch (error) {
      giveBack();
      throw error;
    }
  });
}

/** On engines in the host's memory, one pass over typed arrays beats an operation per node; `kernel-cost.ts` has the figures. */
function defaultMaps(engine: EngineName): MapStyle {
  return ANYWHERE.includes(engine) ? 'fused' : 'operations';
}

function describe(tf: TensorFlow, engine: EngineName, { threads }: EngineModule): string {
  if (engine !== 'wasm') return engine;
  const count = threads?.() ?? 1;
  const simd = tf.env().getFlags()['WASM_HAS_SIMD_SUPPORT'] === true ? ' (SIMD)' : '';
  return `wasm${simd}, ${count} ${count === 1 ? 'thread' : 'threads'}`;
}

async function importEngine(engine: EngineName, wasmPaths: LoadRequest['wasmPaths']): Promise<EngineModule> {
  switch (engine) {
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      return {};
    case 'wasm': {
      const { setWasmPaths, setThreadsCount, getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
      if (wasmPaths !== undefined) setWasmPaths(wasmPaths as string);
      return { setThreads: setThreadsCount, threads: () => Math.max(1, getThreadsCount()) };
    }
    case 'webgl':
      await import('@tensorflow/tfjs-backend-webgl');
      return {};
    case 'webgpu':
      await import('@tensorflow/tfjs-backend-webgpu');
      return {};
    case 'tensorflow':
      throw sessionConfigUnsupported('engine', engine, 'it belongs to the plugin tfjsNodeGpu');
  }
}

class TfjsBackend implements Backend {
  readonly name = 'tfjs';
  readonly description: string;
  readonly #engine: Engine;
  readonly #executables = new Set<TfjsExecutable>();
  #release: (() => void) | undefined;

  constructor(tf: TensorFlow, engine: EngineName, maps: MapStyle, description: string, release: () => void) {
    this.description = description;
    this.#engine = new Engine(tf, engine, maps);
    this.#release = release;
  }

  compile(source: ProgramSource): Promise<Executable> {
    const executable = new TfjsExecutable(this.#engine, source);
    this.#executables.add(executable);
    return Promise.resolve(executable);
  }

  /** Disposes of all that it compiled, and gives its settings of tfjs back. */
  dispose(): void {
    if (this.#release === undefined) return;
    for (const executable of this.#executables) executable.dispose();
    this.#executables.clear();
    this.#engine.dispose();
    this.#release();
    this.#release = undefined;
  }
}
