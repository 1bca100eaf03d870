/** @file Files for users, on Node: written whole or not at all, through links, for the same eyes as before. */
import { refuseSurplus } from '@ndl/numerics';
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  access,
  constants,
  lstat,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { badOption } from './errors.ts';
import { fileNotWritten, fileUnreadable } from './node-errors.ts';
import { makeMissing } from './node-folders.ts';
import { absolute, checkPath } from './node-paths.ts';
import { codeOf, reasonAndCause, Refusal, unlessMissing } from './node-refusals.ts';

/** Links that may lead on from each other, as Linux counts them. */
const MOST_LINKS = 40;
/** Bits of a mode that say who may do what. */
const PERMISSIONS = 0o7777;
const ANYBODY_WRITES = 0o222;

/**
 * Writes a file such that it holds the old contents or the new, never a part: a draft beside it is written, flushed to disk,
 * and takes its name. Calls at the same time are safe; the last to finish stays. Links are followed, even to a file that is
 * not there yet, and stay links. A file that exists keeps its mode, owner and group, but no extended attributes; other names
 * that it has (hard links) keep the old contents.
 * @param path A text; a relative one is of the working folder at the call. The folder must exist and allow new files.
 * @param contents Text is written as UTF-8.
 * @throws NdlError INVALID_OPTION where the path can name no file; FILE_NOT_WRITTEN, with the path as given and the cause,
 * where the target is no regular file, is write-protected or would change its owner, or where writing fails. The old file is
 * then as it was, and no draft is left behind.
 */
export async function writeWholeFile(path: string, contents: string | Uint8Array): Promise<void> {
  refuseSurplus('writeWholeFile', arguments, 2);
  checkPath('writeWholeFile', path);
  if (typeof contents !== 'string' && !(contents instanceof Uint8Array))
    throw badOption('writeWholeFile', 'contents', 'must be a text or a Uint8Array', contents);
  try {
    const target = await targetOf(absolute(path));
    await replace(target, await replaceable(target), contents);
  } catch (error) {
    throw fileNotWritten(path, ...reasonAndCause(error));
  }
}

/**
 * Makes the folder of a file that is to be written later, and refuses now what would be refused then, as far as it can be told.
 * @throws NdlError FILE_NOT_WRITTEN
 */
export async function preparePlace(file: string): Promise<void> {
  try {
    const path = absolute(file);
    await makeMissing(dirname(path));
    const target = await targetOf(path);
    await replaceable(target);
    await access(dirname(target), constants.W_OK);
  } catch (error) {
    throw fileNotWritten(file, ...reasonAndCause(error));
  }
}

/** What a file of ndl holds, and the code of the error that it cannot be read. */
export type FileKind = 'parameters' | 'state';

/**
 * The contents of a regular file; a relative path is of the working folder at the call.
 * @throws NdlError PARAMETERS_UNREADABLE or STATE_UNREADABLE, with the path as given and the cause
 */
export async function readWholeFile(kind: FileKind, path: string): Promise<Uint8Array> {
  let whole = path;
  try {
    whole = absolute(path);
    refuseOddities(await stat(whole));
    return await readFile(whole);
  } catch (error) {
    const [reason, cause] = reasonAndCause(error);
    throw fileUnreadable(kind, path, codeOf(error) === 'ENOENT' ? await whatIsMissing(whole) : reason, cause);
  }
}

/** Where `path` leads in the end, through all links; the last of them may lead to what is not there yet. */
async function targetOf(path: string, linksLeft: number = MOST_LINKS): Promise<string> {
  const existing = await realpath(path).catch(unlessMissing);
  if (existing !== undefined) return existing;
  const link = await readlink(path).catch(unlessMissing);
  const folder = await realpath(dirname(path)).catch(unlessMissing);
  if (folder === undefined) throw new Refusal(`there is no folder ${dirname(path)}`);
  if (link === undefined) return join(folder, basename(path));
  if (linksLeft === 0) throw new Refusal('its links lead round in a circle');
  // Not normalized, as in `absolute`.
  return targetOf(isAbsolute(link) ? link : `${folder}${sep}${link}`, linksLeft - 1);
}

/** The file that will be replaced; undefined where there is none. Refuses one that must not be replaced. */
async function replaceable(target: string): Promise<Stats | undefined> {
  const old = await stat(target).catch(unlessMissing);
  if (old === undefined) return undefined;
  refuseOddities(old);
  if ((old.mode & ANYBODY_WRITES) === 0) throw new Refusal('it is write-protected: its mode lets nobody write');
  await access(target, constants.W_OK);
  return old;
}

async function replace(target: string, old: Stats | undefined, contents: string | Uint8Array): Promise<void> {
  // Of a length of its own, so that whatever name the target can have, there is a draft for it.
  const draft = join(dirname(target), `.ndl-${randomBytes(8).toString('hex')}`);
  try {
    const file = await open(draft, 'wx', old === undefined ? 0o666 : 0o600).catch((cause: unknown) =>
      explainFolder(dirname(target), cause),
    );
    try {
      if (old !== undefined) await makeAlike(file, old);
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Gives a draft the owner, group and mode of the file that it replaces. */
async function makeAlike(draft: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  const own = await draft.stat();
  if (own.uid !== uid || own.gid !== gid) {
    await draft.chown(uid, gid).catch((cause: unknown) => {
      throw new Refusal(`it belongs to user ${uid} and group ${gid}, and would change its owner`, { cause });
    });
  }
  // After the owner: a new owner takes bits of the mode away.
  await draft.chmod(mode & PERMISSIONS);
}

/** A draft that cannot be made, for want of rights, or in a folder as of /proc, which is there: it is the folder that refuses it. */
async function explainFolder(folder: string, cause: unknown): Promise<never> {
  const code = codeOf(cause) ?? '';
  const isThere = code === 'ENOENT' && (await stat(folder).catch(() => undefined)) !== undefined;
  if (!isThere && !['EACCES', 'EPERM'].includes(code)) throw cause;
  throw new Refusal('its folder allows no new files, and a draft is written beside it', { cause });
}

function refuseOddities(file: Stats): void {
  if (file.isFile()) return;
  const kind = file.isDirectory() ? 'folder' : file.isFIFO() ? 'pipe' : file.isSocket() ? 'socket' : 'device';
  throw new Refusal(`it is a ${kind}, no regular file`);
}

async function whatIsMissing(path: string): Promise<string> {
  const entry = await lstat(path).catch(() => undefined);
  return entry?.isSymbolicLink() === true ? 'it is a link to what does not exist' : 'there is no such file';
}
