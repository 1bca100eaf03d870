/**
 * @file Gives every workspace package its Nx targets, so that no package.json repeats them.
 *
 * build  `tsc -b`, after the builds of what the package depends on
 * lint   `oxlint` on its sources
 * test   its own vitest project
 *
 * A package whose sources do not exist yet gets no targets.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ENTRY_FILES = ['src/index.ts', 'src/main.ts'];

export const createNodes = [
  '{packages,apps}/*/package.json',
  (manifests, _options, { workspaceRoot }) =>
    manifests.map((manifest) => [manifest, projectOf(dirname(manifest), workspaceRoot)]),
];

function projectOf(root, workspaceRoot) {
  const { name } = JSON.parse(readFileSync(join(workspaceRoot, root, 'package.json'), 'utf8'));
  const hasSources = ENTRY_FILES.some((file) => existsSync(join(workspaceRoot, root, file)));
  return { projects: { [root]: { name, root, targets: hasSources ? targetsOf(root) : {} } } };
}

function targetsOf(root) {
  const run = (command) => ({ executor: 'nx:run-commands', options: { command } });
  return {
    build: {
      ...run(`tsc -b ${root}`),
      cache: true,
      dependsOn: ['^build'],
      inputs: ['sources', '^sources'],
      outputs: ['{projectRoot}/dist'],
    },
    lint: {
      ...run(`oxlint ${root}/src`),
      cache: true,
      inputs: ['{projectRoot}/src/**/*', '{workspaceRoot}/.oxlintrc.json'],
    },
    test: run(`vitest run ${root}/`),
  };
}
