/** @file `@ndl/backend-tfjs/node`: what only Node can tell about tfjs. */
import { refuseSurplus } from '@ndl/numerics';
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';

/**
 * The folder that holds the .wasm files of tfjs, with a separator at its end. In Node tfjs finds them by itself; pass this as
 * `wasmPaths` where a bundler has moved its code, or copy the folder to where a site serves it.
 */
export function wasmFolder(): string {
  refuseSurplus('wasmFolder', arguments, 0);
  const require = createRequire(import.meta.url);
  return dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm')) + sep;
}
