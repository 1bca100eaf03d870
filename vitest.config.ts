/** @file Two vitest projects, one whose files share a process and one whose files have each its own; both run against sources, so that few tests need a build. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/longest-first.ts';

const root = dirname(fileURLToPath(import.meta.url));
const conditions = ['@ndl/source', ...defaultServerConditions];

/**
 * Tests that share the modules that they import, within a process, instead of loading them once more for each file: those that keep nothing in
 * modules which another file's tests would see.
 */
const SHARING = ['packages/*/src/**/*.test.ts'];

/** Tests that do keep something there, an engine above all, put other modules in their place, or start processes of their own. */
const APART = [
  'packages/ndl/src/files-failing.test.ts',
  'packages/backend-tfjs/src/**/*.test.ts',
  'packages/cli/src/**/*.test.ts',
  'apps/*/src/**/*.test.ts',
  'examples/*/src/**/*.test.ts',
  'tools/*.test.ts',
];

export default defineConfig({
  resolve: { conditions, alias: [{ find: /^fast-check$/, replacement: join(root, 'tools/fast-check-sample.ts') }] },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: [
      { extends: true, test: { name: 'sharing', root, include: SHARING, exclude: APART, isolate: false } },
      { extends: true, test: { name: 'apart', root, include: APART } },
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
