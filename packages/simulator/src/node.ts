/** @file Parameter files, for Node only. */
import { isNdlError, refuseSurplus } from '@ndl/numerics';
import { badOption, parameterFileRefused } from './errors.ts';
import { checkPath, readParametersFile, writeWholeFile } from './node-files.ts';
import type { Simulator } from './simulator.ts';

export { writeWholeFile } from './node-files.ts';

/**
 * Writes all parameters to an .npz file, as `writeWholeFile` does: the file holds the old contents or the new, never a part;
 * links stay links, and modes and owners what they were.
 * @throws NdlError INVALID_OPTION, FILE_NOT_WRITTEN
 */
export async function saveParameters(simulator: Simulator, path: string): Promise<void> {
  refuseSurplus('saveParameters', arguments, 2);
  checkSimulator('saveParameters', simulator);
  checkPath('saveParameters', path);
  await writeWholeFile(path, simulator.encodeParameters());
}

/**
 * Reads parameters from an .npz file, all or nothing. Errors name the file.
 * @throws NdlError INVALID_OPTION, PARAMETERS_UNREADABLE, PARAMETERS_INVALID, PARAMETERS_MISMATCH
 */
export async function loadParameters(simulator: Simulator, path: string): Promise<void> {
  refuseSurplus('loadParameters', arguments, 2);
  checkSimulator('loadParameters', simulator);
  checkPath('loadParameters', path);
  const bytes = await readParametersFile(path);
  try {
    await simulator.decodeParameters(bytes);
  } catch (error) {
    throw isNdlError(error) ? parameterFileRefused(path, error) : error;
  }
}

function checkSimulator(call: string, simulator: unknown): void {
  const { encodeParameters } = (simulator ?? {}) as Partial<Simulator>;
  if (typeof encodeParameters !== 'function') throw badOption(call, 'simulator', 'must be a Simulator', simulator);
}
