/** @file `ndl new`: begins a plugin package, whole or not at all. */
import { mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isNdlError, suggest } from '@ndl/numerics';
import { makeFolder } from 'ndl/node';
import type { Command } from './command.ts';
import { folderInUse, folderUnwritable, usage } from './errors.ts';
import { filesOfPackage, PLUGIN_KINDS, requirePackageName, type PluginKind } from './plugin-package.ts';
import { EXIT } from './terminal.ts';
import { versionOfNdl } from './version.ts';

export const newPackage: Command = {
  summary: 'begins a package with a plugin of your own and its tests, ready to publish',
  usage: 'planner|neuron NAME',
  positionals: [2, 2],
  options: {
    folder: {
      value: 'FOLDER',
      help: 'where it goes, a folder that is empty or not there; default: its name without @scope/',
    },
    json: { help: 'one JSON document on standard output, and nothing else there' },
  },
  examples: [
    'ndl new planner @you/ndl-planner-widest',
    'ndl new neuron ndl-neuron-bursting --folder packages/bursting',
    'cd ndl-neuron-bursting && npm install && npm test',
  ],
  perform: async ({ positionals, options }, terminal) => {
    const [kind, name] = positionals as [string, string];
    if (!Object.hasOwn(PLUGIN_KINDS, kind))
      throw usage(`ndl new makes no '${kind}'. ${suggest(kind, Object.keys(PLUGIN_KINDS))}`);
    requirePackageName(name);
    const folder = options.get('folder') ?? basename(name);
    const files = filesOfPackage(kind as PluginKind, name, await versionOfNdl());
    await writeWholeFolder(folder, files, terminal.signal);
    const document = { name, folder, files: [...files.keys()] };
    terminal.write(options.has('json') ? `${JSON.stringify(document, undefined, 2)}\n` : nextSteps(document, kind));
    return EXIT.done;
  },
};

function nextSteps({ name, folder, files }: { name: string; folder: string; files: string[] }, kind: string): string {
  return `${name} stands in ${folder}: ${files.join(', ')}

  cd ${relative('', folder) || '.'}
  npm install      # ndl's packages and the tools; before ndl is published, give it the tarballs of npm run pack
  npm test         # the ${kind} under ndl's conformance suite
  npm publish      # when LICENSE and README.md are yours
`;
}

/** Writes into a folder beside and gives that its name when it is whole. @throws NdlError FOLDER_IN_USE, FOLDER_UNWRITABLE */
async function writeWholeFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const target = resolve(folder);
  let beside: string | undefined;
  try {
    await requireFree(target, folder);
    await makeFolder(dirname(target));
    beside = await mkdtemp(`${target}.new-`);
    for (const [path, text] of files) {
      signal.throwIfAborted();
      await makeFolder(dirname(join(beside, path)));
      await writeFile(join(beside, path), text);
    }
    await requireFree(target, folder);
    await rmdir(target).catch(() => undefined);
    await rename(beside, target);
  } catch (error) {
    if (beside !== undefined) await rm(beside, { recursive: true, force: true });
    if (signal.aborted || isNdlError(error)) throw error;
    throw folderUnwritable(folder, error as Error);
  }
}

async function requireFree(target: string, folder: string): Promise<void> {
  const entries = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error.code === 'ENOTDIR' ? folderInUse(folder, 'is a file, or below one') : error;
  });
  if (entries.length > 0) throw folderInUse(folder, `has ${entries.length} files already, such as ${entries[0]!}`);
}
