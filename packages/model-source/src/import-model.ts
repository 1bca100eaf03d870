/** @file `importModel`: from the source of a model to what it exports, wherever modules can be imported from addresses. */
import { refuseSurplus, suggest } from '@ndl/numerics';
import { badArgument, missingPackage } from './errors.ts';
import { requireExports, type ImportedPackage } from './imported-names.ts';
import { modelToJavaScript } from './model-to-java-script.ts';
import { readModel, type ReadModel } from './read-model.ts';

/** Options of `importModel`. */
export interface ImportModelOptions {
  /** What models import, namespaces by name: `{ ndl }`. */
  readonly packages: Readonly<Record<string, object>>;
  /** What traces of errors call the model. Default `model.ts`. */
  readonly file?: string | undefined;
  /** See `modelToJavaScript`. */
  readonly loopGuard?: string | undefined;
}

/** By address, what is exported again: modules that are made of text have no other way to reach the objects of their host. */
const handed = new Map<string, object>();
const REGISTER = Symbol.for('@ndl/model-source/handed');
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
let count = 0;
/** By file, the address of the model that was imported last. */
const addresses = new Map<string, string>();

/**
 * Runs a model: its imports are the packages given. Where it throws, `lineOfModel` tells the line.
 * @throws what `modelToJavaScript` and `readModel` throw, and what the model throws; NdlError MODEL_IMPORT for a package that is not given
 */
export async function importModel(source: string, options: ImportModelOptions): Promise<ReadModel> {
  refuseSurplus('importModel', arguments, 2);
  const packages = options?.packages;
  if (typeof packages !== 'object' || packages === null)
    throw badArgument(
      'importModel',
      'packages',
      'an object such as { ndl }, of the namespaces that were imported',
      packages,
    );
  const { file = 'model.ts', loopGuard } = options;
  const released: (() => void)[] = [];
  const imported = new Map<string, ImportedPackage>();
  const resolve = (specifier: string): string => {
    const exported = Object.hasOwn(packages, specifier) ? packages[specifier] : undefined;
    if (exported === undefined) throw missingPackage(specifier, suggest(specifier, Object.keys(packages)));
    const address = addressOf(moduleHanding(exported, released), released);
    imported.set(address, { specifier, exported });
    return address;
  };
  try {
    const { code } = modelToJavaScript(source, { resolve, loopGuard });
    requireExports(code, imported);
    // A number makes the address another each time, so that a model is run anew.
    const address = addressOf(`${code}// ${++count}\n`, released);
    addresses.set(file, address);
    return readModel((await import(/* @vite-ignore */ address)) as object);
  } catch (error) {
    throw withReadableTrace(error, file);
  } finally {
    for (const release of released) release();
  }
}

/**
 * The line of a model's source, from 1, that an error comes from: of the innermost call within the model, or of what could not be read.
 * Undefined where none is known.
 * @param file as given to `importModel`
 */
export function lineOfModel(error: unknown, file: string = 'model.ts'): number | undefined {
  refuseSurplus('lineOfModel', arguments, 2);
  const { line, stack } = (typeof error === 'object' && error !== null ? error : {}) as {
    line?: unknown;
    stack?: unknown;
  };
  if (typeof line === 'number') return line;
  if (typeof stack !== 'string') return undefined;
  for (const frame of readableTrace(stack, file).split('\n')) {
    const begin = frame.lastIndexOf(`${file}:`);
    const found = begin < 0 ? undefined : frame.slice(begin + file.length).match(/^:(\d+):\d+/)?.[1];
    if (found !== undefined) return Number(found);
  }
  return undefined;
}

/** A trace that calls the model by its file, and not by the address it was imported from. */
function readableTrace(stack: string, file: string): string {
  return stack.replaceAll(addresses.get(file) ?? file, file);
}

function withReadableTrace(error: unknown, file: string): unknown {
  if (error instanceof Error && error.stack !== undefined) error.stack = readableTrace(error.stack, file);
  return error;
}

/** The text of a module that exports what an object has. */
function moduleHanding(exported: object, released: (() => void)[]): string {
  const key = `${++count}`;
  handed.set(key, exported);
  (globalThis as Record<symbol, unknown>)[REGISTER] = handed;
  released.push(() => handed.delete(key));
  const names = Object.keys(exported).filter((name) => IDENTIFIER.test(name) && name !== 'default');
  return `const handed = globalThis[Symbol.for('@ndl/model-source/handed')].get('${key}');\n${names
    .map((name, index) => `const name${index} = handed.${name}; export { name${index} as ${name} };`)
    .join('\n')}\n`;
}

/** An address of a text: a blob in pages and workers, whose policies may allow these alone; data where there are none. */
function addressOf(code: string, released: (() => void)[]): string {
  const isNode =
    typeof (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node === 'string';
  if (isNode) return `data:text/javascript,${encodeURIComponent(code)}`;
  const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  released.push(() => URL.revokeObjectURL(address));
  return address;
}
