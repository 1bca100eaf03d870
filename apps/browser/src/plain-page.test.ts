/** @file The plain page of the guide, word for word, from a server that does nothing but serve files. Needs the built packages. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { installLibrary, openBrowser } from './index.ts';
import { requireChromium } from './require-chromium.test-helper.ts';

const GUIDE = fileURLToPath(new URL('../../../docs/guide/browser.md', import.meta.url));
const PATIENCE = 60_000;

test(
  'the plain page of the guide loads what it needs, and shows its number',
  { timeout: PATIENCE },
  async ({ skip }) => {
    const chromium = requireChromium(skip);
    using site = createSite();
    await using server = await serveFiles(site.folder);
    await using browser = await openBrowser(chromium);
    await using page = await browser.visit(server.url);
    expect(await page.evaluate(`(${shownNumber})()`)).toMatch(/^-?\d\.\d$/);
    const scripts = page.requests.filter((url) => url.endsWith('.js')).map((url) => url.slice(server.url.length));
    const piece = expect.stringMatching(/^node_modules\/ndl\/bundle\/chunk-\w+\.js$/) as unknown;
    expect(scripts).toEqual(['main.js', 'node_modules/ndl/bundle/ndl.js', piece, piece]);
    expect(await page.evaluate(`(${tensorFlowEngine})()`)).toBe('wasm (SIMD), 1 thread');
    expect(await page.evaluate(`(${pictureOfData})()`)).toBe('One line from 0.001 to 0.003; values from 1 to 1.');
    expect(page.errors).toEqual([]);
  },
);

/** Runs in the page: what it shows, once it shows something. */
const shownNumber = `async () => {
  const place = document.querySelector('#value');
  while (place.textContent === '') await new Promise((resolve) => setTimeout(resolve, 20));
  return place.textContent;
}`;

/** Runs in the page: what a network on TensorFlow.js runs on. */
const tensorFlowEngine = `async () => {
  const { Network, Node, Probe, Simulator, TFJS_BACKEND } = await import('ndl');
  const net = new Network({ seed: 0 }, () => new Probe(new Node([1])));
  await using sim = await Simulator.create(net, { settings: { backend: TFJS_BACKEND } });
  await sim.runSteps(3);
  return sim.backend.description;
}`;

/** Runs in the page: what a picture of what a simulation recorded says of itself, once it is in the page. */
const pictureOfData = `async () => {
  const [{ Network, Node, Probe, Simulator }, { traces }] = await Promise.all([import('ndl'), import('@ndl/plots')]);
  const { net, probe } = new Network({ seed: 0 }).within((net) => ({ net, probe: new Probe(new Node([1])) }));
  await using sim = await Simulator.create(net);
  await sim.runSteps(3);
  document.body.insertAdjacentHTML('beforeend', traces(sim.trange(), sim.data.get(probe)));
  return document.querySelector('svg desc').textContent;
}`;

/** The folder of the guide: its page and its script, where ndl is installed. */
function createSite(): Disposable & { readonly folder: string } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ndl-plain-page-')));
  const guide = readFileSync(GUIDE, 'utf8');
  const html = blocksOf(guide, 'html').find((block) => block.includes('importmap'))!;
  writeFileSync(join(folder, 'index.html'), html);
  writeFileSync(join(folder, 'main.js'), blocksOf(guide, 'js')[0]!);
  installLibrary(join(folder, 'node_modules'));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The code blocks of a language, in order. */
function blocksOf(markdown: string, language: string): readonly string[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, of]) => of === language)
    .map(([, , text]) => text!);
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Serves what lies in a folder, as it is. */
async function serveFiles(folder: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(({ url = '/' }, response) => {
    const file = join(folder, url === '/' ? 'index.html' : url);
    try {
      response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
      response.end(readFileSync(file));
    } catch {
      response.writeHead(url === '/favicon.ico' ? 204 : 404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
