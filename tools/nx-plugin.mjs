/**
 * @file Gives every workspace package its Nx targets, so that no package.json repeats them.
 *
 * build  `tsc -b`, after the builds of what the package depends on; before it `carried/generate.mjs`, after it `bundle/generate.mjs`, where
 *        the package has one: scripts that fill their folders with what is published
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
  const generate = (room) =>
    existsSync(join(workspaceRoot, root, room, 'generate.mjs')) ? [`node ${root}/${room}/generate.mjs`] : [];
  const build = [...generate('carried'), `tsc -b ${root}`, ...generate('bundle')];
  return { projects: { [root]: { name, root, targets: hasSources ? targetsOf(root, build) : {} } } };
}

function targetsOf(root, build) {
  const run = (command) => ({ executor: 'nx:run-commands', options: { command } });
  return {
    build: {
      ...run(build.join(' && ')),
      cache: true,
      dependsOn: ['^build'],
      inputs: [
        'sources',
        '^sources',
        '{projectRoot}/{carried,bundle}/generate.mjs',
        '{workspaceRoot}/tools/bundle-for-pages.mjs',
      ],
      outputs: ['{projectRoot}/dist', '{projectRoot}/{carried,bundle}/*.{js,txt}'],
    },
    lint: {
      ...run(`oxlint ${root}/src`),
      cache: true,
      inputs: ['{projectRoot}/src/**/*', '{workspaceRoot}/.oxlintrc.json'],
    },
    test: run(`vitest run ${root}/`),
  };
}
