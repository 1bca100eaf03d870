/**
 * @file A project with a page, as somebody has it who installed ndl: `index.html`, sources, `node_modules`, and no configuration of
 * any tool. It lies in a folder of its own, outside of the repository, and holds what is built.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A folder that is there until it is disposed of. */
export interface PageProject extends Disposable {
  readonly folder: string;
}

/**
 * Copies the `index.html` and the sources of an app of this repository, and installs ndl beside them.
 * @param app its folder
 * @throws Error where the packages are not built
 */
export function createPageProject(app: string): PageProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ndl-page-')));
  const project: PageProject = { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
  try {
    cpSync(join(app, 'index.html'), join(folder, 'index.html'));
    cpSync(join(app, 'src'), join(folder, 'src'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'page', private: true, type: 'module' }));
    installLibrary(join(folder, 'node_modules'));
    return project;
  } catch (error) {
    project[Symbol.dispose]();
    throw error;
  }
}

/** Has a project's servers isolate its pages from those of other origins: what threads in pages need. */
export function isolatePages({ folder }: PageProject): void {
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  const config = `export default ${JSON.stringify({ server: { headers }, preview: { headers } })};\n`;
  writeFileSync(join(folder, 'vite.config.js'), config);
}

/** Gives the built page of a project a Content-Security-Policy, such as `worker-src 'self'`, which forbids workers of `blob:`. */
export function setPolicy({ folder }: PageProject, policy: string): void {
  const page = join(folder, 'dist/index.html');
  const tag = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  writeFileSync(page, readFileSync(page, 'utf8').replace('<head>', `<head>${tag}`));
}

/** Installs ndl: copies of our packages, as they are published, and links to those of others. @param modules a `node_modules` */
export function installLibrary(modules: string): void {
  const packages = readdirSync(join(ROOT, 'packages')).map((name) => join(ROOT, 'packages', name));
  const manifests = packages.map((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    copyPackage(folder, join(modules, manifest.name));
    return manifest;
  });
  const others = manifests.flatMap(({ dependencies, peerDependencies }) =>
    Object.keys({ ...dependencies, ...peerDependencies }),
  );
  for (const name of new Set(others)) {
    const [installed, link] = [join(ROOT, 'node_modules', name), join(modules, name)];
    if (existsSync(link) || !existsSync(installed)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(installed, link, 'junction');
  }
}

function copyPackage(folder: string, destination: string): void {
  const built = join(folder, 'dist');
  if (!existsSync(built)) throw new Error(`${folder} is not built; pages hold what is built: npm run build`);
  cpSync(join(folder, 'package.json'), join(destination, 'package.json'));
  const isWanted = (file: string): boolean => ['', '.js'].includes(extname(file));
  cpSync(built, join(destination, 'dist'), { recursive: true, filter: isWanted });
  for (const room of ['carried', 'bundle'].filter((name) => existsSync(join(folder, name))))
    cpSync(join(folder, room), join(destination, room), { recursive: true, filter: isWanted });
}
