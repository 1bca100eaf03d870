/** @file What the playground promises of its starts, sizes, frames and rebuilds, measured in Chromium, each start in a fresh profile. */
import { serveSite } from '@ndl/cli';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSite } from 'ndl-playground/build-site';
import { chromium, type Browser, type Page } from 'playwright-core';
import { median } from './median.ts';
import { framesOf, type Frames } from './page-frames.ts';

const PROFILES = 10;
const WINDOW = { width: 1280, height: 800 };
/** Milliseconds between two keys of somebody who types quickly, and how many keys are typed. */
const [BETWEEN_KEYS, KEYS] = [125, 60];
/** Of so many seeds of one digit. */
const REBUILDS = 8;
/** Milliseconds that a page has for anything, on machines that do other work at the same time. */
const PATIENCE = 120_000;

/** Milliseconds, bytes by gzip, and what is counted in the frames while somebody types. */
export interface PlaygroundFigures {
  readonly firstVisit: number;
  readonly secondVisit: number;
  readonly firstBytes: number;
  /** By what is loaded later. */
  readonly laterBytes: Readonly<Record<string, number>>;
  /** While the model runs and nobody types. */
  readonly running: Frames;
  readonly typing: Frames;
  readonly typingWithTypes: Frames;
  readonly rebuild: number;
}

/** @param executable the browser's path */
export async function measurePlayground(executable: string): Promise<PlaygroundFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'ndl-bench-playground-'));
  const browser = await chromium.launch({ executablePath: executable });
  try {
    await buildSite(folder);
    await using server = await serveSite(folder, 0);
    const visits: Visits[] = [];
    for (let profile = 0; profile < PROFILES; profile++) visits.push(await visitTwice(browser, server.url));
    const sizeOf = (file: string): number => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length;
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const bytesOf = (pattern: RegExp): number =>
      files.filter((file) => pattern.test(file)).reduce((sum, file) => sum + sizeOf(file), 0);
    return {
      firstVisit: median(visits.map(({ first }) => first)),
      secondVisit: median(visits.map(({ second }) => second)),
      firstBytes: visits[0]!.asked.map(sizeOf).reduce((sum, size) => sum + size, 0),
      laterBytes: {
        elk: bytesOf(/^assets\/elk-.*\.js$/),
        'the TypeScript service': bytesOf(/^assets\/type-worker|^typescript-declarations/),
        digits: bytesOf(/^data\/digits/),
      },
      running: await framesAt(browser, server.url, (page) => page.waitForTimeout(KEYS * BETWEEN_KEYS)),
      typing: await framesAt(browser, server.url, typeWords),
      typingWithTypes: await framesAt(browser, server.url, typeWords, loadTypes),
      rebuild: await rebuildTime(browser, server.url),
    };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Visits {
  readonly first: number;
  readonly second: number;
  /** Files that the page asked for until the first spike. */
  readonly asked: readonly string[];
}

async function visitTwice(browser: Browser, url: string): Promise<Visits> {
  const context = await browser.newContext({ viewport: WINDOW });
  const requests: string[] = [];
  context.on('request', (request) => {
    if (request.serviceWorker() === null && request.url().startsWith(url)) requests.push(request.url());
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  await page.goto(url);
  const first = await firstSpike(page);
  const asked = [...new Set(requests)].map((address) => new URL(address).pathname.slice(1) || 'index.html');
  // Once it controls the page, the service worker has all that a second visit takes.
  await page.evaluate(`navigator.serviceWorker.controller ??
    new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve)).then(() => null)`);
  await page.close();
  const again = await context.newPage();
  await again.goto(url);
  const second = await firstSpike(again);
  await context.close();
  return { first, second, asked: asked.filter((file) => file !== 'service-worker.js') };
}

/** Milliseconds from the navigation until spikes are drawn. */
async function firstSpike(page: Page): Promise<number> {
  await page.waitForSelector('html[data-first-spike]', { state: 'attached' });
  return Number(await page.evaluate('document.documentElement.dataset.firstSpike'));
}

/** A model whose last key is a seed, so that a key changes everything that is solved. */
const modelOf = (
  ensembles: number,
  neurons: number,
): string => `import { Connection, Ensemble, Network, Node, Probe } from 'ndl';
const net = new Network({ seed: 1 }, () => {
  const wave = new Node((t) => Math.sin(4 * t));
  let before = wave;
  for (let count = 0; count < ${ensembles}; count++) {
    const each = new Ensemble({ nNeurons: ${neurons}, dimensions: 1, label: 'population ' + count });
    new Connection(before, each);
    new Probe(each, { synapse: 0.03 });
    if (count === 0) new Probe(each.neurons);
    before = each;
  }
});
export default net;
// `;

async function openModel(browser: Browser, url: string, source: string): Promise<Page> {
  const context = await browser.newContext({ viewport: WINDOW });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  await page.goto(url);
  await firstSpike(page);
  await page.click('.cm-content');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(source);
  await page.waitForSelector('.object[data-label="population 0"]');
  return page;
}

/** 2000 neurons run and are drawn while something is done, after something else. */
async function framesAt(
  browser: Browser,
  url: string,
  act: (page: Page) => Promise<void>,
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<Frames> {
  const page = await openModel(browser, url, modelOf(4, 500));
  await prepare(page);
  // Until the plots are full.
  await page.waitForTimeout(3000);
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] });
  await act(page);
  const trace = await browser.stopTracing();
  await page.context().close();
  return framesOf(JSON.parse(trace.toString('utf8')));
}

async function typeWords(page: Page): Promise<void> {
  const words = 'what somebody thinks of the model, typed as people type it '.repeat(2).slice(0, KEYS);
  await page.keyboard.type(words, { delay: BETWEEN_KEYS });
}

async function loadTypes(page: Page): Promise<void> {
  await page.keyboard.press('Control+Space');
  await page.waitForSelector('#types:has-text("there")');
  await page.keyboard.press('Escape');
}

/** Milliseconds from the last key until a model of 500 neurons, all of whose decoders are other ones, has taken the place of the one before. */
async function rebuildTime(browser: Browser, url: string): Promise<number> {
  const source = modelOf(5, 100);
  const page = await openModel(browser, url, source);
  await page.evaluate(`{
    let key = 0;
    addEventListener('keydown', ({ timeStamp }) => (key = timeStamp), true);
    globalThis.rebuilt = [];
    const build = document.getElementById('build');
    new MutationObserver(() => rebuilt.push(performance.now() - key)).observe(build, { childList: true });
  }`);
  await page.keyboard.press('Control+Home');
  const seed = source.indexOf('seed: 1') + 'seed: 1'.length;
  for (let count = 0; count < seed; count++) await page.keyboard.press('ArrowRight');
  for (let count = 0; count < REBUILDS; count++) {
    // Another seed each time, by the second of two keys: nothing is built in between.
    await page.keyboard.press('Backspace');
    await page.waitForTimeout(BETWEEN_KEYS);
    await page.keyboard.press(String(2 + (count % 8)));
    await page.waitForTimeout(1200);
  }
  const milliseconds = (await page.evaluate('rebuilt')) as number[];
  if (milliseconds.length !== REBUILDS) throw new Error('not every key has made another model');
  await page.context().close();
  return median(milliseconds);
}
