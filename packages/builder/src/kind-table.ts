/** @file Finding the definition of a kind among those that plugins contributed. */
import { unknownKind } from './errors.ts';

/**
 * A look-up by kind. Of several definitions of one kind the last counts, so that a later plugin may replace a
 * built-in one. The look-up throws NdlError UNKNOWN_KIND, listing the known kinds.
 * @param what what the definitions define, for the message: `synapse`.
 */
export function kindTable<Definition extends { readonly kind: string }>(
  what: string,
  definitions: readonly Definition[],
): (kind: string) => Definition {
  const byKind = new Map(definitions.map((definition) => [definition.kind, definition]));
  return (kind) => {
    const definition = byKind.get(kind);
    if (definition === undefined) throw unknownKind(what, kind, [...byKind.keys()]);
    return definition;
  };
}
