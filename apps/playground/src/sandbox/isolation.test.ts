/** @file The sandbox in Chromium: what code of strangers is given, and what it is refused. */
import { buildSync } from 'esbuild';
import { findChromium, NO_CHROMIUM } from 'ndl-browser';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ISOLATION_PROBE } from './isolation-probe.test-helper.ts';

const bundled = buildSync({
  entryPoints: [fileURLToPath(new URL('sandbox.ts', import.meta.url))],
  bundle: true,
  write: false,
  format: 'esm',
}).outputFiles[0]!.text;

const PAGE = `<!doctype html><title>Isolation</title><script type="module" src="/script.js"></script>`;
const SCRIPT = `${bundled}
globalThis.open = async () => {
  const sandbox = await openSandbox(${JSON.stringify(ISOLATION_PROBE)});
  const next = () => new Promise((resolve) => sandbox.port.addEventListener('message', ({ data }) => resolve(data), { once: true }));
  await next();
  globalThis.sandbox = sandbox;
  globalThis.attempt = (name, url) => {
    const answer = next();
    sandbox.port.postMessage({ name, url });
    return answer;
  };
};`;

let asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url!);
  const isolating = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  const open = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };
  const [type, text] =
    request.url === '/'
      ? ['text/html', PAGE]
      : ['text/javascript', request.url === '/script.js' ? SCRIPT : 'export const stolen = 1'];
  response.writeHead(200, { ...isolating, ...open, 'Content-Type': type }).end(text);
});

let browser: Browser | undefined;
let url = '';

/** A page with an open sandbox; undefined where there is no browser, and none was promised. */
async function openPage(): Promise<Page> {
  const page = await browser!.newPage();
  await page.goto(url);
  await page.waitForFunction('globalThis.open');
  await page.evaluate('open()');
  return page;
}

const attempt = (page: Page, name: string): Promise<unknown> =>
  page.evaluate(`attempt(${JSON.stringify(name)}, ${JSON.stringify(url)})`);

beforeAll(async () => {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    if (process.env['NDL_NEEDS_BROWSER'] === '1') throw new Error(NO_CHROMIUM);
    return;
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  browser = await chromium.launch({ executablePath, args: ['--js-flags=--max-old-space-size=96'] });
});

afterAll(async () => {
  await browser?.close();
  server.close();
});

test('gives threads, shared memory and WebAssembly, in an origin of its own', async ({ skip }) => {
  if (browser === undefined) return skip(NO_CHROMIUM);
  await using page = await openPage();
  expect(await attempt(page, 'isolated')).toEqual({ done: true });
  expect(await attempt(page, 'origin')).toEqual({ done: 'null' });
  expect(await attempt(page, 'sharedMemory')).toEqual({ done: 8 });
  expect(await attempt(page, 'nestedWorker')).toEqual({ done: 42 });
  expect(await attempt(page, 'wasm')).toEqual({ done: 'compiled' });
  expect(await attempt(page, 'ownImport')).toEqual({ done: 7 });
});

const REFUSED = ['fetch', 'remoteImport', 'remoteScript', 'socket', 'request', 'evaluate', 'storage', 'cache'];

test('refuses network, code from elsewhere, evaluation of text, and storage', async ({ skip }) => {
  if (browser === undefined) return skip(NO_CHROMIUM);
  await using page = await openPage();
  asked = [];
  const answers = [];
  for (const name of REFUSED) answers.push([name, await attempt(page, name)]);
  expect(answers).toEqual(REFUSED.map((name) => [name, { refused: expect.any(String) as string }]));
  expect(asked).toEqual([]);
});

test('outlives code that takes all memory, and code that never ends', async ({ skip }) => {
  if (browser === undefined) return skip(NO_CHROMIUM);
  await using page = await openPage();
  await page.evaluate(`void attempt('bomb')`);
  await page.waitForTimeout(500);
  expect(await page.evaluate('1 + 1')).toBe(2);
  await page.evaluate('sandbox.close()');
  await page.evaluate('open()');
  expect(await attempt(page, 'sharedMemory')).toEqual({ done: 8 });
});
