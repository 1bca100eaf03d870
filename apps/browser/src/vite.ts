/** @file Vite as its users call it: `vite build`, `vite preview` and `vite` in the folder of a project, without options. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A server that runs until it is disposed of. */
export interface PageServer extends AsyncDisposable {
  /** With a slash at its end. */
  readonly url: string;
}

/** A file of a built page. */
export interface BuiltFile {
  /** As in its URL, with a slash in front. */
  readonly path: string;
  readonly contents: Uint8Array;
}

/** Bundles and minifies a page. Resolves to all files that were made. @throws Error with what Vite said, where it fails */
export async function buildPage(folder: string): Promise<readonly BuiltFile[]> {
  const vite = start(folder, ['build']);
  const said = collect(vite);
  const [status] = (await once(vite, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`vite build in ${folder}:\n${said.text}`);
  const built = join(folder, 'dist');
  return readdirSync(built, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: file.slice(built.length).replaceAll('\\', '/'),
      contents: readFileSync(file),
    }));
}

/**
 * Serves a page to this machine: `built`, what {@link buildPage} made; `sources`, each module by itself, as while one works on it.
 * @throws Error with what Vite said, where it ends before it serves
 */
export async function servePage(folder: string, kind: 'built' | 'sources'): Promise<PageServer> {
  const vite = start(folder, [...(kind === 'built' ? ['preview'] : []), '--host', '127.0.0.1']);
  const said = collect(vite);
  const ended = once(vite, 'exit');
  const url = new Promise<string>((resolve) => {
    vite.stdout!.on('data', () => {
      const [found] = /http:\/\/127\.0\.0\.1:\d+\//.exec(said.text) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const served = await Promise.race([url, ended.then(() => undefined)]);
  if (served === undefined) throw new Error(`vite in ${folder} ended:\n${said.text}`);
  return {
    url: served,
    async [Symbol.asyncDispose]() {
      vite.kill();
      await ended;
    },
  };
}

function start(folder: string, parameters: readonly string[]): ChildProcess {
  const program = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
  // A server ends with its standard input, so that none outlives us, unless CI is set. NODE_ENV is of those who test.
  const { CI: _ci, NODE_ENV: _environment, NODE_OPTIONS: _options, ...env } = process.env;
  return spawn(process.execPath, [program, ...parameters], {
    cwd: folder,
    env: { ...env, NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** All that a process has said so far. */
function collect({ stdout, stderr }: ChildProcess): { readonly text: string } {
  const said = { text: '' };
  for (const stream of [stdout!, stderr!]) stream.setEncoding('utf8').on('data', (text: string) => (said.text += text));
  return said;
}
