/** @file Tokens: typed keys by which plugins offer services and the container finds them. */
import { refuseSurplus } from '@ndl/numerics';
import { tokenIdInvalid } from '../errors.ts';
import type { AbstractNewable } from 'inversify';

/**
 * A typed key. At run time it is `Symbol.for(id)`, so two installed copies of a package agree on it; in types it carries
 * what it stands for, so that `bind`, `get` and `toResolvedValue` infer it.
 */
export type Token<T> = symbol & AbstractNewable<T>;

/**
 * Makes the token of this id. Ids begin with the name of the package that exports the token: `@acme/planner/anneal`;
 * error messages use it to name the package to add.
 * @throws NdlError INVALID_OPTION
 */
export function token<T>(id: string): Token<T> {
  refuseSurplus('token', arguments, 1);
  if (typeof id !== 'string' || id === '') throw tokenIdInvalid(id);
  return Symbol.for(id) as Token<T>;
}

/** The id that a token was made with. */
export function tokenId(key: symbol): string {
  refuseSurplus('tokenId', arguments, 1);
  return Symbol.keyFor(key) ?? key.description ?? String(key);
}
