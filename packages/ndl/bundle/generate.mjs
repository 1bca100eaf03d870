/**
 * @file Writes `ndl.js` beside this file, and the pieces that it loads when they are wanted: all of ndl for pages without a bundler. Part of
 * the build, after what is compiled; what it writes is published and not kept in the repository.
 */
import { build } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
for (const file of readdirSync(folder)) if (/\.(js|txt)$/.test(file)) rmSync(join(folder, file));

await build({
  entryPoints: { ndl: join(folder, '../dist/index.js') },
  outdir: folder,
  bundle: true,
  splitting: true,
  platform: 'browser',
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'linked',
  chunkNames: '[name]-[hash]',
  logLevel: 'warning',
});
