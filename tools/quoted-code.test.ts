/** @file Code quoted in documents is code that is compiled and run: every block stands, line by line, in a file of `examples/`. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { blocksOf, isCode, quotingPages, type CodeBlock } from './documents.ts';
import { ROOT } from './workspace.ts';

const EXAMPLES = join(ROOT, 'examples');

function quotationsIn(page: string): readonly CodeBlock[] {
  return blocksOf(page).filter(isCode);
}

/** The TypeScript file that a document last linked to. */
function lastLink(page: string, textBefore: string): string {
  const links = [...textBefore.matchAll(/\]\(([^)]+\.ts)\)/g)];
  return resolve(ROOT, page, '..', links.at(-1)?.[1] ?? 'no link');
}

function sourcesOf(example: string): readonly string[] {
  return ['src', 'usage'].flatMap((folder) => {
    const path = join(EXAMPLES, example, folder);
    const files = readdirSync(join(EXAMPLES, example)).includes(folder) ? readdirSync(path) : [];
    return files.map((file) => join(path, file));
  });
}

const guide = 'docs/plugins.md';
const readmes = quotingPages().filter((page) => page !== guide);

test('the guide quotes the files that it names', () => {
  const quotations = quotationsIn(guide);
  expect(quotations.length).toBeGreaterThan(10);
  for (const { code, textBefore } of quotations) {
    expect(readFileSync(lastLink(guide, textBefore), 'utf8')).toContain(code);
  }
});

test.each(readmes)('%s quotes its own package', (readme) => {
  const quotations = quotationsIn(readme);
  expect(quotations.length).toBeGreaterThan(0);
  const sources = sourcesOf(basename(dirname(readme))).map((file) => readFileSync(file, 'utf8'));
  const strays = quotations.filter(({ code }) => !sources.some((source) => source.includes(code)));
  expect(strays.map(({ code }) => code)).toEqual([]);
});
