/** @file What every package brings along when it is packed: a page, the licence, words to be found by, and no address that is none. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packagesBelow, ROOT } from './workspace.ts';

interface Described {
  readonly description: string;
  readonly keywords: readonly string[];
  readonly homepage?: string;
  readonly repository?: unknown;
}

const packages = packagesBelow('packages').map((each) => [each.manifest.name, each] as const);

describe.each(packages)('%s', (name, { folder, manifest }) => {
  const { description, keywords, homepage, repository } = manifest as unknown as Described;

  test('has a README that begins with its name and says what it is', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(readme.startsWith(`# ${name}\n`)).toBe(true);
    const [opening] = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n').slice(2);
    expect(readme).toContain(name === 'ndl' ? opening : `\n${description}.\n`);
  });

  test('links to files of its own alone, as others are not in its tarball', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!);
    for (const target of targets.filter((each) => !each.startsWith('https://')))
      expect(readFileSync(join(folder, target), 'utf8')).not.toBe('');
    expect(targets.filter((target) => target.startsWith('..'))).toEqual([]);
  });

  test('has the licence of the repository', () => {
    expect(readFileSync(join(folder, 'LICENSE'), 'utf8')).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
  });

  test('has keywords, and no address before there is one', () => {
    expect(keywords.length).toBeGreaterThan(3);
    expect(new Set(keywords).size).toBe(keywords.length);
    expect([homepage, repository]).toEqual([undefined, undefined]);
  });
});
