/** @file Files of parameters, of saved states and of what training measures, for Node only. */
import { isNdlError, refuseSurplus } from '@ndl/numerics';
import { requireSimulator } from './training/callbacks/best-parameters.ts';
import { fileRefused } from './node-errors.ts';
import { readWholeFile, writeWholeFile, type FileKind } from './node-files.ts';
import { checkPath, pathAtCall } from './node-paths.ts';
import type { Simulator } from './simulator.ts';

export { checkpoint, csvLog, tensorBoard } from './training/callbacks/node-logs.ts';
export { writeWholeFile } from './node-files.ts';
export { makeFolder } from './node-folders.ts';

/**
 * Writes all parameters to an .npz file, as `writeWholeFile` does: the file holds the old contents or the new, never a part;
 * links stay links, and modes and owners what they were.
 * @throws NdlError INVALID_OPTION, FILE_NOT_WRITTEN
 */
export async function saveParameters(simulator: Simulator, path: string): Promise<void> {
  refuseSurplus('saveParameters', arguments, 2);
  requireSimulator('saveParameters', simulator);
  checkPath('saveParameters', path);
  await writeWholeFile(path, simulator.encodeParameters());
}

/**
 * Reads parameters from an .npz file, all or nothing. Errors name the file.
 * @throws NdlError INVALID_OPTION, PARAMETERS_UNREADABLE, PARAMETERS_INVALID, PARAMETERS_MISMATCH
 */
export async function loadParameters(simulator: Simulator, path: string): Promise<void> {
  refuseSurplus('loadParameters', arguments, 2);
  requireSimulator('loadParameters', simulator);
  checkPath('loadParameters', path);
  await load('parameters', path, (bytes) => simulator.decodeParameters(bytes));
}

/**
 * Writes what the runs of a simulator carry (see `Simulator.saveState`) to an .npz file, as `writeWholeFile` does.
 * @throws NdlError INVALID_OPTION, STATE_NOT_PLAIN, FILE_NOT_WRITTEN
 */
export async function saveState(simulator: Simulator, path: string): Promise<void> {
  refuseSurplus('saveState', arguments, 2);
  requireSimulator('saveState', simulator);
  checkPath('saveState', path);
  const target = pathAtCall(path);
  await writeWholeFile(target, await simulator.saveState());
}

/**
 * Goes on from a state in an .npz file, all or nothing. Errors name the file.
 * @throws NdlError INVALID_OPTION, STATE_UNREADABLE, STATE_INVALID, STATE_MISMATCH
 */
export async function loadState(simulator: Simulator, path: string): Promise<void> {
  refuseSurplus('loadState', arguments, 2);
  requireSimulator('loadState', simulator);
  checkPath('loadState', path);
  await load('state', path, (bytes) => simulator.restoreState(bytes));
}

async function load(kind: FileKind, path: string, take: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  const bytes = await readWholeFile(kind, path);
  try {
    await take(bytes);
  } catch (error) {
    throw isNdlError(error) ? fileRefused(path, error) : error;
  }
}
