/** @file Options by name: what no call knows is refused before anything else is looked at. */
import { unknownOption } from '../errors.ts';

/** @throws NdlError UNKNOWN_OPTION for the first name that is not known. */
export function requireKnownOptions(where: string, options: object, names: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw unknownOption(where, name, names);
  }
}
