/** @file Folders for files of users, on Node: made one by one. */
import { refuseSurplus } from '@ndl/numerics';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { badOption } from './errors.ts';
import { folderNotMade } from './node-errors.ts';
import { absolute } from './node-paths.ts';
import { codeOf, reasonAndCause, Refusal, unlessMissing } from './node-refusals.ts';

/**
 * Makes a folder, and those that it lies in, where they are missing.
 * @param path A text; a relative one is of the working folder at the call.
 * @throws NdlError INVALID_OPTION where the path can name no folder; FOLDER_UNWRITABLE, with the path as given and the cause, where something else
 * stands there, or where the system refuses
 */
export async function makeFolder(path: string): Promise<void> {
  refuseSurplus('makeFolder', arguments, 1);
  if (typeof path !== 'string' || path === '' || path.includes('\0'))
    throw badOption('makeFolder', 'path', 'must be a text that names a folder', path);
  try {
    await makeMissing(absolute(path));
  } catch (error) {
    throw folderNotMade(path, ...reasonAndCause(error));
  }
}

/**
 * One folder after the other: `mkdir` of Node, asked for all of them, tries without end below a folder that is there and takes no others, such as
 * those of the system are. @throws Refusal, or what the system says
 */
export async function makeMissing(folder: string): Promise<void> {
  if (await isThere(folder)) return;
  const around = dirname(folder);
  if (around !== folder) await makeMissing(around);
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new Refusal(`${around} takes no new folders`, { cause: error });
    if (codeOf(error) !== 'EEXIST') throw error;
    // Somebody else was quicker; or it is a link to nothing.
    if (!(await isThere(folder))) throw new Refusal(`${folder} is no folder`, { cause: error });
  }
}

async function isThere(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(unlessMissing);
  if (found?.isDirectory() === false) throw new Refusal(`${folder} is no folder`);
  return found !== undefined;
}
