/** @file Which package may import which: the table of `docs/architecture.md`, enforced. */
import { describe, expect, test } from 'vitest';
import {
  importsOf,
  packagesBelow,
  readManifest,
  referencesOf,
  ROOT,
  type SourceImport,
  type WorkspacePackage,
} from './workspace.ts';

const CONTRACTS = ['core', 'ir', 'model', 'numerics'];
const COMPOSITION = [...CONTRACTS, 'container', 'config', 'builder', 'compiler', 'training'];

/** Layer → the layers that it may import. What is not listed is forbidden. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  threads: [],
  'wasm-module': [],
  numerics: ['threads', 'wasm-module'],
  ir: ['numerics'],
  model: ['numerics'],
  core: ['model', 'ir', 'numerics'],
  container: ['core'],
  config: ['model', 'core'],
  builder: CONTRACTS,
  neurons: CONTRACTS,
  planners: ['core'],
  compiler: CONTRACTS,
  'backend-kit': ['core', 'ir', 'numerics'],
  'backend-reference': ['backend-kit', 'core', 'ir', 'numerics'],
  'backend-wasm': ['backend-kit', 'core', 'ir', 'numerics', 'threads', 'wasm-module'],
  'backend-tfjs': ['backend-kit', ...CONTRACTS],
  training: ['core', 'ir', 'numerics'],
  simulator: COMPOSITION,
  testing: CONTRACTS,
  networks: ['model', 'numerics'],
  nir: CONTRACTS,
  convert: ['backend-tfjs', 'ndl', 'numerics'],
  plots: ['core', 'model', 'numerics', 'simulator', 'training'],
  'model-source': ['model', 'numerics', 'simulator'],
  cli: ['core', 'golden', 'model', 'model-source', 'ndl', 'networks', 'numerics', 'plots'],
  golden: ['builder', 'core', 'model', 'networks', 'numerics', 'simulator'],
  ndl: [
    ...COMPOSITION,
    'simulator',
    'neurons',
    'networks',
    'planners',
    'backend-reference',
    'backend-wasm',
    'backend-tfjs',
  ],
};

/** Who may use conformance suites or golden replay in its own tests; for the others it would close a circle. */
const MAY_TEST_WITH: Readonly<Record<string, readonly string[]>> = {
  builder: ['testing'],
  neurons: ['testing'],
  planners: ['testing'],
  'backend-reference': ['testing'],
  'backend-wasm': ['testing'],
  'backend-tfjs': ['testing'],
  'model-source': ['ndl', 'networks'],
  plots: ['ndl'],
  ndl: ['backend-kit', 'golden', 'testing'],
  nir: ['ndl'],
};

const packages = packagesBelow('packages');
const everything = [...packages, ...packagesBelow('apps')];
const layerOf = new Map(packages.map(({ layer, manifest }) => [manifest.name, layer]));
const rootTools = Object.keys(readManifest(ROOT).devDependencies ?? {});

const layersIn = (dependencies: Readonly<Record<string, string>> = {}): string[] =>
  Object.keys(dependencies).flatMap((name) => layerOf.get(name) ?? []);

const listed = ({ file, from }: SourceImport): string => `${file} imports ${from}`;

const namesAvailableTo = ({ manifest }: WorkspacePackage, inTest: boolean): string[] => [
  manifest.name,
  ...Object.keys(manifest.dependencies ?? {}),
  ...Object.keys(manifest.peerDependencies ?? {}),
  ...(inTest ? [...Object.keys(manifest.devDependencies ?? {}), ...rootTools] : []),
];

describe.each(packages)('$manifest.name', (workspacePackage) => {
  const { layer, manifest } = workspacePackage;

  test('has a row in the table of layers', () => {
    expect(Object.keys(MAY_IMPORT)).toContain(layer);
  });

  test('depends only on the layers below it', () => {
    const forbidden = layersIn(manifest.dependencies).filter((other) => !MAY_IMPORT[layer]?.includes(other));
    expect(forbidden).toEqual([]);
  });

  test('is tested only with what may depend on it without closing a circle', () => {
    expect(MAY_TEST_WITH[layer] ?? []).toEqual(expect.arrayContaining(layersIn(manifest.devDependencies)));
  });

  test('references for the compiler exactly what it depends on', () => {
    expect(referencesOf(workspacePackage).toSorted()).toEqual(layersIn(manifest.dependencies).toSorted());
  });
});

describe.each(everything)('the sources of $manifest.name', (workspacePackage) => {
  const imports = importsOf(workspacePackage);

  test('import only listed packages', () => {
    const unlisted = imports.filter(({ from, inTest }) => !namesAvailableTo(workspacePackage, inTest).includes(from));
    expect(unlisted.map(listed)).toEqual([]);
  });

  test('leave inversify to the container at run time, and TensorFlow.js to its backend', () => {
    const { layer } = workspacePackage;
    const strays = imports.filter(
      ({ from, typeOnly, inTest }) =>
        !inTest &&
        ((from === 'inversify' && layer !== 'container' && !typeOnly) ||
          (from.startsWith('@tensorflow/') && layer !== 'backend-tfjs')),
    );
    expect(strays.map(listed)).toEqual([]);
  });

  test('pins every package of others to one version', () => {
    const { dependencies = {}, devDependencies = {} } = workspacePackage.manifest;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([name, range]) => !layerOf.has(name) && !/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+$/.test(range),
    );
    expect(loose).toEqual([]);
  });
});
