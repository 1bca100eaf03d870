/**
 * @file Proves that documented examples run: every block of TypeScript in these pages is a whole program. All compile under
 * strict settings; each prints what its comments say, `// prints …`, in order.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, promisify } from 'node:util';
import { runInThisContext } from 'node:vm';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import * as ndl from 'ndl';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PAGES = ['docs/configuration.md'];

interface Example {
  /** The heading above it. */
  readonly title: string;
  readonly code: string;
}

type Program = (modules: { readonly ndl: object }, console: Pick<Console, 'log'>) => Promise<void>;

function examplesOf(page: string): readonly Example[] {
  const sections = readFileSync(join(ROOT, page), 'utf8').split(/^(?=#+ )/m);
  return sections.flatMap((section) => {
    const title = /^#+ (.*)/.exec(section)?.[1] ?? 'the beginning';
    return [...section.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => ({ title, code: code! }));
  });
}

/** What the comments promise, in order. */
function promisesOf(code: string): readonly string[] {
  return [...code.matchAll(/\/\/ prints (.*)$/gm)].map(([, text]) => text!);
}

/** An example without its types and imports, as a function. */
async function programOf({ title, code }: Example): Promise<Program> {
  const stripped = await transform(code, { loader: 'ts', format: 'esm', target: 'node20' });
  const body = stripped.code.replaceAll(
    /^import \{([^}]*)\} from "ndl";$/gm,
    (_, names: string) => `const {${names.replaceAll(' as ', ': ')}} = modules.ndl;`,
  );
  return runInThisContext(`(async (modules, console) => {${body}\n})`, { filename: `${title}.js` }) as Program;
}

describe.each(PAGES)('%s', (page) => {
  const examples = examplesOf(page);

  test('has examples', () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  test.each(examples)('$title', async (example) => {
    const printed: string[] = [];
    const program = await programOf(example);
    await program({ ndl }, { log: (...values: unknown[]) => void printed.push(format(...values)) });
    expect(printed).toEqual(promisesOf(example.code));
  });

  test('all of them compile under strict settings', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ndl-examples-'));
    try {
      const files = examples.map(({ code }, index) => {
        writeFileSync(join(folder, `example-${index + 1}.ts`), code);
        return `example-${index + 1}.ts`;
      });
      const sources = {
        ndl: [join(ROOT, 'packages/ndl/src/index.ts')],
        '@ndl/*': [join(ROOT, 'packages/*/src/index.ts')],
      };
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
        JSON.stringify({ extends: join(ROOT, 'tsconfig.base.json'), compilerOptions, files }),
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
});
