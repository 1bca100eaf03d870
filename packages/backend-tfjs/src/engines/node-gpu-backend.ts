/** @file Starts the engine of tfjs-node-gpu. Settings of the native library are environment variables, set before it loads. */
import type { Backend, OnIgnoredOption } from '@ndl/core';
import { nodeGpuInvalid, sessionConfigConflict } from '../errors.ts';
import { settingsOf, type NamedSetting } from './session-config.ts';
import type { TensorFlow } from './tensors.ts';
import { startBackend } from './tfjs-backend.ts';

/**
 * Loads and starts it.
 * @throws NdlError TFJS_NODE_GPU_MISSING, TFJS_NODE_GPU_INVALID, SESSION_CONFIG_*
 */
export async function loadNodeGpuBackend(
  module: unknown,
  sessionConfig: Readonly<Record<string, unknown>>,
  onIgnored: OnIgnoredOption,
): Promise<Backend> {
  const isLoader = typeof module === 'function';
  const host = {
    engine: 'tensorflow',
    isNode: true,
    hasWasmThreads: false,
    isWasmCarried: false,
    isNativeUnloaded: isLoader,
  } as const;
  const variables = settingsOf(sessionConfig, host, () => {}).filter(({ setting }) => setting.kind === 'variable');
  setVariables(variables);
  const tf = await tensorFlowOf(isLoader ? (module as () => Promise<unknown>)() : module);
  const rest = Object.entries(sessionConfig).filter(([name]) => !variables.some(({ by }) => by === name));
  return startBackend(tf, 'tensorflow', {}, { sessionConfig: Object.fromEntries(rest), maps: undefined, onIgnored });
}

/** The library reads them once, when it loads; they stay for the rest of the process, as it does. */
function setVariables(variables: readonly NamedSetting[]): void {
  for (const { by, setting } of variables) {
    const present = process.env[setting.name];
    if (present !== undefined && present !== setting.value) {
      throw sessionConfigConflict(by, setting.value, present, `the environment variable ${setting.name}`);
    }
  }
  for (const { setting } of variables) process.env[setting.name] = String(setting.value);
}

async function tensorFlowOf(loading: unknown): Promise<TensorFlow> {
  const loaded = (await loading) as Partial<TensorFlow> & { readonly default?: Partial<TensorFlow> };
  const tf = typeof loaded?.engine === 'function' ? loaded : loaded?.default;
  if (typeof tf?.engine !== 'function' || typeof tf.env !== 'function') throw nodeGpuInvalid('is not tfjs');
  if (tf.findBackendFactory?.('tensorflow') == null) throw nodeGpuInvalid('registers no engine "tensorflow"');
  return tf as TensorFlow;
}
