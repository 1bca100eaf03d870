/** @file Builds the playground into a folder of static files. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, defaultClientConditions, type InlineConfig } from 'vite';
import { DECLARATIONS_FILE } from '../language/declarations.ts';
import { BOOTSTRAP } from '../sandbox/sandbox.ts';
import { collectDeclarations } from './collect-declarations.ts';

const APP = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What the page itself may do. Frames that are made of text inherit it, so that it allows what the sandbox runs; the sandbox's own policy
 * takes away the rest. CodeMirror writes its style into the page.
 */
const POLICY = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${createHash('sha256').update(BOOTSTRAP).digest('base64')}' blob: 'wasm-unsafe-eval'`,
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

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
    plugins: [withPolicy],
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      chunkSizeWarningLimit: 4000,
      modulePreload: false,
      // The TypeScript service takes seconds on a busy machine, which is nothing to warn of.
      rolldownOptions: { checks: { pluginTimings: false } },
    },
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
  copyData(folder);
  writeFileSync(join(folder, DECLARATIONS_FILE), JSON.stringify(collectDeclarations()));
  copyNotice('elkjs/LICENSE.md', join(folder, 'elkjs-license.md'));
  copyNotice('typescript-5/LICENSE.txt', join(folder, 'typescript-license.txt'));
  copyNotice('typescript-5/ThirdPartyNoticeText.txt', join(folder, 'typescript-third-party-notices.txt'));
  writeServiceWorker(folder);
}

/** Before everything else that the page names. */
const withPolicy = {
  name: 'with-policy',
  transformIndexHtml: {
    order: 'post' as const,
    handler: (html: string): string =>
      html.replace('<head>', `<head>\n    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />`),
  },
};

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

/** Data that models of the gallery load by name. */
function copyData(folder: string): void {
  const data = join(APP, '../gallery/data');
  if (!existsSync(data)) return;
  mkdirSync(join(folder, 'data'));
  for (const file of readdirSync(data).filter((name) => name.endsWith('.npz')))
    copyFileSync(join(data, file), join(folder, 'data', file));
}

function copyNotice(file: string, to: string): void {
  copyFileSync(fileURLToPath(import.meta.resolve(file)), to);
}

/** What is loaded when it is first wanted, and kept from then on. */
const LATER = /elk|typescript|type-worker|^data\//;

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
    .replace("['FILES']", JSON.stringify(files.filter((file) => !LATER.test(file))));
  writeFileSync(join(folder, 'service-worker.js'), text);
}
