/** @file The WebAssembly of tfjs that this package carries, for pages: nobody has to serve a file. */

/** The files that tfjs asks for, by what the browser can do. */
export const WASM_FILES: readonly string[] = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
];

/** Places that tfjs can fetch it from. */
export interface CarriedWasm {
  /** By the name of the file: the same for each, as it is asked for one only. */
  readonly paths: Readonly<Record<string, string>>;
  /** Once tfjs has fetched it. */
  release(): void;
}

let isInUse = false;

/** Whether tfjs was told to take it: for the whole page, as all settings of tfjs. */
export function isCarriedWasmInUse(): boolean {
  return isInUse;
}

/** Unpacks it. It has SIMD, as every browser does that runs ndl, and no threads. @throws Error where it does not unpack */
export async function unpackCarriedWasm(): Promise<CarriedWasm> {
  const { SIMD_WASM } = await import('../../carried/simd-wasm.js');
  const packed = Uint8Array.from(atob(SIMD_WASM), (character) => character.charCodeAt(0));
  const bytes = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const unpacked = await new Response(bytes).arrayBuffer();
  const url = URL.createObjectURL(new Blob([unpacked], { type: 'application/wasm' }));
  isInUse = true;
  return { paths: Object.fromEntries(WASM_FILES.map((file) => [file, url])), release: () => URL.revokeObjectURL(url) };
}
