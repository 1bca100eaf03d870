/** @file What the site is made of: the guide, the other documents, and the API of every package that users meet, from its sources. */
import { OptionDefaults } from 'typedoc';

/** Entry points of packages, the one for everybody first. */
const MODULES = [
  'ndl/src/index.ts',
  'ndl/src/node.ts',
  'networks/src/index.ts',
  'networks/src/nengo.ts',
  'plots/src/index.ts',
  'convert/src/index.ts',
  'nir/src/index.ts',
  'nir/src/node.ts',
  'testing/src/index.ts',
  'core/src/index.ts',
  'ir/src/index.ts',
  'numerics/src/index.ts',
  'backend-kit/src/index.ts',
  'backend-tfjs/src/index.ts',
  'backend-tfjs/src/tensor-node.ts',
  'planners/src/index.ts',
  'neurons/src/index.ts',
];

/** @returns {Partial<import('typedoc').TypeDocOptions>} @param {string} root of the repository */
export function siteOptions(root) {
  const inRoot = (/** @type {string} */ path) => `${root}/${path}`;
  return {
    name: 'ndl',
    readme: inRoot('README.md'),
    tsconfig: inRoot('apps/site/tsconfig.json'),
    entryPoints: MODULES.map((module) => inRoot(`packages/${module}`)),
    projectDocuments: ['docs/guide/*.md', 'docs/*.md', 'docs/decisions/*.md'].map(inRoot),
    blockTags: [...OptionDefaults.blockTags, '@file'],
    excludeTags: ['@file'],
    highlightLanguages: [...OptionDefaults.highlightLanguages, 'cpp', 'mermaid', 'python'],
    ignoredHighlightLanguages: ['wat'],
    disableSources: true,
    excludeExternals: true,
    searchInComments: true,
    searchInDocuments: true,
    hideGenerator: true,
    // Folders are no pages: `site-links.mjs` looks at what links lead to.
    validation: { invalidLink: true, invalidPath: false, notDocumented: false, notExported: false },
    treatWarningsAsErrors: true,
    treatValidationWarningsAsErrors: true,
  };
}
