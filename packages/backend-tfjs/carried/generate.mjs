/**
 * @file Writes `simd-wasm.js` beside this file: the WebAssembly of tfjs as a module, so that pages find it wherever their bundler has put their
 * code. Part of the build; what it writes is published and not kept in the repository.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const file = '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm';
const { version } = require('@tensorflow/tfjs-backend-wasm/package.json');
const text = gzipSync(readFileSync(require.resolve(file)), { level: 9 }).toString('base64');

writeFileSync(
  new URL('simd-wasm.js', import.meta.url),
  `// ${file} ${version}, Copyright Google LLC, Apache-2.0, as it is; compressed by gzip, in base64.\n` +
    `export const SIMD_WASM = '${text}';\n`,
);
