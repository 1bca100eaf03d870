/** @file `NdlError`: the one error class of ndl. It lives in the lowest package so that every package can throw it; users import it from `@ndl/core`. */

/** What an error says beside its sentence. */
export interface NdlErrorDetails {
  /** Names that would have been accepted. */
  readonly known?: readonly string[];
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** See `NdlError.about`. */
  readonly about?: 'program';
}

/**
 * An error with a stable SCREAMING_CODE for programs and, for people, a message that names the culprit and the fix.
 * Recognize it with `isNdlError`, never with `instanceof`: two installed copies of a package have two classes.
 */
export class NdlError extends Error {
  override readonly name = 'NdlError';
  readonly code: string;
  readonly known: readonly string[];
  /**
   * `program` where the error speaks of programs, executables and what they are made of. It is for whoever writes these; users of
   * networks never do, and get `faultOfNdl` of it.
   */
  readonly about: 'program' | undefined;

  constructor(code: string, message: string, details: NdlErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.known = details.known ?? [];
    this.about = details.about;
    // What says nothing is not printed.
    for (const name of ['known', 'about'] as const)
      if (details[name] === undefined || details[name].length === 0)
        Object.defineProperty(this, name, { enumerable: false });
  }
}

/** Whether `error` is an ndl error, of this code if one is given. */
export function isNdlError(error: unknown, code?: string): error is NdlError {
  if (!(error instanceof Error) || error.name !== 'NdlError') return false;
  const actual = (error as Partial<NdlError>).code;
  return typeof actual === 'string' && (code === undefined || actual === code);
}

/**
 * What a user gets of an error that he cannot have caused: the code stays, and the message says that ndl is to blame and what to
 * report. Errors that are not about programs are returned as they are.
 */
export function faultOfNdl(error: unknown): unknown {
  if (!isNdlError(error) || error.about !== 'program') return error;
  return new NdlError(
    error.code,
    'This is a fault of ndl, or of a plugin that writes operators or programs, and not of your network. Please report it with this ' +
      `message, its code ${error.code}, the versions of ndl and of your browser or Node, the plugins and settings, and the network ` +
      `or the lines that make it. What went wrong: ${error.message}`,
    { cause: error },
  );
}

/** A sentence, and one behind it that may help; the sentence alone where that is empty. */
export function withHint(sentence: string, hint: string): string {
  return hint === '' ? sentence : `${sentence} ${hint}`;
}

/** A sentence to which something is going to be added. */
export function withoutStop(sentence: string): string {
  return sentence.replace(/\.+$/, '');
}

/** The sentence "Did you mean …? Known: …", or the list alone where nothing is near. */
export function suggest(wrong: string, known: readonly string[]): string {
  const list = known.length === 0 ? 'None is known.' : `Known: ${known.join(', ')}.`;
  const nearest = nearestName(wrong, known);
  return nearest === undefined ? list : `Did you mean ${nearest}? ${list}`;
}

/** The known name that is nearest to a wrong one; undefined where none is near. */
export function nearestName(wrong: string, known: readonly string[]): string | undefined {
  const nearest = known
    .map((name) => ({ name, distance: editDistance(wrong.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const isNear = nearest !== undefined && nearest.distance <= Math.max(2, Math.floor(wrong.length / 3));
  return isNear ? nearest.name : undefined;
}

/** Levenshtein's distance: the fewest insertions, deletions and replacements that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
