/**
 * @file The names of `sessionConfig` that this backend understands: what each accepts, what it sets in tfjs, and when it has
 * no effect on the host. Dotted names of tfjs's own engines, and those that TensorFlow's users know.
 */
import { tensorFlowSessionOption, tfjsSessionOption, type OnIgnoredOption, type SessionOption } from '@ndl/core';
import { sessionConfigConflict, sessionConfigInvalid, sessionConfigUnknown } from '../errors.ts';

/** Engines of tfjs; `tensorflow` is that of tfjs-node and tfjs-node-gpu. */
export type EngineName = 'cpu' | 'wasm' | 'webgl' | 'webgpu' | 'tensorflow';

/** Where the engine runs. */
export interface SessionHost {
  readonly engine: EngineName;
  readonly isNode: boolean;
  /** Whether the wasm engine can start threads, as far as the host is concerned. */
  readonly hasWasmThreads: boolean;
  /** Whether the wasm engine runs what this package carries. */
  readonly isWasmCarried: boolean;
  /** Whether the process has yet to load native libraries, so that environment variables still reach them. */
  readonly isNativeUnloaded: boolean;
}

/** Something that holds for the whole process. */
export type Setting =
  /** A flag of `tf.env()`. */
  | { readonly kind: 'flag'; readonly name: string; readonly value: boolean | number }
  /** Threads of the wasm engine, by `setThreadsCount`. */
  | { readonly kind: 'wasmThreads'; readonly name: 'wasm threads'; readonly value: number }
  /** An environment variable that TensorFlow's native library reads when it is loaded. */
  | { readonly kind: 'variable'; readonly name: string; readonly value: string };

/** One name of `sessionConfig`. */
interface TfjsSessionOption extends SessionOption {
  /** Why an accepted value has no effect on the host; undefined where it has, or where the engine behaves so anyway. */
  refusal(value: unknown, host: SessionHost): string | undefined;
  /** What it sets; nothing where the engine behaves so anyway. */
  settings(value: unknown, host: SessionHost): readonly Setting[];
}

/** What a name accepts: the same on every backend. */
function known(name: string): SessionOption {
  return (tfjsSessionOption(name) ?? tensorFlowSessionOption(name))!;
}

/** An option that sets one flag of one engine. */
function flagOption(
  name: string,
  engine: EngineName,
  flag: string,
  valueOf: (value: never) => boolean | number = (value) => value,
): TfjsSessionOption {
  return {
    ...known(name),
    refusal: (_, host) =>
      host.engine === engine ? undefined : `it speaks of the engine ${engine}, and the engine is ${host.engine}`,
    settings: (value) => [{ kind: 'flag', name: flag, value: valueOf(value as never) }],
  };
}

const CARRIED = 'the WebAssembly of tfjs that @ndl/backend-tfjs carries';
const INSTEAD = 'serve the .wasm files, and give tfjs({ wasmPaths }) before the engine first starts in the page';

/** Of files that are served, tfjs takes one with vectors, or the plain one. */
function simdOption(): TfjsSessionOption {
  const option = flagOption('wasm.simd', 'wasm', 'WASM_HAS_SIMD_SUPPORT');
  const isFixed = (value: unknown, host: SessionHost): boolean => value === false && host.isWasmCarried;
  return {
    ...option,
    refusal: (value, host) =>
      option.refusal(value, host) ?? (isFixed(value, host) ? `${CARRIED} has SIMD: ${INSTEAD}` : undefined),
    settings: (value, host) => (isFixed(value, host) ? [] : option.settings(value, host)),
  };
}

function threadsRefusal(
  count: number,
  { engine, isNode, hasWasmThreads, isWasmCarried }: SessionHost,
): string | undefined {
  if (count <= 1) return undefined;
  if (engine !== 'wasm')
    return `the engine ${engine} has no threads that can be counted; the engine wasm has, in browsers`;
  if (isNode)
    return 'in Node the wasm engine of tfjs runs on one thread; its threads are web workers, which exist in browsers only';
  if (isWasmCarried) return `${CARRIED} has one thread: ${INSTEAD}`;
  if (!hasWasmThreads)
    return 'threads need SharedArrayBuffer: serve the page with COOP and COEP headers (cross-origin isolation)';
  return undefined;
}

const threadSettings = (count: number): readonly Setting[] =>
  count > 1 ? [{ kind: 'wasmThreads', name: 'wasm threads', value: count }] : [];

/** Has no effect but where the engine does so by itself. */
function fixedOption(name: string, refusal: TfjsSessionOption['refusal']): TfjsSessionOption {
  return { ...known(name), refusal, settings: () => [] };
}

/** An option of TensorFlow's native library, which reads it from the environment. */
function nativeOption(
  name: string,
  variable: string,
  elsewhere: (value: unknown, host: SessionHost) => string | undefined,
): TfjsSessionOption {
  return {
    ...known(name),
    refusal(value, host) {
      if (host.engine !== 'tensorflow') return elsewhere(value, host);
      return host.isNativeUnloaded
        ? undefined
        : 'the native library was loaded before, and reads it while it is loaded';
    },
    settings: (value, { engine }) =>
      engine === 'tensorflow' ? [{ kind: 'variable', name: variable, value: String(value) }] : [],
  };
}

const isGpu = (engine: EngineName): boolean => engine === 'webgl' || engine === 'webgpu' || engine === 'tensorflow';
const BYTES_PER_MEGABYTE = 2 ** 20;

const OPTIONS: readonly TfjsSessionOption[] = [
  fixedOption('engine', (value, { engine }) =>
    engine === 'tensorflow' ? `tfjs-node-gpu is its own engine, not ${String(value)}` : undefined,
  ),
  {
    ...known('debug'),
    refusal: () => undefined,
    settings: (value) => [{ kind: 'flag', name: 'DEBUG', value: value as boolean }],
  },
  simdOption(),
  {
    ...known('wasm.threadsCount'),
    refusal: (value, host) =>
      host.engine === 'wasm'
        ? threadsRefusal(value as number, host)
        : `it speaks of the engine wasm, and the engine is ${host.engine}`,
    settings: (value) => threadSettings(value as number),
  },
  flagOption('webgl.version', 'webgl', 'WEBGL_VERSION'),
  flagOption('webgl.packing', 'webgl', 'WEBGL_PACK'),
  flagOption('webgl.forceF16Textures', 'webgl', 'WEBGL_FORCE_F16_TEXTURES'),
  flagOption('webgl.cpuForward', 'webgl', 'WEBGL_CPU_FORWARD'),
  flagOption('webgl.flushThreshold', 'webgl', 'WEBGL_FLUSH_THRESHOLD'),
  flagOption(
    'webgl.textureCacheMegabytes',
    'webgl',
    'WEBGL_DELETE_TEXTURE_THRESHOLD',
    (value: number) => value * BYTES_PER_MEGABYTE,
  ),
  flagOption('webgpu.deferredSubmitBatchSize', 'webgpu', 'WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE'),
  flagOption('webgpu.useLowPowerGpu', 'webgpu', 'WEBGPU_USE_LOW_POWER_GPU'),
  flagOption('webgpu.cpuForward', 'webgpu', 'WEBGPU_CPU_FORWARD'),
  {
    ...known('intra_op_parallelism_threads'),
    refusal: (value, host) => threadsRefusal(value as number, host),
    settings: (value) => threadSettings(value as number),
  },
  fixedOption('inter_op_parallelism_threads', (value) =>
    (value as number) > 1 ? 'tfjs runs one operation after another, on one thread' : undefined,
  ),
  nativeOption('gpu_options.allow_growth', 'TF_FORCE_GPU_ALLOW_GROWTH', (value, { engine }) => {
    if (!isGpu(engine)) return `the engine ${engine} uses no GPU`;
    return value === true ? undefined : `the engine ${engine} always allocates GPU memory as it is needed`;
  }),
  nativeOption('gpu_options.visible_device_list', 'CUDA_VISIBLE_DEVICES', (_, { engine }) =>
    isGpu(engine)
      ? 'browsers choose the GPU; webgpu.useLowPowerGpu says which kind is preferred'
      : `the engine ${engine} uses no GPU`,
  ),
  fixedOption('gpu_options.per_process_gpu_memory_fraction', (value, { engine }) => {
    // 0 leaves the fraction to the engine.
    if (value === 0) return undefined;
    return isGpu(engine)
      ? 'no engine of tfjs knows how much memory a GPU has; on webgl, webgl.textureCacheMegabytes bounds what is kept for reuse'
      : `the engine ${engine} uses no GPU`;
  }),
  fixedOption('device_count.GPU', (value, { engine }) => {
    if (value === 0) return isGpu(engine) ? `the engine ${engine} runs on a GPU` : undefined;
    if (!isGpu(engine)) return `the engine ${engine} uses no GPU; choose webgl or webgpu, or the plugin tfjsNodeGpu`;
    return (value as number) > 1 ? 'an engine of tfjs uses one GPU' : undefined;
  }),
  fixedOption('device_count.CPU', (value, { engine }) => {
    if (value === 0) return isGpu(engine) ? undefined : `the engine ${engine} runs on the CPU`;
    return (value as number) > 1 ? 'an engine of tfjs uses one CPU device' : undefined;
  }),
  {
    ...known('log_device_placement'),
    refusal: (value) =>
      value === true
        ? 'all of a program runs on one engine, which the Simulator names; debug reports each operation'
        : undefined,
    settings: () => [],
  },
];

/** As backends declare them. */
export const SESSION_OPTIONS: readonly SessionOption[] = OPTIONS;

/**
 * Checks names and types, whatever the engine.
 * @throws NdlError UNKNOWN_SESSION_CONFIG, INVALID_SESSION_CONFIG
 */
export function checkSessionConfig(config: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(config)) {
    const option = OPTIONS.find((candidate) => candidate.name === name);
    if (option === undefined)
      throw sessionConfigUnknown(
        name,
        OPTIONS.map((known) => known.name),
      );
    if (!option.accepts(value)) throw sessionConfigInvalid(name, option.expects, value);
  }
}

/** What a name of `sessionConfig` sets. */
export interface NamedSetting {
  /** The name that asks for it. */
  readonly by: string;
  readonly setting: Setting;
}

/**
 * What a checked configuration sets on a host. What has no effect there is left out, and told.
 * @throws NdlError SESSION_CONFIG_CONFLICT where two names disagree
 */
export function settingsOf(
  config: Readonly<Record<string, unknown>>,
  host: SessionHost,
  onIgnored: OnIgnoredOption,
): readonly NamedSetting[] {
  const wanted: NamedSetting[] = [];
  for (const option of OPTIONS) {
    if (!Object.hasOwn(config, option.name)) continue;
    const value = config[option.name];
    const reason = option.refusal(value, host);
    if (reason !== undefined) {
      onIgnored(option.name, reason);
      continue;
    }
    for (const setting of option.settings(value, host)) {
      const other = wanted.find(({ setting: { name } }) => name === setting.name);
      if (other === undefined) wanted.push({ by: option.name, setting });
      else if (other.setting.value !== setting.value) {
        throw sessionConfigConflict(option.name, setting.value, other.setting.value, `sessionConfig "${other.by}"`);
      }
    }
  }
  return wanted;
}
