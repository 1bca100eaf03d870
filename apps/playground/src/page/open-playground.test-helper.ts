/** @file The playground as it is deployed, in Chromium, for tests that visit it; skipped where there is no browser and none was promised. */
import { findChromium, NO_CHROMIUM } from 'ndl-browser';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { buildSite } from '../site/build-site.ts';
import { serveSite, type SiteServer } from '../site/serve-site.ts';

export const PATIENCE = 120_000;

/** Milliseconds that a page has for one thing: less than a test has, so that what is waited for in vain is named. */
const WAIT = PATIENCE / 2;

export interface Playground {
  /** Whether there is a browser to visit it with. */
  readonly isThere: boolean;
  readonly url: string;
  /** A page in a fresh profile, once a model runs. */
  visit(address?: string, options?: VisitOptions): Promise<{ readonly page: Page; readonly errors: string[] }>;
}

/** Those of a browser's context. */
export interface VisitOptions {
  readonly width?: number;
  readonly colorScheme?: 'dark' | 'light';
  readonly reducedMotion?: 'reduce' | 'no-preference';
}

/** Builds and serves before the tests of a file, and cleans up after them. */
export function openPlayground(): Playground {
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

  return {
    get isThere() {
      return browser !== undefined;
    },
    get url() {
      return server!.url;
    },
    async visit(address = '', { width = 1280, ...options } = {}) {
      const context = await browser!.newContext({ viewport: { width, height: 800 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(WAIT);
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      // The page's policy is broken by nobody.
      page.on('console', (message) => /Content Security Policy/.test(message.text()) && errors.push(message.text()));
      await page.goto(server!.url + address);
      await isRunning(page);
      return { page, errors };
    },
  };
}

/** Waits until samples came. */
export const isRunning = (page: Page): Promise<unknown> =>
  page.waitForSelector('html[data-first-spike]', { state: 'attached' });

/** Waits until an expression is true: the page's policy lets nobody evaluate text, so it is asked from outside. */
export async function until(page: Page, expression: string): Promise<void> {
  await expect.poll(() => page.evaluate<boolean>(expression), { timeout: WAIT }).toBe(true);
}

/** Writes another source in the place of the one that is there. */
export async function type(page: Page, source: string): Promise<void> {
  await page.click('.cm-content');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(source);
}

/** A model whose network has what the body makes, from line 3 on. */
export const modelOf = (body: string): string =>
  `import { Ensemble, Network, Node, Probe } from 'ndl';\nconst net = new Network({ seed: 0 }, () => {\n${body}\n});\nexport default net;\n`;
