/** @file Opens pages in a browser, and notes what they ask for and what goes wrong in them. */
import { chromium, type Browser, type Page } from 'playwright-core';

/** Milliseconds that a browser has to start, and a page to load. Generous, for machines that do other work at the same time. */
const PATIENCE = 60_000;

/** A browser that runs until it is disposed of. */
export interface PageBrowser extends AsyncDisposable {
  /** As people call it: `Chromium 150`. */
  readonly name: string;
  /** Opens a page, and resolves when all that its document names is loaded. */
  visit(url: string): Promise<Visit>;
}

/** An open page. */
export interface Visit extends AsyncDisposable {
  /** URLs that the page and its workers have asked for so far, in order. */
  readonly requests: readonly string[];
  /** What was thrown and not caught, and what the console called an error or a warning. */
  readonly errors: readonly string[];
  /** The value of an expression, awaited; plain data. @throws Error where it throws or rejects, or the page has broken down */
  evaluate(expression: string): Promise<unknown>;
}

/** Starts a browser without windows. `executable` is its path. @throws Error where it does not start */
export async function openBrowser(executable: string): Promise<PageBrowser> {
  const browser = await chromium.launch({ executablePath: executable, timeout: PATIENCE });
  return {
    name: `Chromium ${browser.version().split('.', 1)[0]}`,
    visit: (url) => visit(browser, url),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  const page = await browser.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && errors.push(message.text()));
  const crashed = new Promise<never>((_, reject) => page.on('crash', () => reject(new Error(`${url} crashed`))));
  crashed.catch(() => {});
  try {
    await page.goto(url, { timeout: PATIENCE });
  } catch (error) {
    await page.close();
    throw error;
  }
  return {
    requests,
    errors,
    evaluate: (expression) => Promise.race([evaluated(page, expression, errors), crashed]),
    [Symbol.asyncDispose]: () => page.close(),
  };
}

async function evaluated(page: Page, expression: string, errors: readonly string[]): Promise<unknown> {
  try {
    return await page.evaluate(expression);
  } catch (error) {
    throw new Error([`${expression}: ${String(error)}`, ...errors].join('\n'), { cause: error });
  }
}
