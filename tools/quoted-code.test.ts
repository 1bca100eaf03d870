/** @file Code quoted in documents is code that is compiled and run: every block stands, line by line, in a file of `examples/`. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './workspace.ts';

const EXAMPLES = join(ROOT, 'examples');

/** A block of TypeScript and the links in the text before it. */
interface Quotation {
  readonly code: string;
  readonly textBefore: string;
}

function quotationsIn(document: string): readonly Quotation[] {
  const text = readFileSync(document, 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    code: match[1]!,
    textBefore: text.slice(0, match.index),
  }));
}

/** The TypeScript file that a document last linked to. */
function lastLink(document: string, textBefore: string): string {
  const links = [...textBefore.matchAll(/\]\(([^)]+\.ts)\)/g)];
  return resolve(document, '..', links.at(-1)?.[1] ?? 'no link');
}

function sourcesOf(example: string): readonly string[] {
  return ['src', 'usage'].flatMap((folder) => {
    const path = join(EXAMPLES, example, folder);
    const files = readdirSync(join(EXAMPLES, example)).includes(folder) ? readdirSync(path) : [];
    return files.map((file) => join(path, file));
  });
}

const guide = join(ROOT, 'docs/plugins.md');
const readmes = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => join(EXAMPLES, name, 'README.md'));

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
  const sources = sourcesOf(basename(join(readme, '..'))).map((file) => readFileSync(file, 'utf8'));
  const strays = quotations.filter(({ code }) => !sources.some((source) => source.includes(code)));
  expect(strays.map(({ code }) => code)).toEqual([]);
});
