/** @file The tfjs backend before it is loaded: asking it costs nothing. */
import type { BackendEntry, MapRoutines, Support } from '@ndl/core';
import { type Dtype, expectedSeconds, type Program, type Training } from '@ndl/ir';
import { TFJS_COSTS } from './costs.ts';
import type { TfjsOptions } from './options.ts';
import { checkSessionConfig, SESSION_OPTIONS, type EngineName } from './engines/session-config.ts';
import { whyUnsupported } from './lowering/unsupported.ts';

/** Number formats of every engine of tfjs. */
export const TFJS_DTYPES: readonly Dtype[] = ['float32'];

/** Above the reference interpreter. */
export const TFJS_PRIORITY = 10;

export function tfjsSupport(program: Program, training?: Training): Support {
  const reason = whyUnsupported(program, training);
  return reason === undefined ? { supported: true } : { supported: false, reason };
}

/** @param routines for maps on engines in the host's memory, where somebody offers any */
export function tfjsEntry({ engine = 'auto', maps, wasmPaths }: TfjsOptions, routines?: MapRoutines): BackendEntry {
  return {
    name: 'tfjs',
    priority: TFJS_PRIORITY,
    dtypes: TFJS_DTYPES,
    sessionConfig: SESSION_OPTIONS,
    keepsTape: true,
    supports: tfjsSupport,
    // Of GPUs nothing is measured: who wants one names it.
    ...((engine === 'auto' || engine === 'wasm') && {
      estimate: (program, job) => {
        const seconds = expectedSeconds(program, job, TFJS_COSTS);
        if (seconds !== undefined) return { supported: true, seconds };
        return { supported: false, reason: `tfjs computes in float32 only, not in ${program.dtype}` };
      },
    }),
    async load(sessionConfig, onIgnored = () => {}) {
      checkSessionConfig(sessionConfig);
      const asked = sessionConfig['engine'] ?? engine;
      const wantsGpu = (sessionConfig['device_count.GPU'] ?? 0) !== 0;
      const automatic: readonly EngineName[] = wantsGpu ? ['webgpu', 'webgl', 'wasm', 'cpu'] : ['wasm', 'cpu'];
      const { loadTfjsBackend } = await import('./engines/tfjs-backend.ts');
      return loadTfjsBackend({
        engines: asked === 'auto' ? automatic : [asked as EngineName],
        maps,
        routines,
        wasmPaths,
        sessionConfig,
        onIgnored,
      });
    },
  };
}
