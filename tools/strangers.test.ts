/**
 * @file The packages of `examples/` in the hands of strangers: written against packed tarballs, compiled strictly by two
 * generations of TypeScript, packed, installed by somebody else, and run.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
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
  unpack,
  versionOf,
  writeSources,
  type Tarballs,
} from './stranger.ts';
import { readManifest, ROOT } from './workspace.ts';

/** What a simulation without TensorFlow.js is made of. */
const LIBRARY = [
  'numerics',
  'ir',
  'model',
  'core',
  'container',
  'config',
  'builder',
  'neurons',
  'planners',
  'compiler',
  'training',
  'backend-kit',
  'backend-reference',
  'simulator',
];
const EXAMPLES = ['third-party-planner', 'custom-neuron', 'injectable-plugin'];
const PATIENCE = 240_000;
const patiently = { timeout: PATIENCE };

/** Imports every entry point of the batteries. */
const BATTERIES = `
import { defaultPlugins, Simulator, type Network } from 'ndl';
import { saveParameters } from 'ndl/node';
import { tfjs } from '@ndl/backend-tfjs';
import * as node from '@ndl/backend-tfjs/node';
import * as gpu from '@ndl/backend-tfjs/node-gpu';

export const entries = { node, gpu };
export async function save(network: Network, file: string): Promise<void> {
  await using sim = await Simulator.create(network, { plugins: [...defaultPlugins(), tfjs({ engine: 'cpu' })] });
  await saveParameters(sim, file);
}
`;

const folder = newFolder();
const tarballs = join(folder, 'tarballs');
const author = join(folder, 'author');
const user = join(folder, 'user');
const { devDependencies = {} } = readManifest(ROOT);
let library: Tarballs;
/** What would bring TensorFlow.js. */
let batteries: Tarballs;

beforeAll(async () => {
  const packed = await packWorkspace([...LIBRARY, 'testing', 'backend-tfjs', 'ndl'], tarballs);
  const { '@ndl/testing': suites, '@ndl/backend-tfjs': tfjs, ndl, ...rest } = packed;
  library = rest;
  batteries = { '@ndl/backend-tfjs': tfjs!, ndl: ndl! };
  await installProject(author, {
    ...library,
    '@ndl/testing': suites!,
    vitest: devDependencies['vitest']!,
    // As tested here; vitest itself would take the newest, which may lack the binaries of this platform.
    vite: devDependencies['vite']!,
  });
  for (const example of EXAMPLES) copyExample(example, join(author, example));
}, PATIENCE);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(Object.keys(COMPILERS))('%s is what it says', (compiler) => {
  expect(`TypeScript ${versionOf(compiler)}`.startsWith(`${compiler}.`)).toBe(true);
});

describe.each(Object.keys(COMPILERS))('under %s', (compiler) => {
  test.each(EXAMPLES)('%s compiles against the packed library', patiently, async (example) => {
    await compile(compiler, join(author, example));
  });
});

describe('the batteries', () => {
  const place = join(author, 'batteries');

  beforeAll(async () => {
    // Unpacked by hand, without what they depend on: a type of TensorFlow.js would be one that nobody can find.
    for (const [name, tarball] of Object.entries(batteries)) await unpack(tarball, join(author, 'node_modules', name));
    writeSources(place, { 'main.ts': BATTERIES });
  }, PATIENCE);

  test.each(Object.keys(COMPILERS))(
    'compile under %s where TensorFlow.js is not installed',
    patiently,
    async (compiler) => {
      await compile(compiler, place);
    },
  );
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

  test('passes its tests, the conformance suite among them', patiently, async () => {
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
  const fileOf = (example: string): string => `${example}.ts`;

  beforeAll(async () => {
    const packed = await Promise.all(EXAMPLES.map((example) => packFolder(join(author, example), tarballs)));
    await installProject(user, Object.assign({}, library, ...packed) as Tarballs);
    const programs = EXAMPLES.map((example) => [
      fileOf(example),
      readFileSync(join(ROOT, 'examples', example, 'usage/main.ts'), 'utf8'),
    ]);
    writeSources(user, Object.fromEntries(programs) as Record<string, string>);
  }, PATIENCE);

  test.each(Object.keys(COMPILERS))('compiles programs against all of them under %s', patiently, async (compiler) => {
    await compile(compiler, user);
  });

  const run = async (example: string): Promise<Record<string, unknown>> =>
    JSON.parse(await runNode([`dist/${example}.js`], user)) as Record<string, unknown>;

  test('plans a network by annealing', patiently, async () => {
    const { operators, groups, shape, last } = await run('third-party-planner');
    expect(groups).toBeLessThan(operators as number);
    expect(shape).toEqual([500, 1]);
    expect(Number.isFinite(last)).toBe(true);
  });

  test('trains neurons of a new kind', patiently, async () => {
    const { losses, squared } = (await run('custom-neuron')) as { losses: readonly number[]; squared: number };
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
    expect(Math.abs(squared - 0.25)).toBeLessThan(0.15);
  });

  test('has a class injected', patiently, async () => {
    expect(await run('injectable-plugin')).toMatchObject({ simNeurons: 1 });
  });
});
