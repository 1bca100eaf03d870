/** @file The files of a plugin package that `ndl new` writes: those of `templates/`, with names of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { join, relative, sep } from 'node:path';
import { badPackageName } from './errors.ts';

const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url));

/** What can be begun: what its sources import in use, and in which names they are written. */
export const PLUGIN_KINDS = {
  planner: { imports: ['@ndl/core'], name: '@acme/ndl-planner-widest', word: 'widest', kind: 'acmeWidest' },
  neuron: {
    imports: ['@ndl/core', '@ndl/ir', '@ndl/model'],
    name: '@acme/ndl-neuron-squaring',
    word: 'squaring',
    kind: 'acmeSquaring',
  },
} as const;
export type PluginKind = keyof typeof PLUGIN_KINDS;

/** What tests and builds of a package are run by. */
const TOOLS = { typescript: '^5.9.0', vitest: '^4.1.0' };

const LICENSE = `This package has no licence yet: nobody but its author may use it.

Choose one (https://choosealicense.com; ndl has Apache-2.0), put its text in place of this file, and its name in place of
"SEE LICENSE IN LICENSE" in package.json.
`;

/** Words that name nothing in a module. */
const RESERVED = new Set(
  `await break case catch class const continue debugger default delete do else enum export extends false finally for function if
  implements import in instanceof interface let new null package private protected public return static super switch this throw true
  try typeof undefined var void while with yield arguments eval NaN Infinity`.split(/\s+/),
);

/** @throws NdlError USAGE for what npm would not publish */
export function requirePackageName(name: string): void {
  const fault =
    name.length > 214
      ? 'it has more than 214 characters'
      : !/^(@[a-z\d~-][a-z\d._~-]*\/)?[a-z\d~-][a-z\d._~-]*$/.test(name)
        ? 'names are lower-case letters, digits, hyphens, dots and underscores, in front a @scope/ if you like'
        : ['node_modules', 'favicon.ico'].includes(name) || isBuiltin(name)
          ? 'that name is taken by Node or npm'
          : undefined;
  if (fault !== undefined) throw badPackageName(name, fault);
}

/** Texts by path within the package. `version` is that of ndl's packages. */
export function filesOfPackage(kind: PluginKind, name: string, version: string): ReadonlyMap<string, string> {
  const template = join(TEMPLATES, kind);
  const sources = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [relative(template, file).replaceAll(sep, '/'), readFileSync(file, 'utf8')] as const);
  const rename = renaming(kind, name, sources.map(([, text]) => text).join('\n'));
  const files = new Map(sources.map(([path, text]) => [path, rename(text)]));
  files.set('package.json', `${JSON.stringify(manifestOf(kind, name, version), null, 2)}\n`);
  files.set('tsconfig.json', readFileSync(join(TEMPLATES, 'tsconfig.json'), 'utf8'));
  files.set('LICENSE', LICENSE);
  files.set('.gitignore', 'node_modules/\ndist/\n');
  return files;
}

function manifestOf(kind: PluginKind, name: string, version: string): object {
  const range = `>=${version} <${Number(version.split('.')[0]) + 1}.0.0`;
  const inRange = (names: readonly string[]): object => Object.fromEntries(names.map((each) => [each, range]));
  const { imports } = PLUGIN_KINDS[kind];
  return {
    name,
    version: '0.1.0',
    description: `A ${kind} for ndl`,
    keywords: ['ndl', `ndl-${kind}`, 'spiking-neural-networks'],
    license: 'SEE LICENSE IN LICENSE',
    type: 'module',
    sideEffects: false,
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
    files: ['dist'],
    scripts: { build: 'tsc -p .', test: 'vitest run', prepublishOnly: 'npm test && npm run build' },
    publishConfig: { access: 'public' },
    peerDependencies: inRange(imports),
    devDependencies: { ...inRange([...imports, '@ndl/testing', 'ndl'].toSorted()), ...TOOLS },
  };
}

/**
 * `@acme/ndl-planner-annealing` is called `annealing` in the code. Names that the template has for something else, or that no module may
 * have, get `my` in front.
 */
function renaming(kind: PluginKind, name: string, template: string): (text: string) => string {
  const { name: oldName, word: oldWord, kind: oldKind } = PLUGIN_KINDS[kind];
  const [, scope = 'my', rest = ''] = /^(?:@([^/]+)\/)?(.*)$/.exec(name)!;
  const words = rest.split(/[^a-z\d]+/).filter((part) => !['', 'ndl', 'plugin', kind, `${kind}s`].includes(part));
  const begun = /^[a-z]/.test(words[0] ?? '') ? words : ['my', ...words];
  const isTaken = (word: string): boolean =>
    word !== oldWord &&
    (RESERVED.has(word) || new RegExp(`(?<![\\w-])(${word}|${capital(word)})(Planner)?(?!\\w)`).test(template));
  const own = isTaken(camelCase(begun)) ? ['my', ...begun] : begun;
  const word = camelCase(own);
  const scopeWords = scope.split(/[^a-z\d]+/).filter((part) => part !== '');
  const ownKind = camelCase([...(/^[a-z]/.test(scopeWords[0] ?? '') ? scopeWords : ['my', ...scopeWords]), ...words]);
  return (text) =>
    text
      .replaceAll(oldName, name)
      .replaceAll(new RegExp(`\\b${oldKind}\\b`, 'g'), ownKind)
      .replaceAll(`${oldWord.toUpperCase()}_`, `${own.join('_').toUpperCase()}_`)
      .replaceAll(nameIn(kind, oldWord), word)
      .replaceAll(nameIn(kind, capital(oldWord)), capital(word));
}

/** The word as the beginning of a name or between quotes, and not in a sentence. */
function nameIn(kind: PluginKind, word: string): RegExp {
  // What is planned is described in the word that names the planner; neurons are called half-squaring where it is none.
  return kind === 'planner'
    ? new RegExp(`\\b${word}(?=Planner)|(?<=')${word}(?=')`, 'g')
    : new RegExp(`(?<![\\w-])${word}(?![a-z])`, 'g');
}

function camelCase([first = '', ...others]: readonly string[]): string {
  return first + others.map(capital).join('');
}

function capital(word: string): string {
  return word === '' ? '' : word[0]!.toUpperCase() + word.slice(1);
}
