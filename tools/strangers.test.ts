/**
 * @file The packages of `examples/` in the hands of strangers: written against packed tarballs, compiled strictly by two
 * generations of TypeScript, packed, installed by somebody else, and run.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '@ndl/cli';
import { blocksOf } from './documents.ts';
import {
  compile,
  COMPILERS,
  copyExample,
  installProject,
  newFolder,
  packFolder,
  packWorkspace,
  runNode,
  runTests,
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
  'networks',
  'neurons',
  'planners',
  'compiler',
  'training',
  'backend-kit',
  'backend-reference',
  'threads',
  'wasm-module',
  'backend-wasm',
  'simulator',
];
/** What is installed beside it. */
const MORE = ['cli', 'convert', 'golden', 'model-source', 'nir', 'plots'];
const EXAMPLES = [
  'third-party-planner',
  'third-party-backend',
  'custom-neuron',
  'custom-connection',
  'custom-parts',
  'injectable-plugin',
];
/** Packages that `ndl new` begins, by the name that they are given. */
const BEGUN: Readonly<Record<string, { readonly kind: string; readonly suite: string }>> = {
  '@stranger/ndl-planner-crowded': { kind: 'planner', suite: 'planner crowded' },
  'ndl-neuron-power': { kind: 'neuron', suite: 'neuron power' },
};
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

/** Imports what is installed beside `ndl`, which nothing of Node's types is needed for. */
const BESIDE = `
${MORE.map((name) => `import * as ${name.replace('-', '_')} from '@ndl/${name}';`).join('\n')}
export const entries = { ${MORE.map((name) => name.replace('-', '_')).join(', ')} };
`;

const folder = newFolder();
const tarballs = join(folder, 'tarballs');
const author = join(folder, 'author');
const begun = join(author, 'begun');
const user = join(folder, 'user');
const { devDependencies = {} } = readManifest(ROOT);
let library: Tarballs;

beforeAll(async () => {
  const packed = await packWorkspace([...LIBRARY, ...MORE, 'testing', 'backend-tfjs', 'ndl'], tarballs);
  const { '@ndl/testing': suites, '@ndl/backend-tfjs': tfjs, ndl, ...rest } = packed;
  const isBeside = (name: string): boolean => MORE.includes(name.slice('@ndl/'.length));
  library = Object.fromEntries(Object.entries(rest).filter(([name]) => !isBeside(name)));
  const beside = Object.fromEntries(Object.entries(rest).filter(([name]) => isBeside(name)));
  await installProject(author, {
    ...library,
    '@ndl/testing': suites!,
    vitest: devDependencies['vitest']!,
    // As tested here; vitest itself would take the newest, which may lack the binaries of this platform.
    vite: devDependencies['vite']!,
  });
  // Unpacked by hand, without what they depend on: a type of TensorFlow.js, or of d3, would be one that nobody can find.
  for (const [name, tarball] of Object.entries({ '@ndl/backend-tfjs': tfjs!, ndl: ndl!, ...beside }))
    await unpack(tarball, join(author, 'node_modules', name));
  for (const example of EXAMPLES) copyExample(example, join(author, example));
  const tell = (text: string): void => void process.stderr.write(text);
  const terminal = { write() {}, tell, isWatched: false, signal: new AbortController().signal };
  for (const [name, { kind }] of Object.entries(BEGUN))
    await main(['new', kind, name, '--folder', join(begun, name)], terminal);
}, PATIENCE);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(Object.keys(COMPILERS))('%s is what it says', (compiler) => {
  expect(`TypeScript ${versionOf(compiler)}`.startsWith(`${compiler}.`)).toBe(true);
});

describe.each(Object.keys(COMPILERS))('under %s', (compiler) => {
  test.each([...EXAMPLES, ...Object.keys(BEGUN).map((name) => join('begun', name))])(
    '%s compiles against the packed library',
    patiently,
    async (example) => compile(compiler, join(author, example)),
  );
});

describe('the batteries', () => {
  const place = join(author, 'batteries');

  beforeAll(() => writeSources(place, { 'main.ts': BATTERIES, 'beside.ts': BESIDE }));

  test.each(Object.keys(COMPILERS))(
    'compile under %s where TensorFlow.js is not installed',
    patiently,
    async (compiler) => {
      await compile(compiler, place);
    },
  );
});

/** Uses nothing but `ndl`: adds a setting, and offers a planner under a token. */
const ONLY_NDL = `
import { configureSettings, defaultPlugins, definePlugin, Network, NEURON_DEFINITIONS, PLANNERS, SETTING_SPECS } from 'ndl';
import { noopPlanner, Simulator, token, type Planner, type SettingSpec } from 'ndl';

declare module 'ndl' {
  interface Settings {
    readonly coolingSteps: number;
  }
}

const PLANNER = token<Planner>('stranger/planner');
const coolingSteps: SettingSpec<'coolingSteps'> = { name: 'coolingSteps', default: 1, summary: 'Steps.', validate: () => undefined };
const plugin = definePlugin({
  name: 'stranger',
  register({ bind, contribute }) {
    bind(PLANNER).toConstantValue(noopPlanner());
    contribute(PLANNERS).toConstantValue({ key: PLANNER, summary: 'merges nothing' });
    contribute(SETTING_SPECS).toConstantValue(coolingSteps);
  },
});
const net = new Network({}, () => configureSettings({ coolingSteps: 7, planner: PLANNER }));
await using sim = await Simulator.create(net, { plugins: [...defaultPlugins(), plugin] });
console.log(sim.settings.coolingSteps, typeof NEURON_DEFINITIONS);
`;

describe('somebody who has nothing but ndl in reach, as under pnpm', () => {
  const place = join(folder, 'only-ndl');

  beforeAll(() => {
    mkdirSync(join(place, 'node_modules'), { recursive: true });
    symlinkSync(join(author, 'node_modules/ndl'), join(place, 'node_modules/ndl'), 'junction');
    writeFileSync(join(place, 'package.json'), JSON.stringify({ type: 'module' }));
    writeSources(place, { 'main.ts': ONLY_NDL });
  });

  test.each(Object.keys(COMPILERS))('adds a setting and a planner under %s', patiently, async (compiler) => {
    await compile(compiler, place);
    expect(await runNode(['dist/main.js'], place)).toBe('7 symbol\n');
  });

  test('runs the first example of the README by node, and sees what it says', patiently, async () => {
    const blocks = blocksOf('README.md');
    const first = blocks.findIndex(({ language }) => language === 'js');
    writeFileSync(join(place, 'example.mjs'), blocks[first]!.code);
    expect(await runNode(['example.mjs'], place)).toBe(blocks[first + 1]!.code);
  });
});

describe.each([
  { example: 'third-party-planner', imports: ['@ndl/core'], suite: 'planner anneal', atLeast: 20, only: [] },
  {
    example: 'third-party-backend',
    imports: ['@ndl/backend-kit', '@ndl/core', '@ndl/ir'],
    suite: 'backend counting',
    atLeast: 100,
    // The other format is tested in the workspace.
    only: ['--testNamePattern=in float64'],
  },
])('$example', ({ example, imports, suite, atLeast, only }) => {
  test('imports what it must and nothing else', () => {
    const dist = join(author, example, 'dist');
    const files = readdirSync(dist).filter((file) => file.endsWith('.js') || file.endsWith('.d.ts'));
    const imported = files.flatMap((file) =>
      [...readFileSync(join(dist, file), 'utf8').matchAll(/from '([^'.][^']*)'/g)].map(([, name]) => name),
    );
    expect([...new Set(imported)].toSorted()).toEqual(imports);
  });

  test('passes its tests, the conformance suite among them', patiently, async () => {
    const report = await runTests(join(author, example), author, only);
    expect(report.failures).toEqual([]);
    expect(report.suites).toContain(suite);
    expect(report.passed).toBeGreaterThan(atLeast);
  });
});

describe('packages as ndl new begins them', () => {
  test('pass their tests, the conformance suites among them', patiently, async () => {
    const report = await runTests(begun, author);
    expect(report.failures).toEqual([]);
    expect(report.suites).toEqual(expect.arrayContaining(Object.values(BEGUN).map(({ suite }) => suite)));
    expect(report.passed).toBeGreaterThan(20);
  });

  test('pack what they build, and no tests', patiently, async () => {
    const name = Object.keys(BEGUN)[0]!;
    const [tarball] = Object.values(await packFolder(join(begun, name), tarballs));
    const place = join(folder, 'unpacked');
    await unpack(tarball!, place);
    expect(readdirSync(place).toSorted()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
    expect(readdirSync(join(place, 'dist')).filter((file) => !/\.(js|d\.ts)$/.test(file))).toEqual([]);
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

  const printed = (example: string): Promise<string> => runNode([`dist/${example}.js`], user);
  const run = async (example: string): Promise<Record<string, unknown>> =>
    JSON.parse(await printed(example)) as Record<string, unknown>;

  test('plans a network by annealing', patiently, async () => {
    const { operators, groups, shape, last } = await run('third-party-planner');
    expect(groups).toBeLessThan(operators as number);
    expect(shape).toEqual([500, 1]);
    expect(Number.isFinite(last)).toBe(true);
  });

  test('sees what each ensemble costs', patiently, async () => {
    const table = await printed('third-party-backend');
    // 100 steps of 50 neurons in 2 dimensions, and of 20 in one.
    expect(table).toMatch(/^position +10,000 /m);
    expect(table).toMatch(/^product +2,000 /m);
  });

  test('trains neurons of a new kind', patiently, async () => {
    const { losses, squared } = (await run('custom-neuron')) as { losses: readonly number[]; squared: number };
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
    expect(Math.abs(squared - 0.25)).toBeLessThan(0.15);
  });

  test('lets connections learn by a new rule, and sends values through a new transform', patiently, async () => {
    const { sums, sent } = (await run('custom-connection')) as Record<'sums' | 'sent', readonly [number, number]>;
    expect(sums[1]).toBeGreaterThan(sums[0]);
    expect(sent[0]).toBeGreaterThan(0.7);
    expect(sent[1]).toBeLessThan(-0.3);
  });

  test('decodes with a synapse, a distribution and a solver of new kinds, and runs a process', patiently, async () => {
    const { error, quickest } = (await run('custom-parts')) as Record<'error' | 'quickest', number>;
    // Behind by half of the 20 ms that are averaged, of a wave of 6 radians per second: 0.06 / √2, and what spikes add.
    expect(error).toBeLessThan(0.1);
    // Differences of single precision.
    expect(quickest).toBeCloseTo(1, 3);
  });

  test('has a class injected', patiently, async () => {
    expect(await run('injectable-plugin')).toMatchObject({ simNeurons: 1 });
  });
});
