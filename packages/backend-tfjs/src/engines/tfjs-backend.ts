/** @file Loads tfjs, starts an engine, and offers it as a backend. Everything heavy is imported from here. */
import {
  isNdlError,
  type Backend,
  type Executable,
  type MapRoutines,
  type OnIgnoredOption,
  showThrown,
  withoutStop,
} from '@ndl/core';
import * as tfjsCore from '@tensorflow/tfjs-core';
import { carriedWasm } from './carried-wasm.ts';
import { Engine, type MapStyle } from './engine.ts';
import {
  carriedAlready,
  engineUnavailable,
  FILES_IN_NODE,
  filesNotServed,
  fusedElsewhere,
  POLICY_FOR_CARRIED,
  REMEDIES,
  slowerEngine,
  type EngineFailure,
} from '../errors.ts';
import { TfjsExecutable } from '../running/executable.ts';
import { processSettingsOf, type SetThreads } from './process-settings.ts';
import { settingsOf, type EngineName, type NamedSetting, type SessionHost } from './session-config.ts';
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
  readonly routines?: MapRoutines | undefined;
  /** Where the .wasm files are: a folder, or the place of each. Without, pages take what this package carries. */
  readonly wasmPaths: string | Readonly<Record<string, string>> | undefined;
  readonly sessionConfig: Readonly<Record<string, unknown>>;
  readonly onIgnored: OnIgnoredOption;
}

/** Whether tfjs was told to take what this package carries: for the whole page, as all settings of tfjs. */
let isWasmCarried = false;

/** What is in the way of an engine that does not start. */
class NotStarted extends Error {}

/** It could not start before, and there is nothing to be done until the page is loaded anew. */
class TooLate extends NotStarted {}

/** Engines whose tensors lie in the host's memory. */
const IN_MEMORY: readonly EngineName[] = ['wasm', 'cpu'];

/** Loads the first engine that starts here. @throws NdlError TFJS_ENGINE_UNAVAILABLE, INVALID_OPTION, SESSION_CONFIG_CONFLICT */
export async function loadTfjsBackend(request: LoadRequest): Promise<Backend> {
  const failures: EngineFailure[] = [];
  const { engines } = request;
  for (const engine of engines) {
    try {
      const module = await importEngine(engine, request);
      const backend = await start(tfjsCore, engine, module, request);
      // Who asks for a GPU that is not there is told so by that option.
      const slower = failures.filter((failure) => failure.engine === 'wasm');
      if (slower.length > 0) request.onIgnored('engine', slowerEngine(engine, slower));
      return backend;
    } catch (error) {
      // Only an engine that cannot run here makes way for the next.
      if (!(error instanceof NotStarted)) throw error;
      failures.push({ engine, problem: error.message, cause: error.cause, remedy: remedyOf(engine, request, error) });
    }
  }
  const tried = failures.map(({ engine }) => engine);
  throw engineUnavailable(
    failures,
    IN_MEMORY.filter((engine) => !tried.includes(engine)),
  );
}

/** What a start is asked for. */
type StartRequest = Pick<LoadRequest, 'sessionConfig' | 'maps' | 'routines' | 'onIgnored'>;

/** Starts an engine of any copy of tfjs. @throws NdlError as `loadTfjsBackend` */
export async function startBackend(
  tf: TensorFlow,
  engine: EngineName,
  module: EngineModule,
  request: StartRequest,
): Promise<Backend> {
  return start(tf, engine, module, request).catch((error: unknown) => {
    if (!(error instanceof NotStarted)) throw error;
    throw engineUnavailable([{ engine, problem: error.message, cause: error.cause, remedy: undefined }], []);
  });
}

/** @throws NotStarted */
async function start(
  tf: TensorFlow,
  engine: EngineName,
  module: EngineModule,
  { sessionConfig, maps = defaultMaps(engine), routines, onIgnored }: StartRequest,
): Promise<Backend> {
  if (maps === 'fused' && !IN_MEMORY.includes(engine)) throw fusedElsewhere(engine, IN_MEMORY);
  const host: SessionHost = {
    engine,
    isNode: tf.env().getBool('IS_NODE'),
    hasWasmThreads: engine === 'wasm' && (await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT')) === true,
    isWasmCarried: engine === 'wasm' && isWasmCarried,
    isNativeUnloaded: false,
  };
  const ignored: (readonly [name: string, reason: string])[] = [];
  const wanted = settingsOf(sessionConfig, host, (...option) => ignored.push(option));
  const processSettings = processSettingsOf(tf);
  return processSettings.inTurn(async () => {
    const isLeftToUs = ({ setting }: NamedSetting): boolean => !processSettings.isClaimed(setting.name);
    const giveBack = processSettings.claim(
      [...wanted, ...defaultSettings(engine, wanted).filter(isLeftToUs)],
      module.setThreads ?? (() => {}),
    );
    try {
      const leave = await processSettings.start(engine, wanted).catch((error: unknown) => {
        throw isNdlError(error) ? error : notStarted(error);
      });
      for (const option of [...ignored, ...fewerThreads(wanted, module)]) onIgnored(...option);
      return new TfjsBackend(new Engine(tf, engine, maps, routines), describe(tf, engine, module), () => {
        leave();
        giveBack();
      });
    } catch (error) {
      giveBack();
      throw error;
    }
  });
}

/** Threads that were asked for and did not come: the engine has as many as it finds the host good for. */
function* fewerThreads(
  wanted: readonly NamedSetting[],
  { threads }: EngineModule,
): Generator<readonly [name: string, reason: string]> {
  for (const { by, setting } of wanted) {
    const count = threads?.() ?? 1;
    if (setting.kind === 'wasmThreads' && count < setting.value)
      yield [by, `the engine runs with ${count} of ${setting.value} threads, as many as this host gives it`];
  }
}

/** What tfjs is set to where nothing else is asked for: programs are long rows of small operations, and each submit costs as many. */
function defaultSettings(engine: EngineName, wanted: readonly NamedSetting[]): readonly NamedSetting[] {
  const name = 'WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE';
  if (engine !== 'webgpu' || wanted.some(({ setting }) => setting.name === name)) return [];
  return [{ by: 'webgpu.deferredSubmitBatchSize', setting: { kind: 'flag', name, value: 64 } }];
}

/** On engines in the host's memory, one pass over typed arrays beats an operation per node; `kernel-cost.ts` has the figures. */
function defaultMaps(engine: EngineName): MapStyle {
  return IN_MEMORY.includes(engine) ? 'fused' : 'operations';
}

function describe(tf: TensorFlow, engine: EngineName, { threads }: EngineModule): string {
  if (engine !== 'wasm') return engine;
  const count = threads?.() ?? 1;
  const simd = tf.env().getFlags()['WASM_HAS_SIMD_SUPPORT'] === true ? ' (SIMD)' : '';
  return `wasm${simd}, ${count} ${count === 1 ? 'thread' : 'threads'}`;
}

/** @throws NotStarted */
async function importEngine(engine: EngineName, { wasmPaths, onIgnored }: LoadRequest): Promise<EngineModule> {
  try {
    switch (engine) {
      case 'wasm': {
        const wasm = await import('@tensorflow/tfjs-backend-wasm');
        const threads = { setThreads: wasm.setThreadsCount, threads: () => Math.max(1, wasm.getThreadsCount()) };
        if (wasmPaths !== undefined) {
          if (isWasmCarried && hasStarted('wasm')) onIgnored('wasmPaths', carriedAlready());
          else {
            wasm.setWasmPaths(wasmPaths as string);
            isWasmCarried = false;
          }
        }
        // Node has the files beside the module.
        else if (!isWasmCarried && !hasStarted('wasm') && !tfjsCore.env().getBool('IS_NODE')) {
          wasm.setWasmPaths(await carriedWasm());
          tfjsCore.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
          isWasmCarried = true;
        }
        return threads;
      }
      case 'webgl':
        await import('@tensorflow/tfjs-backend-webgl');
        return {};
      case 'webgpu':
        await import('@tensorflow/tfjs-backend-webgpu');
        return {};
      default:
        await import('@tensorflow/tfjs-backend-cpu');
        return {};
    }
  } catch (error) {
    // tfjs says so once its .wasm files could not be fetched, and then takes no other place for them.
    const isTooLate = error instanceof Error && error.message.includes('already initialized');
    if (!isTooLate) throw notStarted(error);
    throw new TooLate(
      'its .wasm files could not be fetched before, and tfjs tries no others until the page is loaded anew',
      {
        cause: error,
      },
    );
  }
}

/** What to do about an engine that does not start; undefined where there is nothing. */
function remedyOf(engine: EngineName, { wasmPaths }: LoadRequest, error: NotStarted): string | undefined {
  if (error instanceof TooLate) return undefined;
  if (engine !== 'wasm') return REMEDIES[engine];
  if (tfjsCore.env().getBool('IS_NODE')) return FILES_IN_NODE;
  return wasmPaths === undefined ? POLICY_FOR_CARRIED : filesNotServed(wasmPaths);
}

function hasStarted(engine: EngineName): boolean {
  return engine in tfjsCore.engine().registry;
}

/** tfjs rejects with errors, with plain objects that have a message, and with strings. */
function notStarted(cause: unknown): NotStarted {
  const message = (cause as { readonly message?: unknown } | null | undefined)?.message;
  const problem = message === '' ? String(cause) : showThrown(cause);
  return new NotStarted(withoutStop(problem.trim()), { cause });
}

class TfjsBackend implements Backend {
  readonly name = 'tfjs';
  readonly description: string;
  readonly #engine: Engine;
  readonly #executables = new Set<TfjsExecutable>();
  #release: (() => void) | undefined;

  constructor(engine: Engine, description: string, release: () => void) {
    this.description = description;
    this.#engine = engine;
    this.#release = release;
  }

  create(): Promise<Executable> {
    const executable = new TfjsExecutable(this.#engine);
    this.#executables.add(executable);
    return Promise.resolve(executable);
  }

  /** Disposes of all executables, and gives its settings of tfjs back. */
  dispose(): void {
    if (this.#release === undefined) return;
    for (const executable of this.#executables) executable.dispose();
    this.#executables.clear();
    this.#engine.dispose();
    this.#release();
    this.#release = undefined;
  }
}
