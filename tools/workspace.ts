/** @file Reads the workspace as data: its packages, what they declare, and what their sources import. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('..', import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface WorkspacePackage {
  /** Folder name: `numerics` for `@ndl/numerics`. */
  readonly layer: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface SourceImport {
  /** Path from the repository's root. */
  readonly file: string;
  /** The package, without a subpath: `@ndl/simulator` for `@ndl/simulator/node`. */
  readonly from: string;
  readonly typeOnly: boolean;
  /** True in test files and their helpers, which may also use development dependencies. */
  readonly inTest: boolean;
}

/** Every package below `packages` or `apps`, in alphabetical order. */
export function packagesBelow(parent: 'packages' | 'apps'): WorkspacePackage[] {
  const folder = join(ROOT, parent);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, 'package.json')))
    .map((path) => ({ layer: basename(path), folder: path, manifest: readManifest(path) }));
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The folders that a package's tsconfig.json references, by name. */
export function referencesOf({ folder }: WorkspacePackage): string[] {
  const text = readFileSync(join(folder, 'tsconfig.json'), 'utf8');
  const { references = [] } = JSON.parse(text) as { references?: { path: string }[] };
  return references.map(({ path }) => basename(path));
}

/** Every import of another package in the TypeScript files below the package's `src`. */
export function importsOf({ folder }: WorkspacePackage): SourceImport[] {
  const source = join(folder, 'src');
  if (!existsSync(source)) return [];
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => importsIn(join(source, file)));
}

/** The files of a package's `src`, tests excepted, and the files of it that each imports; with `types`, for types alone too. */
export function localImportsOf(
  { folder }: WorkspacePackage,
  { types }: { readonly types: boolean },
): ReadonlyMap<string, readonly string[]> {
  const source = join(folder, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !isTest(file))
    .map((file) => join(source, file));
  return new Map(
    files.map((file) => [
      file.slice(ROOT.length),
      statementsIn(file)
        .filter(([, , typeOnly]) => types || !typeOnly)
        .flatMap(([, , , specifier = '']) => (specifier.startsWith('.') ? [join(dirname(file), specifier)] : []))
        .map((path) => path.slice(ROOT.length)),
    ]),
  );
}

function isTest(path: string): boolean {
  return /\.test(-d|-helper)?\.ts$/.test(path);
}

/** Imports and exports of a file: the third group is what they name. */
function statementsIn(path: string): RegExpExecArray[] {
  const text = withoutComments(readFileSync(path, 'utf8'));
  return [
    ...text.matchAll(/^\s*(import|export)(\s+type)?\s[^'"`;]*?from\s*'([^']+)'/gm),
    ...text.matchAll(/^\s*(import)()\s*'([^']+)'/gm),
    ...text.matchAll(/\b(import)()\s*\(\s*'([^']+)'/g),
    ...text.matchAll(/^\s*(declare module)( )'([^']+)'/gm),
  ];
}

function importsIn(path: string): SourceImport[] {
  const file = path.slice(ROOT.length);
  const inTest = isTest(path);
  return statementsIn(path)
    .filter(([, , , specifier = '']) => !/^(\.|node:)/.test(specifier))
    .map(([, , type, specifier = '']) => ({
      file,
      inTest,
      from: packageOf(specifier),
      typeOnly: Boolean(type),
    }));
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}
