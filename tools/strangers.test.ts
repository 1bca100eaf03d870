/**
 * @file The packages of `examples/` in the hands of strangers: written against packed tarballs, compiled strictly by two
 * generations of TypeScript, packed, installed by somebody else, and run.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  compile,
  COMPILERS,
  copyExample,
  installProject,
  newFolder,
  packFolder,
  packWorkspace,
  runNode,
  STRICT_SETTINGS,
  versionOf,
  type Tarballs,
} from './stranger.ts';
import { readManifest, ROOT } from './workspace.ts';

/** What a simulation without TensorFlow.js is made of. */
const LIBRARY = [
  'numerics',
  'ir',
  'model',
  'core',
  'kernel',
  'config',
  'builder',
  'neurons',
  'planners',
  'compiler',
  'training',
  'backend-reference',
  'simulator',
];
const EXAMPLES = ['third-party-planner', 'custom-neuron', 'injectable-plugin'];
const PATIENCE = 240_000;

const folder = newFolder();
const tarballs = join(folder, 'tarballs');
const author = join(folder, 'author');
const user = join(folder, 'user');
const { devDependencies = {} } = readManifest(ROOT);
let library: Tarballs;

beforeAll(async () => {
  const { '@ndl/testing': suites, ...rest } = await packWorkspace([...LIBRARY, 'testing'], tarballs);
  library = rest;
  await installProject(author, { ...library, '@ndl/testing': suites!, vitest: devDependencies['vitest']! });
  for (const example of EXAMPLES) copyExample(example, join(author, example));
}, PATIENCE);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(Object.keys(COMPILERS))('%s is what it says', (compiler) => {
  expect(`TypeScript ${versionOf(compiler)}`.startsWith(`${compiler}.`)).toBe(true);
});

describe.each(Object.keys(COMPILERS))('under %s', (compiler) => {
  test.each(EXAMPLES)('%s compiles against the packed library', { timeout: PATIENCE }, async (example) => {
    await compile(compiler, join(author, example));
  });
});

describe('the planner', () => {
  test('imports @ndl/core and nothing else', () => {
    const dist = join(author, 'third-party-planner/dist');
    const files = readdirSync(dist).filter((file) => file.endsWith('.js') || file.endsWith('.d.ts'));
    const imported = files.flatMap((file) =>
      [...readFileSync(join(dist, file), 'utf8').matchAll(/from '([^'.][^']*)'/g)].map(([, name]) => name),
    );
    expect([...new Set(imported)]).toEqual(['@ndl/core']);
  });

  test('passes its tests, the conformance suite among them', { timeout: PATIENCE }, async () => {
    const vitest = join(author, 'node_modules/vitest/vitest.mjs');
    const report = await runNode([vitest, 'run', '--reporter=json'], join(author, 'third-party-planner'));
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(report.slice(report.indexOf('{'))) as {
      readonly numPassedTests: number;
      readonly numFailedTests: number;
      readonly testResults: readonly {
        readonly assertionResults: readonly { readonly ancestorTitles: readonly string[] }[];
      }[];
    };
    const suites = testResults.flatMap(({ assertionResults }) =>
      assertionResults.map(({ ancestorTitles }) => ancestorTitles[0]),
    );
    expect(suites).toContain('planner anneal');
    expect(numPassedTests).toBeGreaterThan(20);
    expect(numFailedTests).toBe(0);
  });
});

describe('somebody else', () => {
  beforeAll(async () => {
    const packed = await Promise.all(EXAMPLES.map((example) => packFolder(join(author, example), tarballs)));
    await installProject(user, Object.assign({}, library, ...packed) as Tarballs);
    for (const example of EXAMPLES) {
      const place = join(user, example);
      mkdirSync(place);
      cpSync(join(ROOT, 'examples', example, 'usage/main.ts'), join(place, 'main.ts'));
      writeFileSync(
        join(place, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: STRICT_SETTINGS, include: ['main.ts'] }),
      );
    }
  }, PATIENCE);

  const run = async (example: string): Promise<Record<string, unknown>> => {
    const place = join(user, example);
    for (const compiler of Object.keys(COMPILERS)) await compile(compiler, place);
    return JSON.parse(await runNode([join(place, 'dist/main.js')], place)) as Record<string, unknown>;
  };

  test('plans a network by annealing', { timeout: PATIENCE }, async () => {
    const { operators, groups, shape, last } = await run('third-party-planner');
    expect(groups).toBeLessThan(operators as number);
    expect(shape).toEqual([500, 1]);
    expect(Number.isFinite(last)).toBe(true);
  });

  test('trains neurons of a new kind', { timeout: PATIENCE }, async () => {
    const { losses, squared } = (await run('custom-neuron')) as { losses: readonly number[]; squared: number };
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
    expect(Math.abs(squared - 0.25)).toBeLessThan(0.15);
  });

  test('has a class injected', { timeout: PATIENCE }, async () => {
    expect(await run('injectable-plugin')).toMatchObject({ simNeurons: 1 });
  });
});
