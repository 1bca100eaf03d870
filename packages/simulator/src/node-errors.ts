/** @file What is said of files and folders, on Node. */
import { NdlError, withoutStop } from '@ndl/numerics';

/** What is wrong with a file, with its name. The code stays that of the refusal. */
export function fileRefused(path: string, refusal: NdlError): NdlError {
  return new NdlError(refusal.code, `${path}: ${refusal.message}`, { known: refusal.known, cause: refusal });
}

/** A file of parameters, or of a saved state, that cannot be read at all. */
export function fileUnreadable(kind: 'parameters' | 'state', path: string, reason: string, cause: unknown): NdlError {
  return new NdlError(
    kind === 'parameters' ? 'PARAMETERS_UNREADABLE' : 'STATE_UNREADABLE',
    `${path}: the ${kind === 'parameters' ? 'parameter' : 'state'} file cannot be read: ${withoutStop(reason)}. Nothing was changed.`,
    { cause },
  );
}

/** A file that cannot be written; what was there before is there still. */
export function fileNotWritten(path: string, reason: string, cause: unknown): NdlError {
  return new NdlError('FILE_NOT_WRITTEN', `${path} cannot be written: ${withoutStop(reason)}. Nothing was changed.`, {
    cause,
  });
}

/** A folder that is missing and cannot be made. */
export function folderNotMade(path: string, reason: string, cause: unknown): NdlError {
  return new NdlError('FOLDER_UNWRITABLE', `The folder ${path} cannot be made: ${withoutStop(reason)}.`, { cause });
}
