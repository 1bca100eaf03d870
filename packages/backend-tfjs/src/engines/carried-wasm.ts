/** @file The WebAssembly of tfjs that this package carries, for pages: nobody has to serve a file. */

/** The files that tfjs asks for, by what the browser can do. */
export const WASM_FILES: readonly string[] = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
];

/** Where tfjs can fetch it, by the name of the file: the same for each, as it is asked for one only. */
export type CarriedWasm = Readonly<Record<string, string>>;

let unpacked: Promise<CarriedWasm> | undefined;

/**
 * Unpacks it, once for the page: tfjs fetches it again where its engine starts anew. It has SIMD, as every browser does that runs ndl, and no
 * threads. @throws Error where it does not unpack
 */
export function carriedWasm(): Promise<CarriedWasm> {
  unpacked ??= unpack().catch((error: unknown) => {
    // The next who asks tries again: it may have been the network.
    unpacked = undefined;
    throw error;
  });
  return unpacked;
}

async function unpack(): Promise<CarriedWasm> {
  const { SIMD_WASM } = await import('../../carried/simd-wasm.js');
  const packed = Uint8Array.from(atob(SIMD_WASM), (character) => character.charCodeAt(0));
  const bytes = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const whole = await new Response(bytes).arrayBuffer();
  const url = URL.createObjectURL(new Blob([whole], { type: 'application/wasm' }));
  return Object.fromEntries(WASM_FILES.map((file) => [file, url]));
}
