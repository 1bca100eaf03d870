/** @file Completion and types in the page, in Chromium: loaded when first wanted, there without a network from then on, and nobody is held up by them. */
import { NO_CHROMIUM } from 'ndl-browser';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { isRunning, openPlayground, PATIENCE, type, until } from './open-playground.test-helper.ts';

const playground = openPlayground();

const SOURCE = `import { Ensemble, Network, Probe } from 'ndl';
const net = new Network({ seed: 0 });
net.within(() => {
  const typed = new Ensemble({ nNeurons: 20, dimensions: 1, seed: 'seven'.length });
  const decoded = new Probe(typed);
});
export default net;
`;

const isOffered = (page: Page, name: string): Promise<unknown> =>
  page.waitForSelector(`.cm-tooltip-autocomplete li:has-text("${name}")`);

test(
  'are loaded by the first dot, complete, explain, and mark what models run with all the same',
  { timeout: PATIENCE },
  async ({ skip }) => {
    if (!playground.isThere) return skip(NO_CHROMIUM);
    const { page, errors } = await playground.visit();
    // The page asks the service worker, which asks the server.
    const asked = new Set<string>();
    page.context().on('request', (request) => /type/.test(request.url()) && asked.add(request.url()));
    await type(page, SOURCE);
    await page.waitForSelector('.object[data-label="typed"]');
    // Words alone load nothing.
    await page.keyboard.type('const other = 1;\n');
    await page.waitForTimeout(200);
    expect([...asked]).toEqual([]);

    await page.keyboard.type('net.ens');
    await isOffered(page, 'ensembles');
    await page.waitForSelector('.cm-completionInfo .meaning:has-text("ensembles")');
    await page.keyboard.press('Enter');
    await until(page, `document.querySelector('.cm-content').textContent.includes('net.ensembles')`);
    expect(asked.size).toBe(2);

    // The number that a text is, as types see it; numbers are what ndl wants, so that the model runs while it is marked.
    await type(page, SOURCE.replace(`'seven'.length`, `JSON.parse('7') as string`));
    await page.waitForSelector('.cm-lint-marker-warning');
    await page.waitForSelector('#problem', { state: 'hidden' });
    await until(page, `document.querySelector('.plot .reading').textContent !== 'nothing yet'`);
    await type(page, SOURCE);
    await page.waitForSelector('.cm-lint-marker-warning', { state: 'detached' });

    await page.keyboard.press('Control+Home');
    for (let key = 0; key < 10; key++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('F1');
    await page.waitForSelector('.cm-tooltip .meaning:has-text("class Ensemble")');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.cm-tooltip', { state: 'detached' });
    await page.hover('.cm-line:has-text("new Network") >> text=Network');
    await page.waitForSelector('.cm-tooltip-hover .meaning');

    await page.context().setOffline(true);
    await page.reload();
    await isRunning(page);
    await page.click('.cm-content');
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\nmodel.');
    await isOffered(page, 'ensembles');
    expect(errors).toEqual([]);
    await page.context().close();
  },
);

test('a name brings its import along, and one that is unknown is mended', { timeout: PATIENCE }, async ({ skip }) => {
  if (!playground.isThere) return skip(NO_CHROMIUM);
  const { page, errors } = await playground.visit();
  const source = SOURCE.replace('Network, Probe', 'Network');
  const body = source.replace('  const decoded = new Probe(typed);', '');
  await type(page, body.slice(0, body.lastIndexOf('});')));
  await page.keyboard.type('const decoded = new Prob');
  await page.keyboard.press('Control+Space');
  await page.waitForSelector('.cm-tooltip-autocomplete li[aria-selected]:has-text("Probe")');
  // A list that has only just come takes no key.
  await page.waitForTimeout(150);
  await page.keyboard.press('Enter');
  // On and on, while the import is looked up.
  await page.keyboard.type('(typed);\n});\nexport default net;\n');
  await page.waitForSelector('.cm-line:has-text("import { Ensemble, Network, Probe } from")');
  await page.waitForSelector('.plot[aria-label="decoded"]');
  // The step that takes the name back takes its import along, and the one that writes it again brings it.
  const has = (text: string): string => `document.querySelector('.cm-content').textContent.includes('${text}')`;
  const asWritten = await page.evaluate<string>(`document.querySelector('.cm-content').textContent`);
  for (let step = 0; step < 20 && (await page.evaluate<boolean>(has(', Probe }'))); step++)
    await page.keyboard.press('Control+z');
  expect(await page.evaluate(has('import { Ensemble, Network } from'))).toBe(true);
  expect(await page.evaluate(has('new Probe'))).toBe(false);
  for (let step = 0; step < 20; step++) await page.keyboard.press('Control+y');
  expect(await page.evaluate(`document.querySelector('.cm-content').textContent`)).toBe(asWritten);

  await type(page, source);
  await until(
    page,
    `[...document.querySelectorAll('.cm-lintRange')].some(({ textContent }) => textContent === 'Probe')`,
  );
  await page.hover('.cm-line:has-text("new Probe") >> text=Probe');
  await page.waitForSelector('.cm-tooltip-lint .cm-diagnosticAction:has-text("Update import")');
  await page.keyboard.press('F8');
  await page.keyboard.press('Control+.');
  await page.waitForSelector('.cm-line:has-text("import { Ensemble, Network, Probe } from")');
  await page.waitForSelector('#problem', { state: 'hidden' });
  expect(errors).toEqual([]);
  await page.context().close();
});

test('what could not be loaded is said, and tried again', { timeout: PATIENCE }, async ({ skip }) => {
  if (!playground.isThere) return skip(NO_CHROMIUM);
  const { page } = await playground.visit();
  await page.route(/type-worker/, (route) => route.abort());
  await page.context().setOffline(true);
  await page.click('.cm-content');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nmodel.');
  await page.waitForSelector('#types:has-text("no types")');
  await page.context().setOffline(false);
  await page.unroute(/type-worker/);
  await page.keyboard.press('Control+Space');
  await isOffered(page, 'ensembles');
  await page.context().close();
});
