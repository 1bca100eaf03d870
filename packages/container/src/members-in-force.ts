/** @file Keyed collections: one member per kind, and replacements, which take the place of earlier ones on purpose. */
import type { Contract } from './contracts.ts';
import { duplicateKind, nothingToReplace, notReplaceable } from './errors.ts';
import type { Contribution } from './ledger.ts';

/** A contribution, made. */
export interface Member extends Contribution {
  readonly value: unknown;
}

/**
 * The members of a collection without those that others replace; a replacement stands where the replaced one stood. Members without
 * kinds are all in force.
 * @param contract of the collection; undefined for one of a plugin's own.
 * @throws NdlError DUPLICATE_KIND, NOTHING_TO_REPLACE
 */
export function membersInForce(
  id: string,
  members: readonly Member[],
  contract: Contract | undefined,
): readonly Member[] {
  const byKind = new Map<string, Member>();
  for (const member of members) {
    const { plugin, replaces } = member;
    const kind = contract === undefined ? undefined : kindOf(member.value);
    if (kind === undefined) {
      if (replaces) throw notReplaceable(id, plugin);
      continue;
    }
    const earlier = byKind.get(kind);
    if (earlier !== undefined && !replaces) throw duplicateKind(contract!, kind, earlier.plugin, plugin);
    if (earlier === undefined && replaces) throw nothingToReplace(contract!, kind, plugin, [...byKind.keys()]);
    byKind.set(kind, member);
  }
  return byKind.size === 0 ? members : [...byKind.values()];
}

function kindOf(value: unknown): string | undefined {
  const { kind } = value as { readonly kind?: unknown };
  return typeof kind === 'string' ? kind : undefined;
}
