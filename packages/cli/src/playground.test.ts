/** @file `ndl playground`: serves the page with what threads need, and follows a model's file. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { main } from './index.ts';
import { ndl } from './ndl.test-helper.ts';

const folder = mkdtempSync(join(tmpdir(), 'ndl-playground-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const site = join(folder, 'site');
mkdirSync(site);
writeFileSync(join(site, 'index.html'), '<title>page</title>');
const model = join(folder, 'model.ts');
writeFileSync(model, 'first\n"text"');

/** The command, until its address is printed. */
async function served(args: readonly string[]): Promise<{ url: string; stop: () => Promise<number> }> {
  const interrupt = new AbortController();
  let done!: Promise<number>;
  const address = await new Promise<string>((write) => {
    const terminal = { write, tell() {}, isWatched: false, signal: interrupt.signal };
    done = main(['playground', '--site', site, '--port', '0', ...args], terminal);
  });
  const [url] = /http:\S+/.exec(address)!;
  const stop = (): Promise<number> => {
    interrupt.abort(new Error('interrupted'));
    return done;
  };
  return { url, stop };
}

test('serves the files of the page, and nothing around them', async () => {
  const { url, stop } = await served([]);
  const page = await fetch(url);
  expect(await page.text()).toBe('<title>page</title>');
  expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(page.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  for (const path of ['model.ts', '..%2fmodel.ts', 'live/model']) expect((await fetch(url + path)).status).toBe(404);
  expect(await stop()).toBe(0);
});

test('tells the page of the model’s text, now and as it changes', async () => {
  const { url, stop } = await served([model]);
  expect(url).toMatch(/\/\?follow$/);
  const events = await fetch(new URL('live/model', url));
  expect(events.headers.get('content-type')).toBe('text/event-stream');
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
  const next = async (): Promise<unknown> => JSON.parse((await reader.read()).value!.replace(/^data: /, ''));
  expect(await next()).toEqual({ source: 'first\n"text"' });
  // As editors do that replace a file.
  writeFileSync(`${model}.new`, 'second');
  renameSync(`${model}.new`, model);
  expect(await next()).toEqual({ source: 'second' });
  await reader.cancel();
  expect(await stop()).toBe(0);
});

test('tells nobody who came by another name', async () => {
  const { url, stop } = await served([model]);
  const status = await new Promise((resolve) =>
    get(new URL('live/model', url), { headers: { host: 'elsewhere.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }),
  );
  expect(status).toBe(404);
  await stop();
});

test('a port that is taken, a model or a page that is not there are told', async () => {
  const { url, stop } = await served([]);
  for (const [args, exit, sentence] of [
    [['--site', site, '--port', new URL(url).port], 1, 'is taken'],
    [['--site', site, '--port', '70000'], 2, 'a whole number from 0 to 65535'],
    [['--site', folder, '--port', '0'], 1, 'has no index.html'],
    [[join(folder, 'nowhere.ts'), '--site', site], 1, 'nowhere.ts cannot be read'],
  ] as const) {
    const { code, told } = await ndl(['playground', ...args]);
    expect(code).toBe(exit);
    expect(told).toContain(sentence);
  }
  await stop();
});
