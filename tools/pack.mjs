/**
 * @file `npm run pack -- [FOLDER]`: builds, and packs all packages as publishing would, into FOLDER (`tarballs`): those that `npm install ndl`
 * needs, and below `more` the others, which are for tests.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  const workspaces = names.flatMap((name) => ['--workspace', name]);
  const parameters = ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', destination, ...workspaces];
  const caller = process.env.npm_execpath;
  const [command, all] = caller?.endsWith('.js') ? [process.execPath, [caller, ...parameters]] : ['npm', parameters];
  const { status } = spawnSync(command, all, {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: command === 'npm' && process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm pack failed; its messages are above.');
  return readdirSync(destination).filter((file) => file.endsWith('.tgz'));
}

try {
  const destination = resolve(process.env.INIT_CWD ?? ROOT, process.argv[2] ?? join(ROOT, 'tarballs'));
  setUp({ build: true });
  const needed = withDependencies('ndl');
  const packed = pack([...needed], destination);
  const others = [...manifests.keys()].filter((name) => !needed.has(name));
  pack(others, join(destination, 'more'));
  const shown = relative(process.cwd(), destination) || basename(destination);
  process.stdout.write(`${packed.length} tarballs in ${shown}, for: npm install ${join(destination, '*.tgz')}\n`);
  process.stdout.write(`${others.join(', ')}: in ${join(shown, 'more')}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
