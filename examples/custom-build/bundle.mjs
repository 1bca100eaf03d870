/** @file Bundles the page for browsers: `node bundle.mjs` prints the sizes and what they are made of. */
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const entry = fileURLToPath(new URL('src/page.ts', import.meta.url));

/**
 * One script that defines the global `page`. `inputs` maps each file that left something in the bundle to its bytes there.
 * Any `node:` import makes the bundler fail: the platform is the browser.
 */
export async function bundlePage({ minify = true } = {}) {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'page',
    target: 'es2022',
    minify,
    metafile: true,
    write: false,
    outfile: 'page.js',
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output.inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput]);
  return {
    text: file.text,
    bytes: file.contents.length,
    gzipBytes: gzipSync(file.contents).length,
    inputs: Object.fromEntries(inputs.filter(([, bytes]) => bytes > 0)),
  };
}

/** Bytes by package: `@ndl/x` or a package of others. */
export function bytesByPackage(inputs) {
  const sums = new Map();
  for (const [path, bytes] of Object.entries(inputs)) {
    const [, own] = /packages\/([^/]+)\//.exec(path) ?? [];
    const [, others] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
    const name = own === undefined ? (others ?? 'this example') : `@ndl/${own}`;
    sums.set(name, (sums.get(name) ?? 0) + bytes);
  }
  return [...sums].sort(([, a], [, b]) => b - a);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  const readable = await bundlePage({ minify: false });
  const { bytes, gzipBytes, inputs } = await bundlePage();
  console.log(`readable  ${kilobytes(readable.bytes)}`);
  console.log(`minified  ${kilobytes(bytes)}`);
  console.log(`gzip      ${kilobytes(gzipBytes)}\n`);
  for (const [name, sum] of bytesByPackage(inputs)) console.log(`${kilobytes(sum).padStart(10)}  ${name}`);
}
