/** @file Keyed collections: contributions that carry a `kind`, indexed once. */
import { refuseSurplus } from '@ndl/numerics';
import { duplicateKind } from '../errors.ts';

/**
 * The entries of a collection by their kind, in plugin order. `collectionName` is a plural for messages: "neuron
 * definitions".
 * @throws NdlError DUPLICATE_KIND where two entries claim one kind.
 */
export function indexByKind<Entry extends { readonly kind: string }>(
  entries: Iterable<Entry>,
  collectionName: string,
): ReadonlyMap<string, Entry> {
  refuseSurplus('indexByKind', arguments, 2);
  const index = new Map<string, Entry>();
  for (const entry of entries) {
    if (index.has(entry.kind)) throw duplicateKind(collectionName, entry.kind);
    index.set(entry.kind, entry);
  }
  return index;
}
