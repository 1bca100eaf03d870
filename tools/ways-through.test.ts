/** @file The ways through the code in `docs/architecture.md`: at most eight files each, which exist and hold what is said of them. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './workspace.ts';

const PAGE = join(ROOT, 'docs/architecture.md');
const MOST_FILES = 8;

interface Stop {
  readonly file: string;
  /** What the text says of it. */
  readonly text: string;
}

/** The numbered lists of a section: each with the sentence before it. */
function waysIn(section: string): readonly (readonly [name: string, stops: readonly Stop[]])[] {
  return [...section.matchAll(/^(From .*):\n\n((?:\d\. .*\n(?: {3}.*\n)*)+)/gm)].map(([, name, list]) => [
    name!,
    list!
      .split(/^\d\. /m)
      .slice(1)
      .map((item) => {
        const [, link, text] = /^\[.*?\]\((.*?)\): ([^]*)$/.exec(item)!;
        return { file: resolve(PAGE, '..', link!), text: text! };
      }),
  ]);
}

const [, section = ''] = readFileSync(PAGE, 'utf8').split('## Two ways through\n');
const ways = waysIn(section.split('\n## ')[0]!);

test('there are two', () => {
  expect(ways.map(([name]) => name)).toEqual([
    'From `lif({ tauRc })` to the kernel',
    'From `net.config.of(connection).trainable = true` to the update of its weights',
  ]);
});

describe.each(ways)('%s', (_, stops) => {
  test(`passes at most ${MOST_FILES} files`, () => {
    expect(stops.length).toBeGreaterThan(2);
    expect(new Set(stops.map(({ file }) => file)).size).toBe(stops.length);
    expect(stops.length).toBeLessThanOrEqual(MOST_FILES);
  });

  test.each(stops.map(({ file, text }) => [file.slice(ROOT.length), file, text] as const))(
    '%s',
    (_name, file, text) => {
      expect(existsSync(file)).toBe(true);
      const names = [...text.matchAll(/`([A-Za-z_]+)`/g)].map(([, name]) => name!);
      const source = readFileSync(file, 'utf8');
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(source))).toEqual([]);
    },
  );
});
