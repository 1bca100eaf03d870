/** @file Paths that users give, on Node: what can be one, and where it leads at the call. */
import { isAbsolute, resolve, sep } from 'node:path';
import { badOption } from './errors.ts';
import { Refusal } from './node-refusals.ts';

/** The path as it is at the call, for what is to be written later; itself where the working folder is gone. */
export function pathAtCall(path: string): string {
  try {
    return absolute(path);
  } catch {
    return path;
  }
}

/**
 * The path from the root, as it is now: the working folder may become another while a call lasts. @throws Refusal where that is gone
 */
export function absolute(path: string): string {
  if (isAbsolute(path)) return path;
  let folder: string;
  try {
    folder = process.cwd();
  } catch (cause) {
    throw new Refusal('the working folder is gone', { cause });
  }
  // Not normalized: behind a link to a folder, '..' is not the folder that is named before it. Windows looks at it so anyway.
  return sep === '\\' ? resolve(folder, path) : `${folder}${sep}${path}`;
}

/** `call` is what the user wrote. @throws NdlError INVALID_OPTION for what can be the path of no file. */
export function checkPath(call: string, path: unknown): void {
  const refusal = (requirement: string, value: unknown = path): Error => badOption(call, 'path', requirement, value);
  if (path instanceof URL) throw refusal('must be a text; of a URL, fileURLToPath of node:url makes one', path.href);
  if (typeof path !== 'string') throw refusal('must be a text');
  if (path === '' || path.includes('\0')) throw refusal('must name a file');
  if (path.endsWith('/') || path.endsWith(sep)) throw refusal('must name a file, not a folder');
}
