/** @file What `npm run playground` does: builds the page, and leaves it in a folder or serves it as `ndl playground` does. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main as ndl } from '@ndl/cli';
import { buildSite } from './site/build-site.ts';

const FOLDER = fileURLToPath(new URL('../dist/site-files', import.meta.url));
const LAYOUTS = fileURLToPath(new URL('../src/page/gallery-layouts.ts', import.meta.url));
const USAGE = `npm run playground                     builds, serves to this machine, prints the address
npm run playground -- model.ts         opens a model there, and reads it again as its file changes
npm run playground -- --port 8080      at this port (default 4173); more: ndl help playground
npm run playground -- --build [FOLDER] leaves static files (default ${FOLDER})
npm run playground -- --layouts        renews the stored layouts of the gallery's models
`;

/** @throws Error where the build fails */
export async function main(parameters: readonly string[]): Promise<void> {
  const [option, value] = parameters;
  if (option === '--help') {
    process.stdout.write(USAGE);
  } else if (option === '--build') {
    const folder = value === undefined ? FOLDER : resolve(value);
    await buildSite(folder);
    process.stdout.write(`${folder}\n`);
  } else if (option === '--layouts') {
    const { layoutsSource } = await import('./site/gallery-layouts.ts');
    writeFileSync(LAYOUTS, await layoutsSource());
    process.stdout.write(`${LAYOUTS}; npm run format puts it into form.\n`);
  } else {
    await buildSite(FOLDER);
    const interrupt = new AbortController();
    process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));
    process.exitCode = await ndl(['playground', '--site', FOLDER, ...parameters], {
      write: (text) => void process.stdout.write(text),
      tell: (text) => void process.stderr.write(text),
      isWatched: process.stderr.isTTY,
      signal: interrupt.signal,
    });
  }
}
