/** @file Collects the declaration files that models' types need, of ndl's packages and of TypeScript, into one text. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript-5';
import {
  IMPORTABLE,
  IMPORTS_OF_ALL,
  MODEL_GLOBALS,
  MODEL_OPTIONS,
  type Declarations,
} from '../language/declarations.ts';

/** Where the compiler thinks that the model stands: where packages of ndl can be imported from. */
const MODEL = fileURLToPath(new URL('model.ts', import.meta.url));

/**
 * By the paths that the service in the page sees: `/lib.es2023.d.ts`, `/node_modules/ndl/dist/index.d.ts`. Only what imports reach.
 * @throws Error where packages have not been built
 */
export function collectDeclarations(): Declarations {
  const collected: Record<string, string> = { '/globals.d.ts': MODEL_GLOBALS };
  const unbuilt = new Set<string>();
  for (const { fileName, text } of modelProgram().getSourceFiles()) {
    if (fileName === MODEL) continue;
    const root = packageOf(fileName);
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string; exports?: object };
    const { name } = manifest;
    if (name === 'typescript') collected[`/${basename(fileName)}`] = text;
    // TensorFlow.js is not for models; types that name it are not known there.
    if (name !== 'ndl' && !name.startsWith('@ndl/')) continue;
    if (!fileName.endsWith('.d.ts')) unbuilt.add(name);
    const place = `/node_modules/${name}`;
    collected[`${place}/package.json`] ??= JSON.stringify({ name, type: 'module', exports: manifest.exports });
    collected[`${place}/${relative(root, fileName).replaceAll('\\', '/')}`] = text.replace(
      /\n\/\/# source.*\s*$/,
      '\n',
    );
  }
  const missing = IMPORTABLE.filter((name) => collected[`/node_modules/${name}/dist/index.d.ts`] === undefined);
  const lacking = new Set([...unbuilt, ...missing]);
  if (lacking.size > 0)
    throw new Error(`Declaration files of ${[...lacking].join(', ')} are missing: npm run build makes them.`);
  return collected;
}

function modelProgram(): ts.Program {
  const host = ts.createCompilerHost(MODEL_OPTIONS);
  const { getSourceFile } = host;
  host.getSourceFile = (file, ...more) =>
    file === MODEL ? ts.createSourceFile(file, IMPORTS_OF_ALL, MODEL_OPTIONS.target) : getSourceFile(file, ...more);
  return ts.createProgram([MODEL], MODEL_OPTIONS, host);
}

/** The nearest folder above with a `package.json`. */
function packageOf(file: string): string {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
