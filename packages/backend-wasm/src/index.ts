/** @file The public names of `@ndl/backend-wasm`. */
export { wasmEntry } from './backend.ts';
export { WASM_BACKEND, wasmBackend } from './plugin.ts';
