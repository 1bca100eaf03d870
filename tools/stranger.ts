/**
 * @file Does what a stranger does who never saw this repository: packs, installs from tarballs into a folder elsewhere,
 * compiles with strict settings, runs. Needs the built packages and the npm registry (or npm's cache).
 */
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { packagesBelow, readManifest, ROOT } from './workspace.ts';

/** The compilers that a stranger may have; both are installed at the root under these names. */
export const COMPILERS: Readonly<Record<string, string>> = {
  'TypeScript 5.9': 'typescript-5',
  'TypeScript 7': 'typescript',
};

/** Packed packages by name: what `npm install` takes in place of a version. */
export type Tarballs = Readonly<Record<string, string>>;

/** A fresh folder outside of the repository, where no `node_modules` of ours is in reach. */
export function newFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'ndl-stranger-')));
}

/** Packs these packages of the workspace, as publishing would. */
export async function packWorkspace(layers: readonly string[], destination: string): Promise<Tarballs> {
  const chosen = packagesBelow('packages').filter(({ layer }) => layers.includes(layer));
  const workspaces = chosen.flatMap(({ folder }) => ['--workspace', folder]);
  return pack(ROOT, workspaces, destination);
}

/** Packs the package in a folder. */
export async function packFolder(folder: string, destination: string): Promise<Tarballs> {
  return pack(folder, [], destination);
}

/** Makes a project that depends on these, and nothing else, and installs it. */
export async function installProject(folder: string, dependencies: Readonly<Record<string, string>>): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const manifest = { name: 'stranger', version: '1.0.0', private: true, type: 'module', dependencies };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], folder);
}

/** Puts what is in a tarball into a folder, and nothing that it depends on. */
export async function unpack(tarball: string, destination: string): Promise<void> {
  mkdirSync(destination, { recursive: true });
  const file = tarball.slice('file:'.length);
  await run('tar', ['-xzf', basename(file), '-C', destination, '--strip-components=1'], dirname(file));
}

/** Copies an example, without what is made from it. */
export function copyExample(name: string, destination: string): void {
  const source = join(ROOT, 'examples', name);
  for (const entry of readdirSync(source)) {
    if (entry !== 'node_modules' && entry !== 'dist')
      cpSync(join(source, entry), join(destination, entry), { recursive: true });
  }
}

/** Writes TypeScript files, by name, that must compile strictly; the declarations that they import are checked as well. */
export function writeSources(folder: string, files: Readonly<Record<string, string>>): void {
  const compilerOptions = {
    target: 'ES2023',
    lib: ['ES2023', 'DOM'],
    types: [],
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    outDir: 'dist',
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
}

/** Compiles the project in a folder. Rejects with what the compiler says, should it say anything. */
export async function compile(compiler: string, folder: string): Promise<void> {
  const tsc = join(ROOT, 'node_modules', COMPILERS[compiler]!, 'bin', 'tsc');
  await runNode([tsc, '--project', folder, '--pretty', 'false'], folder);
}

/** The version of the package under a compiler's name. */
export function versionOf(compiler: string): string {
  return (readManifest(join(ROOT, 'node_modules', COMPILERS[compiler]!)) as unknown as { version: string }).version;
}

/** Runs a program of Node's and resolves to what it prints. Rejects with all that it said if it fails. */
export function runNode(parameters: readonly string[], folder: string): Promise<string> {
  return run(process.execPath, parameters, folder);
}

/** What came of a project's tests. */
export interface TestReport {
  readonly passed: number;
  /** Tests that failed, with the first line of what they said. */
  readonly failures: readonly string[];
  /** Titles of the outermost suites. */
  readonly suites: readonly string[];
}

interface JsonReport {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs the tests of a project in `folder` with the vitest that is installed in `installed`. Rejects where they cannot be run. */
export async function runTests(
  folder: string,
  installed: string,
  parameters: readonly string[] = [],
): Promise<TestReport> {
  const vitest = join(installed, 'node_modules/vitest/vitest.mjs');
  const file = join(folder, 'report.json');
  // Generous, for machines that do other work at the same time.
  const options = ['--reporter=json', `--outputFile=${file}`, '--testTimeout=60000', ...parameters];
  await runNode([vitest, 'run', ...options], folder).catch((error: unknown) => {
    if (!existsSync(file)) throw error;
  });
  const { numPassedTests, testResults } = JSON.parse(readFileSync(file, 'utf8')) as JsonReport;
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    passed: numPassedTests,
    failures: results.flatMap(({ fullName, failureMessages }) =>
      failureMessages.slice(0, 1).map((message) => `${fullName}: ${message.split('\n', 1)[0]}`),
    ),
    suites: [...new Set(results.flatMap(({ ancestorTitles }) => ancestorTitles.slice(0, 1)))],
  };
}

async function pack(folder: string, parameters: readonly string[], destination: string): Promise<Tarballs> {
  mkdirSync(destination, { recursive: true });
  const report = await npm(
    ['pack', '--json', '--ignore-scripts', '--pack-destination', destination, ...parameters],
    folder,
  );
  const packed = Object.values(
    JSON.parse(report) as Record<string, { readonly name: string; readonly filename: string }>,
  );
  return Object.fromEntries(packed.map(({ name, filename }) => [name, `file:${join(destination, filename)}`]));
}

/** Calls the npm that called us, where there is one. */
function npm(parameters: readonly string[], folder: string): Promise<string> {
  const caller = process.env['npm_execpath'];
  return caller?.endsWith('.js') ? runNode([caller, ...parameters], folder) : run('npm', parameters, folder);
}

function run(command: string, parameters: readonly string[], folder: string): Promise<string> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return new Promise((resolve, reject) => {
    execFile(command, parameters, { cwd: folder, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${parameters.join(' ')} in ${folder}:\n${stdout}${stderr}`, { cause: error }));
    });
  });
}
