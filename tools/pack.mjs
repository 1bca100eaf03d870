/**
 * @file `npm run pack -- [FOLDER]`: builds, and packs all packages as publishing would, into FOLDER (`tarballs`): those that `npm install ndl`
 * needs, and below `more` the others: pictures, the command line, readers of other files, suites for tests, with `@ndl/playground`, the built
 * page. Beside them lies a `pnpm-workspace.yaml` that tells pnpm where all of them are.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pnpmWorkspace } from './pnpm-workspace.mjs';
import { setUp } from './setup.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const manifests = new Map(
  readdirSync(join(ROOT, 'packages'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8')))
    .map((manifest) => [manifest.name, manifest]),
);

/** A package and all of ours that it depends on. */
function withDependencies(name, found = new Set()) {
  if (!manifests.has(name) || found.has(name)) return found;
  found.add(name);
  for (const dependency of Object.keys(manifests.get(name).dependencies ?? {})) withDependencies(dependency, found);
  return found;
}

/** Packs packages into a folder, in place of tarballs that are there. @returns names of files */
function pack(names, destination) {
  mkdirSync(destination, { recursive: true });
  for (const file of readdirSync(destination)) if (file.endsWith('.tgz')) rmSync(join(destination, file));
  npmPack(
    ROOT,
    destination,
    names.flatMap((name) => ['--workspace', name]),
  );
  return readdirSync(destination).filter((file) => file.endsWith('.tgz'));
}

function npmPack(folder, destination, workspaces) {
  const parameters = ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', destination, ...workspaces];
  const caller = process.env.npm_execpath;
  const [command, all] = caller?.endsWith('.js') ? [process.execPath, [caller, ...parameters]] : ['npm', parameters];
  const { status } = spawnSync(command, all, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: command === 'npm' && process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm pack failed; its messages are above.');
}

/** `@ndl/playground`: static files and nothing else, which `ndl playground` finds where it is installed beside. */
async function packPlayground(destination) {
  const folder = join(ROOT, 'apps/playground/dist/package');
  rmSync(folder, { recursive: true, force: true });
  const { buildSite } = await import('../apps/playground/dist/site/build-site.js');
  await buildSite(join(folder, 'site'));
  const { version, license, engines, keywords } = manifests.get('@ndl/cli');
  const description = 'The playground of ndl as static files: code, network and plots of a model side by side';
  const own = [...keywords.filter((word) => word !== 'command-line'), 'playground', 'visualization'];
  const manifest = { name: '@ndl/playground', version, description, keywords: own, license, engines, files: ['site'] };
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ ...manifest, publishConfig: { access: 'public' } }, null, 2)}\n`,
  );
  writeFileSync(
    join(folder, 'README.md'),
    `# @ndl/playground\n\n${description}. Served by \`ndl playground\` of \`@ndl/cli\`, or by any server of static files.\n`,
  );
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  npmPack(folder, destination, []);
}

try {
  const destination = resolve(process.env.INIT_CWD ?? ROOT, process.argv[2] ?? join(ROOT, 'tarballs'));
  setUp({ build: true });
  const needed = withDependencies('ndl');
  const packed = pack([...needed], destination);
  const others = [...manifests.keys()].filter((name) => !needed.has(name));
  pack(others, join(destination, 'more'));
  await packPlayground(join(destination, 'more'));
  const { version } = manifests.get('ndl');
  const places = [
    ...[...needed].map((name) => ({ name, version, folder: destination })),
    ...[...others, '@ndl/playground'].map((name) => ({ name, version, folder: join(destination, 'more') })),
  ];
  writeFileSync(join(destination, 'pnpm-workspace.yaml'), pnpmWorkspace(places));
  const shown = relative(process.cwd(), destination) || basename(destination);
  process.stdout.write(`${packed.length} tarballs in ${shown}, for: npm install ${join(destination, '*.tgz')}\n`);
  process.stdout.write(`${[...others, '@ndl/playground'].join(', ')}: in ${join(shown, 'more')}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
