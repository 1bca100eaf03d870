/** @file The plugin that offers TensorFlow.js as a backend. Light: tfjs itself is loaded when the backend is chosen. */
import { refuseSurplus } from '@ndl/numerics';
import {
  BACKENDS,
  definePlugin,
  MAP_ROUTINES,
  showValue,
  token,
  type BackendEntry,
  type MapRoutines,
  type Plugin,
  type Token,
} from '@ndl/core';
import { WASM_FILES } from './engines/carried-wasm.ts';
import { tfjsEntry } from './entry.ts';
import { optionInvalid, optionsInvalid, optionUnknown, wasmPathsInvalid } from './errors.ts';
import type { TfjsEngine, TfjsOptions } from './options.ts';

/** Chooses the tfjs backend: `configureSettings({ backend: TFJS_BACKEND })`. */
export const TFJS_BACKEND: Token<BackendEntry> = /* @__PURE__ */ token<BackendEntry>('@ndl/backend-tfjs/backend');

const ENGINES: readonly TfjsEngine[] = ['auto', 'wasm', 'cpu', 'webgl', 'webgpu'];
const MAPS: readonly string[] = ['fused', 'operations'];

/**
 * Offers TensorFlow.js, in float32.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function tfjs(options: TfjsOptions = {}): Plugin {
  refuseSurplus('tfjs', arguments, 1);
  checkOptionNames('tfjs', options, ['engine', 'maps', 'wasmPaths']);
  const { engine = 'auto', maps, wasmPaths } = options;
  if (!ENGINES.includes(engine)) throw optionInvalid('engine', ENGINES, engine);
  if (maps !== undefined && !MAPS.includes(maps)) throw optionInvalid('maps', MAPS, maps);
  checkWasmPaths(wasmPaths);
  return definePlugin({
    name: '@ndl/backend-tfjs',
    register({ bind, contribute }) {
      bind(TFJS_BACKEND).toResolvedValue(
        (routines: MapRoutines | undefined) => tfjsEntry(options, routines),
        [{ serviceIdentifier: MAP_ROUTINES, optional: true }],
      );
      contribute(BACKENDS).toConstantValue({
        key: TFJS_BACKEND,
        summary: 'TensorFlow.js in float32, on wasm, cpu, WebGL or WebGPU',
      });
    },
  });
}

/** @throws NdlError INVALID_OPTION for what is no object, UNKNOWN_OPTION */
export function checkOptionNames(factory: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw optionsInvalid(factory, options);
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw optionUnknown(factory, unknown, known);
}

function checkWasmPaths(paths: unknown): void {
  if (paths === undefined || typeof paths === 'string') return;
  if (typeof paths !== 'object' || paths === null) throw wasmPathsInvalid(`got ${showValue(paths)}`);
  const missing = WASM_FILES.filter((file) => typeof (paths as Readonly<Record<string, unknown>>)[file] !== 'string');
  if (missing.length > 0) throw wasmPathsInvalid(`it lacks ${missing.join(', ')}`);
}
