/** @file Keyed collections: contributions that carry a `kind`, indexed once. */
import { duplicateKind } from './errors.ts';

/**
 * The entries of a collection by their kind, in plugin order. `collectionName` is a plural for messages: "neuron
 * definitions". With `replaceable`, a later entry takes the place of an earlier one of its kind.
 * @throws NdlError DUPLICATE_KIND where two entries claim one kind and may not.
 */
export function indexByKind<Entry extends { readonly kind: string }>(
  entries: Iterable<Entry>,
  collectionName: string,
  { replaceable = false }: { readonly replaceable?: boolean } = {},
): ReadonlyMap<string, Entry> {
  const index = new Map<string, Entry>();
  for (const entry of entries) {
    if (index.has(entry.kind) && !replaceable) throw duplicateKind(collectionName, entry.kind);
    index.set(entry.kind, entry);
  }
  return index;
}
