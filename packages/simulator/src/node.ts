/** @file Parameter files, for Node only. */
import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, basename, join } from 'node:path';
import { isNdlError } from '@ndl/numerics';
import { parameterFileRefused, parametersUnreadable } from './errors.ts';
import type { Simulator } from './simulator.ts';

/** Writes all parameters to an .npz file, atomically: the file holds the old contents or the new, never a part. */
export async function saveParameters(simulator: Simulator, path: string): Promise<void> {
  const bytes = simulator.encodeParameters();
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/**
 * Reads parameters from an .npz file, all or nothing. Errors name the file.
 * @throws NdlError PARAMETERS_UNREADABLE, PARAMETERS_INVALID, PARAMETERS_MISMATCH.
 */
export async function loadParameters(simulator: Simulator, path: string): Promise<void> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw parametersUnreadable(path, error);
  });
  try {
    await simulator.decodeParameters(bytes);
  } catch (error) {
    throw isNdlError(error) ? parameterFileRefused(path, error) : error;
  }
}
