/** @file `ndl playground`: serves the page to this machine, and has it follow a model's file. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from './command.ts';
import { badValue, modelUnreadable, noSite, portTaken } from './errors.ts';
import { followFile } from './follow-file.ts';
import { serveSite, type SiteServer } from './serve-site.ts';
import { EXIT, type Terminal } from './terminal.ts';

const PORT = 4173;

export const playground: Command = {
  summary:
    'serves the page to this machine; a model that it is given is opened there, and read again as its file changes',
  usage: '[MODEL]',
  positionals: [0, 1],
  options: {
    port: { value: 'NUMBER', help: `default ${PORT}; 0 for any that is free` },
    open: { help: 'open the address in the browser' },
    site: {
      value: 'FOLDER',
      help: 'the files of the page; default: those of @ndl/playground, installed beside, or of a clone',
    },
  },
  examples: ['ndl playground model.ts --open', 'ndl playground --port 8080'],
  perform: async ({ positionals, options }, terminal) => {
    const [model] = positionals;
    const port = Number(options.get('port') ?? PORT);
    if (!(Number.isInteger(port) && port >= 0 && port < 65536))
      throw badValue('port', 'a whole number from 0 to 65535', options.get('port'));
    if (model !== undefined)
      await readFile(model).catch((error: Error) => {
        throw modelUnreadable(model, error);
      });
    const site = siteOf(options.get('site'));
    await using server = await serve(site, port, model);
    const address = `${server.url}${model === undefined ? '' : '?follow'}`;
    terminal.write(`The playground is at ${address} until you press Ctrl-C.\n`);
    if (options.has('open')) openAddress(address, terminal);
    await aborted(terminal.signal);
    return EXIT.done;
  },
};

async function serve(site: string, port: number, model: string | undefined): Promise<SiteServer> {
  const more = model === undefined ? {} : { '/live/model': followFile.bind(undefined, model) };
  try {
    return await serveSite(site, port, more);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? portTaken(port) : error;
  }
}

/** @throws NdlError NO_SITE */
function siteOf(given: string | undefined): string {
  const places = given === undefined ? [installed(), inClone()] : [resolve(given)];
  const found = places.find((place) => place !== undefined && existsSync(join(place, 'index.html')));
  if (found === undefined) throw noSite(given);
  return found;
}

/** The static files of `@ndl/playground`, from where this package is. */
function installed(): string | undefined {
  try {
    return join(dirname(fileURLToPath(import.meta.resolve('@ndl/playground/package.json'))), 'site');
  } catch {
    return undefined;
  }
}

/** Where `npm run playground -- --build` leaves them. */
function inClone(): string {
  return fileURLToPath(new URL('../../../apps/playground/dist/site-files', import.meta.url));
}

function openAddress(address: string, { tell }: Terminal): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '""']
        : ['xdg-open'];
  const browser = spawn(command!, [...args, address], { stdio: 'ignore', detached: true });
  browser.on('error', () => tell('No browser could be opened; open the address yourself.\n'));
  browser.unref();
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
}
