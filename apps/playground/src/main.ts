/** @file What `npm run playground` does. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSite } from './site/build-site.ts';
import { serveSite } from './site/serve-site.ts';

const FOLDER = fileURLToPath(new URL('../dist/site-files', import.meta.url));
const LAYOUTS = fileURLToPath(new URL('../src/page/gallery-layouts.ts', import.meta.url));
const USAGE = `npm run playground                     builds, serves to this machine, prints the address
npm run playground -- --port 8080      at this port (default 4173)
npm run playground -- --build [FOLDER] leaves static files (default ${FOLDER})
npm run playground -- --layouts        renews the stored layouts of the gallery's models
`;

/** @throws Error where arguments are unknown, the build fails or the port is taken */
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
  } else if (option === undefined || (option === '--port' && /^\d+$/.test(value ?? ''))) {
    await buildSite(FOLDER);
    const { url } = await serveSite(FOLDER, Number(value ?? 4173));
    process.stdout.write(`The playground is at ${url} until you press Ctrl-C.\n`);
  } else {
    throw new Error(`'${parameters.join(' ')}' is not understood.\n${USAGE}`);
  }
}
