/** @file What a visitor of the playground finds who opens files: networks of Nengo's, data that are damaged, images. */
import { decodeNpz } from '@ndl/numerics';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { type, until } from './open-playground.test-helper.ts';

/** Pictures of two pixels. */
const TRANSPARENT = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAC0lEQVR4nGNggAIAAAkAAftSuKkAAAAASUVORK5CYII=';
const BLACK = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAADklEQVR4nGNgYGD4D8IABgMB/8+HxnAAAAAASUVORK5CYII=';

/** Data that cannot be read are told of, and are no data: what there was before is there, and one that can be read takes their place. */
export async function damagedDataStayNowhere(
  page: Page,
  open: (name: string, text: string) => Promise<void>,
): Promise<void> {
  const printing = `export default { network, training: async ({ load }) => { console.log((await load('points')).a.data.join()); return never; } };`;
  await type(
    page,
    `import { Network } from 'ndl';\nconst never = new Promise(() => {});\nconst network = new Network({ seed: 0 });\n${printing}`,
  );
  await page.waitForSelector('#problem:has-text("there are no data \'points\'")');
  await page.waitForSelector('.training .reading:text-is("no data")');
  await open('points.csv', 'a,b\n5,6\n7,8\n');
  await page.waitForSelector('#console:has-text("5,7")');
  await open('points.npz', 'none');
  await page.waitForSelector('#notice:has-text("points.npz")');
  await page.click('#restart');
  await until(page, `document.getElementById('console').textContent.split('5,7').length > 2`);

  // Images come in the order of their names, and lie on white; one that is none takes all with it.
  const picture = (name: string, base64: string): { name: string; mimeType: string; buffer: Buffer } => ({
    name,
    mimeType: 'image/png',
    buffer: Buffer.from(base64, 'base64'),
  });
  await type(
    page,
    `import { Network } from 'ndl';\nconst never = new Promise(() => {});\nconst network = new Network({ seed: 0 });\n${printing.replace("'points')).a", "'images')).images")}`,
  );
  await page.waitForSelector('#problem:has-text("there are no data \'images\'")');
  await page.setInputFiles('#file', [picture('10.png', TRANSPARENT), picture('9.png', BLACK)]);
  await page.waitForSelector('#console:has-text("0,0,1,1")');
  await page.setInputFiles('#file', [picture('1.png', BLACK), picture('2.png', BLACK.slice(0, 40))]);
  await page.waitForSelector('#notice:has-text("2.png is no image")');
  await page.selectOption('#gallery', { label: 'A value and its square' });
  await page.waitForSelector('.object[data-label="square"]');
}

/** A file of Nengo's becomes a network whose subnetworks open; what it does is saved. */
export async function opensNetworkOfNengo(page: Page): Promise<void> {
  const buffer = gunzipSync(
    readFileSync(join(import.meta.dirname, '../../../../packages/golden/networks/product.json.gz')),
  );
  await page.setInputFiles('#file', { name: 'product.json', mimeType: 'application/json', buffer });
  await page.focus('.object.network');
  await page.keyboard.press('o');
  await page.waitForSelector('.object.network.open');
  await page.waitForSelector('.object.network:not(.open)');
  const saved = async (id: string): Promise<Buffer> => {
    await page.click('#export summary');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(`#export-${id}`)]);
    return readFileSync(await download.path());
  };
  const arrays = decodeNpz(await saved('npz'));
  expect([...arrays.keys()].length).toBe(1);
  expect(decodeNpz(await saved('parameters')).size).toBeGreaterThan(4);
  expect((await saved('svg')).toString()).toMatch(/^<svg [^>]*xmlns=/);
}
