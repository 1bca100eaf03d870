/** @file The plugin that offers the WebAssembly backend. */
import { BACKENDS, definePlugin, MAP_ROUTINES, token, type BackendEntry, type Plugin, type Token } from '@ndl/core';
import { refuseSurplus } from '@ndl/numerics';
import { wasmEntry } from './backend.ts';
import { mapRoutines } from './maps/map-routines.ts';

/** Chooses the WebAssembly backend: `configureSettings({ backend: WASM_BACKEND })`. */
export const WASM_BACKEND: Token<BackendEntry> = /* @__PURE__ */ token<BackendEntry>('@ndl/backend-wasm/backend');

/**
 * Offers programs compiled to WebAssembly, in float32 and float64, with the same bits as the reference backend; and single kernels, to
 * other backends.
 */
export function wasmBackend(): Plugin {
  refuseSurplus('wasmBackend', arguments, 0);
  return definePlugin({
    name: '@ndl/backend-wasm',
    register({ bind, contribute }) {
      bind(WASM_BACKEND).toConstantValue(wasmEntry);
      bind(MAP_ROUTINES).toConstantValue(mapRoutines);
      contribute(BACKENDS).toConstantValue({
        key: WASM_BACKEND,
        summary: 'compiled to WebAssembly, float32 and float64; the same bits as the reference backend',
      });
    },
  });
}
