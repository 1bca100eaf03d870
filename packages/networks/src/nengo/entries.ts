/** @file Objects of a file: found by their ids, and named by their places where something is wrong with one. */
import { isNdlError, showThrown } from '@ndl/numerics';
import { fileInvalid, inFile } from '../errors.ts';
import { MissingKind } from './missing-kind.ts';

interface Entry {
  readonly id: string;
}

/** Of each list of a file, where its objects stand; files are not changed. */
const indexes = new WeakMap<readonly Entry[], ReadonlyMap<string, number>>();

/** Where an object stands in its list; undefined where it is in another, or in none. */
export function placeOf(entries: readonly Entry[], id: string): number | undefined {
  const index = indexes.get(entries) ?? new Map(entries.map((entry, place) => [entry.id, place]));
  indexes.set(entries, index);
  return index.get(id);
}

/** The object of a list that has this id; undefined where none has. */
export function entryOf<Found extends Entry>(entries: readonly Found[], id: string): Found | undefined {
  const place = placeOf(entries, id);
  return place === undefined ? undefined : entries[place];
}

/**
 * What is made of one object of a file.
 * @param where its place: `connections[3]`.
 * @throws MissingKind, NdlError that say the place; NENGO_FILE for whatever else is wrong with what stands there
 */
export function madeFrom<Made>(where: string, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (error instanceof MissingKind) throw error.at(where);
    throw isNdlError(error)
      ? inFile(where, error)
      : fileInvalid(`${where}: something is missing, or of another form (${showThrown(error).slice(0, 200)})`, error);
  }
}
