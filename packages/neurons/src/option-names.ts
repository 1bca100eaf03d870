/** @file The options of a call: that they are an object, and have the names that it knows. */
import { optionsInvalid, unknownOption } from './errors.ts';

/** @param example what they look like. @throws NdlError INVALID_OPTION for what is no object, UNKNOWN_OPTION */
export function checkOptionNames(call: string, options: unknown, known: readonly string[], example: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw optionsInvalid(call, example, options);
  const strange = Object.keys(options).find((option) => !known.includes(option));
  if (strange !== undefined) throw unknownOption(call, strange, known);
}
