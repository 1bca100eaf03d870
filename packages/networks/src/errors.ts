/** @file Every diagnostic of `@ndl/networks`: one function each, with a stable code, the culprit, and the fix. */
import { NdlError, showValue, suggest } from '@ndl/numerics';
import type { MissingKind } from './nengo/missing-kind.ts';

/** An option that is not known. */
export function unknownOption(subject: string, option: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_OPTION', `${subject}: unknown option '${option}'. ${suggest(option, known)}`, { known });
}

/** A value of the wrong type or outside its range. `where` is subject and option: `Product: dimensions`. */
export function invalidOption(where: string, requirement: string, actual: unknown): NdlError {
  return new NdlError('INVALID_OPTION', `${where} must be ${requirement}; got ${showValue(actual)}.`);
}

/** Sizes whose array no engine can hold. */
export function tooLarge(where: string, count: number, numbers: number, limit: number): NdlError {
  return new NdlError(
    'TOO_LARGE',
    `${where}: ${count} are too many: an array of ${numbers} numbers is wanted, and ${limit} are the most that one can hold.`,
  );
}

/** A name that is taken already. */
export function nameTaken(subject: string, name: string): NdlError {
  return new NdlError('DUPLICATE_NAME', `${subject} has '${name}' already: choose another name.`);
}

/** Asked for by a name that there is not. */
export function unknownName(subject: string, name: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_NAME', `${subject} has no '${name}'. ${suggest(name, known)}`, { known });
}

/** Something that can be done once has been done. */
export function doneAlready(subject: string, what: string): NdlError {
  return new NdlError('DONE_ALREADY', `${subject} has ${what} already; that can be added once.`);
}

/** Neurons that ensembles without neurons do not have. */
export function noNeurons(subject: string): NdlError {
  return new NdlError(
    'NO_NEURONS',
    `${subject}: its ensembles are of type direct() and have no neurons to connect; choose another neuronType.`,
  );
}

/** A file that is not of the format "nengo-golden/2". */
export function fileInvalid(problem: string, cause?: unknown): NdlError {
  return new NdlError('NENGO_FILE', `importNengo: this is no network of the format "nengo-golden/2": ${problem}.`, {
    cause,
  });
}

/** Something in a file of Nengo's that ndl does not have. */
export function kindMissing({ missing, known, where }: Pick<MissingKind, 'missing' | 'known' | 'where'>): NdlError {
  const asking = where === undefined ? 'the network needs' : `${where} of the network needs`;
  const others = known.length === 0 ? '' : ` ${suggest(missing.slice(missing.lastIndexOf(' ') + 1), known)}`;
  return new NdlError('NENGO_KIND', `importNengo: ${asking} ${missing}, which ndl does not have.${others}`, { known });
}

/** An error about something that stands at a place in a file of Nengo's. */
export function inFile(where: string, error: NdlError): NdlError {
  return new NdlError(error.code, `${where} of the file: ${error.message}`, { known: error.known, cause: error });
}
