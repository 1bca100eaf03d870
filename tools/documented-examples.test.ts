/**
 * @file Proves that documented examples run: every block of code in pages that do not quote is a whole program. All of TypeScript compile
 * under strict settings; each prints what its comments say, `// prints …`, in order, or what the block of text below it says.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, promisify } from 'node:util';
import { runInThisContext } from 'node:vm';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import * as ndl from 'ndl';
import { blocksOf, documents, isCode, pagesOfPrograms, quotingPages, type CodeBlock } from './documents.ts';
import { readManifest, ROOT } from './workspace.ts';

/** Of blocks of code in pages: programs, what programs print, and what the tests of its page hold. */
const KNOWN_LANGUAGES = ['html', 'js', 'mermaid', 'sh', 'text', 'ts', 'wat'];

/** What examples may import: what users install. */
const LIBRARY: Readonly<Record<string, () => Promise<object>>> = {
  ndl: async () => ndl,
  'ndl/node': () => import('ndl/node'),
  '@ndl/backend-tfjs/tensor-node': () => import('@ndl/backend-tfjs/tensor-node'),
  '@ndl/backend-reference': () => import('@ndl/backend-reference'),
  '@ndl/convert': () => import('@ndl/convert'),
  '@ndl/model-source': () => import('@ndl/model-source'),
  '@ndl/neurons': () => import('@ndl/neurons'),
  '@ndl/nir': () => import('@ndl/nir'),
  '@ndl/planners': () => import('@ndl/planners'),
  '@ndl/plots': () => import('@ndl/plots'),
  '@ndl/simulator': () => import('@ndl/simulator'),
  '@tensorflow/tfjs-backend-cpu': () => import('@tensorflow/tfjs-backend-cpu'),
  '@tensorflow/tfjs-layers': () => import('@tensorflow/tfjs-layers'),
};

type Program = (modules: Readonly<Record<string, object>>, console: Pick<Console, 'log'>) => Promise<void>;

/** A program of a page, and what the page says that it prints. */
interface Example extends CodeBlock {
  readonly output: string;
}

/** What is printed stands in comments, in order, or in a block of text right below. */
function examplesOf(page: string): readonly Example[] {
  const blocks = blocksOf(page);
  return blocks.filter(isCode).map((block) => {
    const next = blocks[blocks.indexOf(block) + 1];
    const isBelow = next?.language === 'text' && next.title === block.title;
    const promises = [...block.code.matchAll(/\/\/ prints (.*)$/gm)].map(([, text]) => text!);
    return { ...block, output: isBelow ? next.code.trimEnd() : promises.join('\n') };
  });
}

/** An example without its types, imports and exports, as a function. */
async function programOf({ title, code }: Example): Promise<Program> {
  const stripped = await transform(code, { loader: 'ts', format: 'esm', target: 'node20' });
  const body = stripped.code
    .replaceAll(/^import "[^"]*";$/gm, '')
    .replaceAll(/^export \{[^}]*\};$/gm, '')
    .replaceAll(/^import \* as (\w+) from "([^"]*)";$/gm, 'const $1 = modules["$2"];')
    .replaceAll(
      /^import \{([^}]*)\} from "([^"]*)";$/gm,
      (_, names: string, from: string) => `const {${names.replaceAll(' as ', ': ')}} = modules["${from}"];`,
    );
  return runInThisContext(`(async (modules, console) => {${body}\n})`, { filename: `${title}.js` }) as Program;
}

/** The parts of the library that an example imports. */
async function modulesOf({ code }: Example): Promise<Readonly<Record<string, object>>> {
  const names = [...code.matchAll(/(?:from|import) '([^']*)'/g)].map(([, name]) => name!);
  const imported = [...new Set(names)].map(async (name) => {
    const load = LIBRARY[name];
    if (load === undefined) throw new Error(`Examples import what users install; ${name} is not among it.`);
    return [name, await load()] as const;
  });
  return Object.fromEntries(await Promise.all(imported));
}

test('no page has code that is neither run nor quoted from what is run', () => {
  const tested = [...pagesOfPrograms(), ...quotingPages()];
  expect(documents().filter((page) => blocksOf(page).some(isCode) && !tested.includes(page))).toEqual([]);
  const languages = documents().flatMap((page) => blocksOf(page).map(({ language }) => language));
  expect(languages.filter((language) => !KNOWN_LANGUAGES.includes(language))).toEqual([]);
});

test('commands in pages are commands of this repository', () => {
  const { scripts } = readManifest(ROOT) as unknown as { readonly scripts: Readonly<Record<string, string>> };
  const pages = documents().map((page) => readFileSync(join(ROOT, page), 'utf8'));
  const named = pages.flatMap((text) => [...text.matchAll(/npm run (?:--silent )?([a-z][a-z-]*)/g)]);
  expect(named.length).toBeGreaterThan(10);
  expect(named.map(([, script]) => script!).filter((script) => scripts[script] === undefined)).toEqual([]);
});

describe.each(pagesOfPrograms())('%s', (page) => {
  const examples = examplesOf(page);

  test('has examples', () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  test.each(examples)('$title', async (example) => {
    const printed: string[] = [];
    const program = await programOf(example);
    await program(await modulesOf(example), { log: (...values: unknown[]) => void printed.push(format(...values)) });
    expect(printed.join('\n')).toBe(example.output);
  });
});

test('all of TypeScript compile under strict settings', { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ndl-examples-'));
  try {
    const typed = pagesOfPrograms()
      .flatMap(examplesOf)
      .filter(({ language }) => language === 'ts');
    const files = typed.map(({ code }, index) => {
      writeFileSync(join(folder, `example-${index + 1}.ts`), code);
      return `example-${index + 1}.ts`;
    });
    const sources = {
      ndl: [join(ROOT, 'packages/ndl/src/index.ts')],
      'ndl/node': [join(ROOT, 'packages/ndl/src/node.ts')],
      '@ndl/backend-tfjs/tensor-node': [join(ROOT, 'packages/backend-tfjs/src/tensor-node.ts')],
      '@tensorflow/tfjs-backend-cpu': [join(ROOT, 'node_modules/@tensorflow/tfjs-backend-cpu/dist/index.d.ts')],
      '@tensorflow/tfjs-layers': [join(ROOT, 'node_modules/@tensorflow/tfjs-layers/dist/index.d.ts')],
      '@ndl/*': [join(ROOT, 'packages/*/src/index.ts')],
    };
    // What sources of ours say of a library without types.
    const ambient = [join(ROOT, 'packages/convert/src/keras/jsfive.d.ts')];
    const compilerOptions = {
      noEmit: true,
      composite: false,
      isolatedDeclarations: false,
      declaration: false,
      declarationMap: false,
      paths: sources,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(ROOT, 'tsconfig.base.json'), compilerOptions, files: [...files, ...ambient] }),
    );
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const complaints = await promisify(execFile)(process.execPath, [compiler, '-p', folder]).then(
      () => '',
      (error: { readonly stdout: string }) => error.stdout,
    );
    expect(complaints).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
