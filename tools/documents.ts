/** @file The pages of the repository, and the blocks of code in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './workspace.ts';

/** A fenced block of a page. */
export interface CodeBlock {
  /** What stands after the fence: `ts`, `js`, `sh`, `text` … */
  readonly language: string;
  readonly code: string;
  /** The heading above it. */
  readonly title: string;
  /** The page above it. */
  readonly textBefore: string;
}

/** Pages of the repository, by their paths from its root. */
export function documents(): readonly string[] {
  const below = ['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  );
  const packages = readdirSync(join(ROOT, 'packages')).map((name) => join('packages', name, 'README.md'));
  return [...readdirSync(ROOT), ...packages, ...below]
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.md') && !path.includes('node_modules/'))
    .toSorted();
}

/** All fenced blocks of a page, in order. */
export function blocksOf(page: string): readonly CodeBlock[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map((match) => {
    const textBefore = text.slice(0, match.index);
    const title = [...textBefore.matchAll(/^#+ (.*)$/gm)].at(-1)?.[1] ?? 'the beginning';
    return { language: match[1]!, code: match[2]!, title, textBefore };
  });
}

/** Whether a block is a program, or a part of one. */
export function isCode({ language }: CodeBlock): boolean {
  return ['ts', 'tsx', 'typescript', 'js', 'mjs', 'javascript', ''].includes(language);
}

/** Pages whose blocks are parts of files that are compiled and run: `quoted-code.test.ts`. */
export function quotingPages(): readonly string[] {
  return documents().filter((page) => page === 'docs/plugins.md' || /^examples\/[^/]+\/README\.md$/.test(page));
}

/** Pages whose blocks are whole programs: `documented-examples.test.ts`. */
export function pagesOfPrograms(): readonly string[] {
  const quoting = quotingPages();
  return documents().filter((page) => !quoting.includes(page) && blocksOf(page).some(isCode));
}
