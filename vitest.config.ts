/** @file One vitest project per workspace package, all run against sources, so that no test needs a build. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultServerConditions } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { LongestFirst } from './tools/longest-first.ts';

const root = dirname(fileURLToPath(import.meta.url));
const conditions = ['@ndl/source', ...defaultServerConditions];

function workspaceFolders(): string[] {
  return ['packages', 'apps']
    .filter((parent) => existsSync(join(root, parent)))
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(root, parent, name)))
    .filter((folder) => existsSync(join(folder, 'package.json')));
}

/**
 * Packages whose test files share the modules that they import, instead of loading them once more for each: those that keep nothing in modules which
 * another file's tests would see.
 */
const SHARING = [
  'backend-kit',
  'backend-reference',
  'backend-wasm',
  'compiler',
  'config',
  'container',
  'core',
  'ir',
  'model',
  'networks',
  'neurons',
  'numerics',
  'planners',
].map((name) => `@ndl/${name}`);

function projectIn(folder: string): TestProjectInlineConfiguration {
  const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
  };
  return {
    extends: true,
    test: { name, root: folder, include: ['src/**/*.test.ts'], isolate: !SHARING.includes(name) },
  };
}

export default defineConfig({
  resolve: { conditions, alias: [{ find: /^fast-check$/, replacement: join(root, 'tools/fast-check-sample.ts') }] },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: [
      ...workspaceFolders().map(projectIn),
      { extends: true, test: { name: 'tools', root: join(root, 'tools'), include: ['*.test.ts'] } },
      { extends: true, test: { name: 'examples', root: join(root, 'examples'), include: ['*/src/**/*.test.ts'] } },
    ],
    sequence: { sequencer: LongestFirst },
    // Vitest would leave one core to itself, which is half of a machine of two.
    maxWorkers: '100%',
    // Generous, for machines that do other work at the same time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', join(root, 'tools/tally-reporter.mjs')],
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'] },
  },
});
