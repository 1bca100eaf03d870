/** @file Why the system refuses files and folders, in words that complete "… cannot be written: ". */

/** Why something cannot be done; the cause is the system's error. */
export class Refusal extends Error {}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use, or mounted by itself',
  EDQUOT: 'your share of the disk is used up',
  EFBIG: 'it would be larger than files may be here',
  EISDIR: 'it is a folder, no regular file',
  ELOOP: 'its links lead round in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'its folder is gone',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'what should be a folder in its path is none',
  EPERM: 'permission denied',
  EROFS: 'it lies where nothing can be written (a read-only file system)',
};

/** Why, in words, and the system's error. */
export function reasonAndCause(error: unknown): readonly [string, unknown] {
  if (error instanceof Refusal) return [error.message, error.cause];
  // What the system says, without the call and the path, which may be the draft's: "EIO: i/o error, write".
  const words = error instanceof Error ? error.message.replace(/, \w+( '.*)?$/s, '') : String(error);
  return [REASONS[codeOf(error) ?? ''] ?? words, error];
}

/** For what may be missing: undefined where it is. */
export function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

/** The code of the system's error, as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return (error as { readonly code?: string } | null)?.code;
}
