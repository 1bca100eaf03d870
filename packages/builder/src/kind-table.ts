/** @file Finding the definition of a kind among those that plugins contributed. */
import { indexByKind } from '@ndl/core';
import { unknownKind } from './errors.ts';

/**
 * A look-up by kind, which throws NdlError UNKNOWN_KIND, listing the known kinds.
 * @param what what the definitions define, for messages: `synapse`.
 * @throws NdlError DUPLICATE_KIND where two definitions are of one kind.
 */
export function kindTable<Definition extends { readonly kind: string }>(
  what: string,
  definitions: readonly Definition[],
): (kind: string) => Definition {
  const byKind = indexByKind(definitions, `definitions for ${what}`);
  return (kind) => {
    const definition = byKind.get(kind);
    if (definition === undefined) throw unknownKind(what, kind, [...byKind.keys()]);
    return definition;
  };
}
