/**
 * @file Gives every workspace package its Nx targets, so that no package.json repeats them.
 *
 * build  `tsc -b`, after the builds of what the package depends on, and after its own `carried/generate.mjs`, where it has one
 * lint   `oxlint` on its sources
 * test   its own vitest project
 *
 * A package whose sources do not exist yet gets no targets.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ENTRY_FILES = ['src/index.ts', 'src/main.ts'];
const GENERATOR = 'carried/generate.mjs';

export const createNodes = [
  '{packages,apps}/*/package.json',
  (manifests, _options, { workspaceRoot }) =>
    manifests.map((manifest) => [manifest, projectOf(dirname(manifest), workspaceRoot)]),
];

function projectOf(root, workspaceRoot) {
  const { name } = JSON.parse(readFileSync(join(workspaceRoot, root, 'package.json'), 'utf8'));
  const hasSources = ENTRY_FILES.some((file) => existsSync(join(workspaceRoot, root, file)));
  const generator = existsSync(join(workspaceRoot, root, GENERATOR)) ? `node ${root}/${GENERATOR}` : undefined;
  return { projects: { [root]: { name, root, targets: hasSources ? targetsOf(root, generator) : {} } } };
}

function targetsOf(root, generator) {
  const run = (command) => ({ executor: 'nx:run-commands', options: { command } });
  return {
    build: {
      ...run(generator === undefined ? `tsc -b ${root}` : `${generator} && tsc -b ${root}`),
      cache: true,
      dependsOn: ['^build'],
      inputs: ['sources', '^sources', `{projectRoot}/${GENERATOR}`],
      outputs: ['{projectRoot}/dist', '{projectRoot}/carried/*.js'],
    },
    lint: {
      ...run(`oxlint ${root}/src`),
      cache: true,
      inputs: ['{projectRoot}/src/**/*', '{workspaceRoot}/.oxlintrc.json'],
    },
    test: run(`vitest run ${root}/`),
  };
}
