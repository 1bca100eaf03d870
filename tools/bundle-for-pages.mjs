/** @file Bundles a package for pages without a bundler. Part of the build; what it writes is published and not kept in the repository. */
import { build } from 'esbuild';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Writes `NAME.js` into the folder that `generator`, the address of its `generate.mjs`, lies in, the pieces that it loads when they are
 * wanted, and the licences of all that is in them and is not ours; of what is compiled beside it.
 */
export async function bundleForPages(generator, name) {
  const folder = fileURLToPath(new URL('.', generator));
  for (const file of readdirSync(folder)) if (/\.(js|txt)$/.test(file)) rmSync(join(folder, file));
  const { metafile } = await build({
    entryPoints: { [name]: join(folder, '../dist/index.js') },
    absWorkingDir: ROOT,
    outdir: folder,
    bundle: true,
    splitting: true,
    metafile: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    minify: true,
    legalComments: 'linked',
    chunkNames: '[name]-[hash]',
    logLevel: 'warning',
  });
  const kept = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const others = kept.flatMap(([file]) => /^(.*\/)?node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? []);
  const licences = [...new Set(others)].sort().map(licenceOf);
  if (licences.length > 0) writeFileSync(join(folder, 'licences.txt'), licences.join('\n\n'));
}

/** The name of a package, and its licence word for word. */
function licenceOf(place) {
  const folder = join(ROOT, place);
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const words = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version}: ${license}\n\n${words}`;
}
