/** @file The playground in Chromium, as it is deployed: what a visitor does, and what hostile models do not do. */
import { findChromium, NO_CHROMIUM } from 'ndl-browser';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSite } from '../site/build-site.ts';
import { serveSite, type SiteServer } from '../site/serve-site.ts';

const PATIENCE = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'ndl-playground-'));
let [browser, server] = [undefined as Browser | undefined, undefined as SiteServer | undefined];

beforeAll(async () => {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    if (process.env['NDL_NEEDS_BROWSER'] === '1') throw new Error(NO_CHROMIUM);
    return;
  }
  await buildSite(folder);
  server = await serveSite(folder, 0);
  browser = await chromium.launch({ executablePath });
}, PATIENCE);

afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** A page in a fresh profile, once a model runs. */
async function visit(address = '', width = 1280): Promise<{ page: Page; errors: string[] }> {
  const context = await browser!.newContext({ viewport: { width, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(server!.url + address);
  await isRunning(page);
  return { page, errors };
}

const isRunning = (page: Page): Promise<unknown> =>
  page.waitForSelector('html[data-first-spike]', { state: 'attached' });

async function type(page: Page, source: string): Promise<void> {
  await page.click('.cm-content');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(source);
}

const model = (body: string): string =>
  `import { Ensemble, Network, Node, Probe } from 'ndl';\nconst net = new Network({ seed: 0 }, () => {\n${body}\n});\nexport default net;\n`;

test('marks an error where it is, and goes on when it is mended', { timeout: PATIENCE }, async ({ skip }) => {
  if (!browser) return skip(NO_CHROMIUM);
  const { page, errors } = await visit();
  await type(page, model('new Ensemble({ nNeurons: 10, dimension: 1 });'));
  await page.waitForFunction(`document.getElementById('problem').textContent.includes('Did you mean dimensions?')`);
  expect(await page.textContent('#problem')).toMatch(/^Line 3: /);
  await page.waitForSelector('.cm-lint-marker-error');
  await type(page, model('const mended = new Ensemble({ nNeurons: 10, dimensions: 1 }); console.log("mended");'));
  await page.waitForSelector('#problem', { state: 'hidden' });
  await page.waitForSelector('.object[data-label="mended"]:has-text("10 neurons")');
  await page.waitForFunction(`document.getElementById('console').textContent === 'mended'`);
  await page.waitForFunction(`document.querySelector('.reading').textContent !== 'nothing yet'`);
  expect(errors).toEqual([]);
  await page.context().close();
});

test(
  'ends endless loops, shows markup as text, and refuses what is too large',
  { timeout: PATIENCE },
  async ({ skip }) => {
    if (!browser) return skip(NO_CHROMIUM);
    const { page, errors } = await visit();
    await type(page, model('let i = 0;\nwhile (true) i++;'));
    await page.waitForFunction(
      `document.getElementById('problem').textContent.startsWith('Line 4: the loop on line 4')`,
    );
    const markup = '<img src=x onerror=alert(1)>';
    await type(
      page,
      model(`new Ensemble({ nNeurons: 5, dimensions: 1, label: '${markup}' }); new Node([1], { label: '__proto__' });`),
    );
    await page.waitForSelector('.object[data-label="__proto__"]');
    expect(await page.textContent('.object.ensemble .name')).toBe(`${markup.slice(0, 17)}…`);
    expect(await page.$('#picture img')).toBeNull();
    await type(page, model('new Ensemble({ nNeurons: 1e9, dimensions: 512 });'));
    await page.waitForSelector('#problem', { state: 'visible' });
    await type(page, model('for (let i = 0; i < 400; i++) new Node([i]);'));
    await page.waitForFunction(`document.getElementById('picture').textContent.includes('and 250 more objects')`);
    expect(errors).toEqual([]);
    await page.context().close();
  },
);

test(
  'plots what is chosen by keyboard, and opens its own address in a fresh profile',
  { timeout: PATIENCE },
  async ({ skip }) => {
    if (!browser) return skip(NO_CHROMIUM);
    const { page } = await visit();
    await page.focus('.object.ensemble');
    await page.keyboard.press('Enter');
    await page.focus('text=Plot its spikes');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.plot[aria-label="a: spikes"]');
    await page.click('#share');
    await page.waitForFunction(`location.hash.startsWith('#m=')`);
    const fragment = new URL(page.url()).hash;
    await page.context().close();
    const { page: fresh, errors } = await visit(fragment);
    await fresh.waitForSelector('.plot[aria-label="a: spikes"]');
    await fresh.context().close();
    const { page: broken } = await visit('#m=AAAA');
    expect(errors).toEqual([]);
    expect(await broken.$('.plot')).not.toBeNull();
    await broken.context().close();
  },
);

test(
  'works without a network after the first visit, on a phone, and to screen readers',
  { timeout: PATIENCE },
  async ({ skip }) => {
    if (!browser) return skip(NO_CHROMIUM);
    const { page, errors } = await visit('', 390);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.waitForFunction('navigator.serviceWorker.controller !== null');
    await page.context().setOffline(true);
    await page.reload();
    await isRunning(page);
    await page.selectOption('#gallery', { label: 'Communication channel' });
    await page.waitForSelector('.object[data-label="receiver"]');
    expect(errors).toEqual([]);
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const found = await page.evaluate(
      `axe.run({ iframes: false }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
    );
    expect(found).toEqual([]);
    await page.context().close();
  },
);
