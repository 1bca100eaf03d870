/** @file Builds the playground into a folder of static files. */
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, defaultClientConditions, type InlineConfig } from 'vite';

const APP = fileURLToPath(new URL('../..', import.meta.url));
const shared: InlineConfig = {
  configFile: false,
  root: APP,
  base: './',
  logLevel: 'warn',
  resolve: { conditions: ['@ndl/source', ...defaultClientConditions] },
};

/** @param folder is emptied first */
export async function buildSite(folder: string): Promise<void> {
  await build({
    ...shared,
    build: { outDir: folder, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 2000, modulePreload: false },
  });
  // One classic script: the sandbox gets it as text. TensorFlow.js stays out; models that ask for it are told so.
  await build({
    ...shared,
    logLevel: 'error',
    publicDir: false,
    plugins: [withoutTensorFlow],
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2022',
      chunkSizeWarningLimit: 4000,
      rollupOptions: {
        input: join(APP, 'src/runner/runner.ts'),
        output: { format: 'iife', entryFileNames: 'runner.js', codeSplitting: false },
      },
    },
  });
  copyFileSync(fileURLToPath(import.meta.resolve('elkjs/LICENSE.md')), join(folder, 'elkjs-license.md'));
  writeServiceWorker(folder);
}

/** What would load TensorFlow.js says instead that it is not there. */
const REFUSAL = `const refuse = () => { throw new Error('TensorFlow.js is not part of the playground; leave the backend to ndl.'); };
export { refuse as loadTfjsBackend, refuse as loadNodeGpuBackend };`;

const withoutTensorFlow = {
  name: 'without-tensorflow',
  enforce: 'pre' as const,
  resolveId: (id: string): string | undefined =>
    /(^|\/)(tfjs|node-gpu)-backend\.[jt]s$/.test(id) ? '\0no-tensorflow' : undefined,
  load: (id: string): string | undefined => (id === '\0no-tensorflow' ? REFUSAL : undefined),
};

/** The service worker lists what was built, so that a new build is a new cache. */
function writeServiceWorker(folder: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'service-worker.js')
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(join(folder, file)));
  const text = readFileSync(join(APP, 'src/site/service-worker.js'), 'utf8')
    .replace("'VERSION'", `'${hash.digest('hex').slice(0, 16)}'`)
    .replace("['FILES']", JSON.stringify(files.filter((file) => !/elk/.test(file))));
  writeFileSync(join(folder, 'service-worker.js'), text);
}
