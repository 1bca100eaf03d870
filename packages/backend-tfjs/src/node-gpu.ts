/**
 * @file `@ndl/backend-tfjs/node-gpu`: tfjs on CUDA, through the optional peer `@tensorflow/tfjs-node-gpu`. Its way through this
 * package is tested with a stand-in module; it has not been run on hardware.
 */
import { refuseSurplus } from '@ndl/numerics';
import { BACKENDS, definePlugin, token, type Backend, type BackendEntry, type Plugin, type Token } from '@ndl/core';
import { TFJS_DTYPES, TFJS_PRIORITY, tfjsSupport } from './entry.ts';
import { nodeGpuMissing } from './errors.ts';
import { checkOptionNames } from './plugin.ts';
import { checkSessionConfig, SESSION_OPTIONS } from './engines/session-config.ts';

/** Chooses tfjs-node-gpu: `configureSettings({ backend: TFJS_NODE_GPU_BACKEND })`. */
export const TFJS_NODE_GPU_BACKEND: Token<BackendEntry> = /* @__PURE__ */ token<BackendEntry>(
  '@ndl/backend-tfjs/node-gpu-backend',
);

/** Options of the plugin. */
export interface TfjsNodeGpuOptions {
  /** What `import('@tensorflow/tfjs-node-gpu')` resolves to, or a function that loads it. Default: that very import. */
  readonly module?: unknown;
}

/**
 * Offers tfjs-node-gpu, in float32, above the engines that run anywhere.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function tfjsNodeGpu(options: TfjsNodeGpuOptions = {}): Plugin {
  refuseSurplus('tfjsNodeGpu', arguments, 1);
  checkOptionNames('tfjsNodeGpu', options, ['module']);
  const entry: BackendEntry = {
    name: 'tfjs-node-gpu',
    priority: TFJS_PRIORITY + 1,
    dtypes: TFJS_DTYPES,
    sessionConfig: SESSION_OPTIONS,
    supports: tfjsSupport,
    async load(sessionConfig, onIgnored = () => {}): Promise<Backend> {
      checkSessionConfig(sessionConfig);
      const { loadNodeGpuBackend } = await import('./engines/node-gpu-backend.ts');
      return loadNodeGpuBackend(options.module ?? importNodeGpu, sessionConfig, onIgnored);
    },
  };
  return definePlugin({
    name: '@ndl/backend-tfjs/node-gpu',
    register({ bind, contribute }) {
      bind(TFJS_NODE_GPU_BACKEND).toConstantValue(entry);
      contribute(BACKENDS).toConstantValue({
        key: TFJS_NODE_GPU_BACKEND,
        summary: 'TensorFlow.js in float32 on CUDA, with @tensorflow/tfjs-node-gpu installed',
      });
    },
  });
}

/** The specifier is no literal, so that nothing but this subpath ever asks for the package. */
async function importNodeGpu(): Promise<unknown> {
  const specifier: string = '@tensorflow/tfjs-node-gpu';
  try {
    return (await import(specifier)) as unknown;
  } catch (cause) {
    throw nodeGpuMissing(cause);
  }
}
