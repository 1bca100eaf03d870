/** @file The playground in Chromium, as it is deployed: what a visitor does, and what hostile models do not do. */
import { NO_CHROMIUM } from 'ndl-browser';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { isRunning, modelOf as model, openPlayground, PATIENCE, type, until } from './open-playground.test-helper.ts';
import { damagedDataStayNowhere, opensNetworkOfNengo } from './opened-files.test-helper.ts';

const playground = openPlayground();

test('marks an error where it is, and goes on when it is mended', { timeout: PATIENCE }, async ({ skip }) => {
  if (!playground.isThere) return skip(NO_CHROMIUM);
  const { page, errors } = await playground.visit();
  await type(page, model('new Ensemble({ nNeurons: 10, dimension: 1 });'));
  await until(page, `document.getElementById('problem').textContent.includes('Did you mean dimensions?')`);
  expect(await page.textContent('#problem')).toMatch(/^Line 3: /);
  await page.waitForSelector('.cm-lint-marker-error');
  await type(page, model('const mended = new Ensemble({ nNeurons: 10, dimensions: 1 }); console.log("mended");'));
  await page.waitForSelector('#problem', { state: 'hidden' });
  await page.waitForSelector('.object[data-label="mended"]:has-text("10 neurons")');
  await until(page, `document.getElementById('console').textContent === 'mended'`);
  await until(page, `document.querySelector('.reading').textContent !== 'nothing yet'`);

  // What fails unawaited stands in the console, and what is awaited and never comes is told.
  await type(page, `Promise.reject(new Error('unawaited'));\n${model('new Node([1]);')}`);
  await page.waitForSelector('#console .error:has-text("Line 1: unawaited")');
  await type(page, `await new Promise(() => {});\n${model('new Node([1]);')}`);
  await page.waitForSelector('#problem:has-text("waits at its top")');

  // Connections that share an arrow are chosen one after the other.
  const connections = ['first', 'second'].map((label) => `new Connection(a, b, { label: '${label}' });`).join(' ');
  const boxes = 'const a = new Node([1]); const b = new Node({ sizeIn: 1 });';
  await type(page, model(`${boxes} ${connections}`).replace('import {', 'import { Connection,'));
  await page.waitForSelector('.object[data-label="b"]');
  await page.focus('.connection');
  for (const label of ['first', 'second', 'first']) {
    await page.keyboard.press('Enter');
    await page.waitForSelector(`#chosen strong:text-is("${label}")`);
  }
  expect(errors).toEqual([]);
  await page.context().close();
});

test(
  'ends endless loops, shows markup as text, and refuses what is too large',
  { timeout: PATIENCE },
  async ({ skip }) => {
    if (!playground.isThere) return skip(NO_CHROMIUM);
    const { page, errors } = await playground.visit();
    await type(page, model('let i = 0;\nwhile (true) i++;'));
    await until(page, `document.getElementById('problem').textContent.startsWith('Line 4: the loop on line 4')`);
    const markup = '<img src=x onerror=alert(1)>';
    await type(
      page,
      model(`new Ensemble({ nNeurons: 5, dimensions: 1, label: '${markup}' }); new Node([1], { label: '__proto__' });`),
    );
    await page.waitForSelector('.object[data-label="__proto__"]');
    const shown = (await page.textContent('.object.ensemble .name'))!;
    expect(shown).toMatch(/^<img src=x.*…$/);
    expect(markup.startsWith(shown.slice(0, -1))).toBe(true);
    // No text leaves its box.
    await until(
      page,
      `[...document.querySelectorAll('.object')].every((object) => [...object.querySelectorAll('text')].every((text) =>
        text.getBBox().width <= object.querySelector('.box').getBBox().width))`,
    );
    expect(await page.$('#picture img')).toBeNull();
    await type(page, model('new Ensemble({ nNeurons: 1e9, dimensions: 512 });'));
    await page.waitForSelector('#problem', { state: 'visible' });
    await type(page, model('for (let i = 0; i < 400; i++) new Node([i]);'));
    await until(page, `document.getElementById('picture').textContent.includes('and 250 more objects')`);
    expect(errors).toEqual([]);
    await page.context().close();
  },
);

test(
  'by keyboard: plots, moves, holds, undoes; an address opens all of it in a fresh profile',
  { timeout: PATIENCE },
  async ({ skip }) => {
    if (!playground.isThere) return skip(NO_CHROMIUM);
    const { page } = await playground.visit();
    await page.focus('.object.ensemble');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.about .curves');
    await page.waitForSelector('.about dd:has-text("lif")');
    await page.focus('[aria-label="Plot Spikes of a"]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.plot[aria-label="a: spikes"]');
    const place = (): Promise<string | null> => page.getAttribute('.object[data-label="square"] .box', 'x');
    const before = Number(await place());
    await page.focus('.object[data-label="square"]');
    await page.keyboard.press('Alt+ArrowRight');
    await until(
      page,
      `document.querySelector('.object[data-label="square"] .box').getAttribute('x') === '${before + 12}'`,
    );
    await page.keyboard.press('Control+z');
    await until(page, `document.querySelector('.object[data-label="square"] .box').getAttribute('x') === '${before}'`);
    await page.keyboard.press('Control+y');
    await page.focus('input[aria-label="stimulus"]');
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('.input output:has-text("0.01")');
    await page.click('#share');
    await until(page, `location.hash.startsWith('#m=')`);
    const fragment = new URL(page.url()).hash;
    await page.context().close();
    const { page: fresh, errors } = await playground.visit(fragment);
    await fresh.waitForSelector('.plot[aria-label="a: spikes"]');
    await fresh.waitForSelector('.input output:has-text("0.01")');
    await until(
      fresh,
      `document.querySelector('.object[data-label="square"] .box').getAttribute('x') === '${before + 12}'`,
    );
    await opensNetworkOfNengo(fresh);
    expect(errors).toEqual([]);
    // The address names what is seen: not the model that was left, to which it leads back.
    expect(new URL(fresh.url()).hash).toBe('');
    await fresh.goBack();
    await fresh.waitForSelector('.object[data-label="square"]');
    await fresh.waitForSelector('.input output:has-text("0.01")');
    await opensNetworkOfNengo(fresh);
    await fresh.goto(`${playground.url}#m=AAAA`);
    await fresh.waitForSelector('#notice:has-text("cut")');
    // The model that was there is there still, and what was said of the address stays.
    await fresh.click('#restart');
    await fresh.waitForSelector('#build:not(:empty)');
    await fresh.waitForSelector('.object.network');
    expect(await fresh.isVisible('#notice')).toBe(true);
    await fresh.context().close();
  },
);

test(
  'works without a network after the first visit, on a phone, and to screen readers; and learns there',
  { timeout: PATIENCE },
  async ({ skip }) => {
    if (!playground.isThere) return skip(NO_CHROMIUM);
    const { page, errors } = await playground.visit('', { width: 390 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await until(page, 'navigator.serviceWorker.controller !== null');
    await page.context().setOffline(true);
    await page.reload();
    await isRunning(page);
    await page.selectOption('#gallery', { label: 'Points in the plane' });
    await page.waitForSelector('#paragraph:has-text("Points in the plane.")');
    await page.waitForSelector('.object[data-label="hidden"]');
    await page.fill('.training input[type="number"]', '2');
    await page.click('.training button.first:enabled');
    await page.waitForSelector('.training .reading:has-text("done, epoch 2 of 2")');
    expect(await page.getAttribute('.boundary', 'aria-label')).toContain('300 items');
    expect(await page.textContent('.training p')).toMatch(/in spikes, .* in rates/);
    await page.focus('#knobs input');
    await page.keyboard.press('ArrowRight');
    // The source says another number now, and what was learnt before is no more.
    await page.waitForSelector('#knobs output:not(:text-is("0.05"))');
    await page.waitForSelector('.training .reading:has-text("not trained yet")');
    await page.click('.object.ensemble');
    await page.waitForSelector('.about .curves');
    expect(errors).toEqual([]);
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const found = await page.evaluate(
      `axe.run({ iframes: false }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
    );
    expect(found).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.context().close();
  },
);

/** Runs before the page does: what the first sandbox says is not heard. */
const DEAF_AT_FIRST = `{
  const Channel = MessageChannel;
  globalThis.channels = 0;
  globalThis.MessageChannel = function () {
    const [heard, unheard] = [new Channel(), new Channel()];
    return ++channels === 1 ? { port1: unheard.port1, port2: heard.port2 } : heard;
  };
}`;

test(
  'where a worker does not start, another one runs the model that was wanted',
  { timeout: PATIENCE },
  async ({ skip }) => {
    if (!playground.isThere) return skip(NO_CHROMIUM);
    const { page } = await playground.visit();
    await page.addInitScript(DEAF_AT_FIRST);
    await page.reload();
    await isRunning(page);
    expect(await page.evaluate('channels')).toBe(2);
    expect(await page.isVisible('#notice')).toBe(false);
    await page.context().close();
  },
);

test(
  'what does not fit is refused and changes nothing; steps are shown; what comes after a training runs',
  { timeout: PATIENCE },
  async ({ skip }) => {
    if (!playground.isThere) return skip(NO_CHROMIUM);
    // What never comes is told, after 25 seconds that nobody is held up by.
    const { page: patient } = await playground.visit();
    const never = 'default { network: net, training: () => new Promise(() => {}) }';
    await type(patient, model('new Node([1]);').replace('default net', never));
    await patient.waitForSelector('.training .reading:text-is("preparing the data")');

    const { page, errors } = await playground.visit();
    const open = (name: string, text: string): Promise<void> =>
      page.setInputFiles('#file', { name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
    await open('notes.pdf', 'a\0b');
    await page.waitForSelector('#notice:has-text("notes.pdf is no text")');
    await open('picture.png', 'none');
    await page.waitForSelector('#notice:has-text("picture.png is no image")');
    await open('points.csv', 'a,b\n1\n');
    await page.waitForSelector('#notice:has-text("line 2 has 1 cells, not 2")');
    await page.waitForSelector('.object[data-label="square"]');
    await damagedDataStayNowhere(page, open);

    // What is held by hand is held in this model, and in no other.
    await page.focus('input[aria-label="stimulus"]');
    await page.keyboard.press('End');
    await page.waitForSelector('.input output:has-text("1.00")');
    await open('other.ts', model('const stimulus = new Node([0.25]);\nconst given = new Probe(stimulus);'));
    await page.waitForSelector('.plot[aria-label="given"] .reading:text-is("0.25")');
    expect(await page.textContent('.input output')).toBe('free');
    await page.selectOption('#gallery', { label: 'A value and its square' });
    await page.waitForSelector('.object[data-label="square"]');

    await until(page, `Number(document.getElementById('scrub').max) > 0.1`);
    await page.click('#run');
    await page.focus('#scrub');
    await page.keyboard.press('Home');
    const reading = '.plot[aria-label="represented"] canvas';
    await page.waitForSelector(`${reading}[aria-label^="represented at 0.00 s"]`);
    await page.click('#step');
    await until(
      page,
      `document.querySelector('${reading}').getAttribute('aria-label').includes(
      ' at ' + document.getElementById('clock').textContent.split(' ')[0] + ' s')`,
    );

    await page.click('#run');
    await page.selectOption('#gallery', { label: 'Points in the plane' });
    await page.click('.training button.first:enabled');
    await page.waitForSelector('.training .reading:has-text("running")');
    await page.waitForSelector('#run:has-text("Run")');
    // A model that learns takes no step, and says nothing of it.
    await page.click('#step');
    await until(page, `/epoch [1-9]/.test(document.querySelector('.training .reading').textContent)`);
    expect(await page.isVisible('#problem')).toBe(false);
    await page.selectOption('#gallery', { label: 'Integrator' });
    await page.waitForSelector('.object[data-label="memory"]');
    await page.waitForSelector('#run:has-text("Pause")');
    // Whatever is asked for in one moment, one thing is done after the other.
    await page.evaluate(`for (let count = 0; count < 41; count++) document.getElementById('run').click()`);
    await page.evaluate(`for (let count = 0; count < 20; count++) document.getElementById('step').click()`);
    await page.click('#run');
    const clock = 'Number.parseFloat(document.getElementById("clock").textContent)';
    const then = await page.evaluate<number>(clock);
    await until(page, `${clock} > ${then} + 0.3`);
    expect(await page.isVisible('#problem')).toBe(false);
    expect(errors).toEqual([]);
    await page.context().close();
    await patient.waitForSelector('#problem:has-text("the training waits for data that did not come")');
    await until(patient, `${clock} > 1`);
    await patient.context().close();
  },
);

test('every model of the gallery runs, and the digits are learnt', { timeout: PATIENCE }, async ({ skip }) => {
  if (!playground.isThere) return skip(NO_CHROMIUM);
  const { page, errors } = await playground.visit();
  const names = await page.$$eval('#gallery option', (options) => options.map(({ textContent }) => textContent!));
  expect(names.length).toBeGreaterThan(10);
  for (const name of names.toReversed()) {
    await page.evaluate(`document.getElementById('clock').textContent = 'none yet'`);
    await page.selectOption('#gallery', { label: name });
    await until(page, `Number.parseFloat(document.getElementById('clock').textContent) > 0.02`);
    const seen = { name, isWrong: await page.isVisible('#problem'), isDrawn: (await page.$('.object')) !== null };
    expect(seen).toEqual({ name, isWrong: false, isDrawn: true });
  }
  await page.selectOption('#gallery', { label: 'Digit reader' });
  await page.waitForSelector('.training button.first:enabled');
  await page.fill('.training input[type="number"]', '1');
  await page.click('.training button.first');
  await page.waitForSelector('.training .reading:has-text("done, epoch 1 of 1")');
  const right = /([\d.]+) % in spikes/.exec((await page.textContent('.training p'))!)![1];
  expect(Number(right)).toBeGreaterThan(80);
  expect(errors).toEqual([]);
  await page.context().close();
});
