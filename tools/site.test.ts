/** @file The site that `npm run docs` builds: what is in it, and that no link of it leads nowhere. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settleLinks } from '../apps/site/src/site-links.mjs';
import { siteOptions } from '../apps/site/src/site-options.mjs';
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
    write('index.html', `<h1 id="top"></h1>${kept} <a href="media/folder">a <b>folder</b></a>`);
    const front = '<a href="../index.html">home</a> <a href="../#top">its top</a>';
    write('pages/a.html', `<h2 id="there">There</h2> ${front} <a href="#there">up</a>`);
    write('media/code.ts', '');
    expect(settleLinks(site)).toEqual([]);
    expect(readFileSync(join(site, 'index.html'), 'utf8')).toBe(`<h1 id="top"></h1>${kept} a <b>folder</b>`);
  });

  test('that lead nowhere are told with their pages', () => {
    write('index.html', '<a href="gone.html">gone</a> <a href="a.html#gone">a</a> <a href="#gone">here</a>');
    write('a.html', '<a href="./#gone">front</a>');
    expect(settleLinks(site).toSorted()).toEqual(
      ['index.html: gone.html', 'index.html: a.html#gone', 'index.html: #gone', 'a.html: ./#gone'].toSorted(),
    );
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

// Half a minute, which links that the documents have and the site has not are worth.
test('it is built without a warning', { timeout: 300_000 }, () => {
  execFileSync(process.execPath, [join(ROOT, 'apps/site/src/main.mjs'), site], { stdio: 'pipe' });
  for (const page of ['index.html', 'modules/ndl.html']) expect(existsSync(join(site, page))).toBe(true);
});
