/** @file `tfjs-backend-wasm-simd.wasm`, compressed by gzip, in base64. Written by `generate.mjs`. */
export const SIMD_WASM: string;
