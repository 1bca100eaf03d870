/** @file The site that `npm run docs` builds: what is in it, and that no link of it leads nowhere. It is built by `npm run check`. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settleLinks } from '../apps/site/src/site-links.mjs';
import { siteOptions } from '../apps/site/src/site-options.mjs';
import { sampleSize } from './sample-size.ts';
import { ROOT } from './workspace.ts';

let site = '';
beforeEach(() => {
  site = mkdtempSync(join(tmpdir(), 'ndl-site-'));
});
afterEach(() => rmSync(site, { recursive: true, force: true }));

describe('links', () => {
  const write = (path: string, text: string): void => {
    mkdirSync(join(site, path, '..'), { recursive: true });
    writeFileSync(join(site, path), text);
  };

  test('to folders become text, those to pages, files and headings stay', () => {
    const kept = '<a href="pages/a.html#there">a</a> <a href="media/code.ts">code</a> <a href="https://x.org">x</a>';
    write('index.html', `${kept} <a href="media/folder">a <b>folder</b></a>`);
    write('pages/a.html', '<h2 id="there">There</h2> <a href="../index.html">home</a> <a href="#there">up</a>');
    write('media/code.ts', '');
    expect(settleLinks(site)).toEqual([]);
    expect(readFileSync(join(site, 'index.html'), 'utf8')).toBe(`${kept} a <b>folder</b>`);
  });

  test('that lead nowhere are told with their pages', () => {
    write('index.html', '<a href="gone.html">gone</a> <a href="a.html#gone">a</a> <a href="#gone">here</a>');
    write('a.html', '');
    expect(settleLinks(site)).toEqual(['index.html: gone.html', 'index.html: a.html#gone', 'index.html: #gone']);
  });
});

test('all that it is made of is there', () => {
  const { entryPoints, readme, tsconfig } = siteOptions(ROOT) as {
    entryPoints: string[];
    readme: string;
    tsconfig: string;
  };
  expect([...entryPoints, readme, tsconfig].filter((path) => !existsSync(path))).toEqual([]);
});

// Half a minute: the gate looks at links between documents alone, in `links.test.ts`.
test.each(['the site'].slice(0, sampleSize(0, 1)))('%s is built without a warning', { timeout: 300_000 }, () => {
  execFileSync(process.execPath, [join(ROOT, 'apps/site/src/main.mjs'), site], { stdio: 'pipe' });
  for (const page of ['index.html', 'modules/ndl.html']) expect(existsSync(join(site, page))).toBe(true);
});
